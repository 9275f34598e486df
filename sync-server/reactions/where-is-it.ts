import type { FieldSet } from "../../shared/items/base.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Reaction } from "./reaction.ts";
import { type HeadOf, typeOfTicket, wordsOfStatus } from "./ticket-types.ts";

/** A question is short; in a longer text the words may stand for anything. */
const LONGEST_QUESTION = 200;
const MOST_TICKETS = 10;
const TITLE_LENGTH = 120;

// Cyrillic letters are no `\w`: the ends of words are looked for by letters of any alphabet.
const RU = "(?:заявк|запрос|обращени|тикет|заказ-наряд)\\p{L}*";
const EN = "(?:requests?|tickets?|cases?|issues?)";
const START = "(?:^|[^\\p{L}])";
const END = "(?![\\p{L}])";
const NO_LETTERS = "[^\\p{L}]*";
const MINE = "(?:мо(?:я|и|ей|ему|им|й|ё|е|его|ю|их)|наш\\p{L}*)";

/** Ways to ask for one's requests, in both languages. */
const QUESTIONS: readonly RegExp[] = [
  `${START}где\\s+(?:там\\s+|сейчас\\s+|же\\s+)*(?:${MINE}\\s+)?${RU}`,
  `${START}(?:статус|состояние|судьба)\\s+(?:по\\s+)?(?:${MINE}\\s+)?${RU}`,
  `${START}что\\s+(?:там\\s+|сейчас\\s+)*(?:с|со|по)\\s+(?:${MINE}\\s+)?${RU}`,
  `${START}как\\s+(?:там\\s+)?(?:обстоят\\s+)?(?:дела\\s+)?(?:с\\s+|по\\s+)?${MINE}\\s+${RU}`,
  `${START}когда\\s+(?:\\p{L}+\\s+){0,2}(?:готов|сдела|реш|выполн|закро)\\p{L}*\\s+(?:\\p{L}+\\s+){0,2}${RU}`,
  `^${NO_LETTERS}${MINE}\\s+${RU}${NO_LETTERS}$`,
  `${START}where(?:['’]s|\\s+is|\\s+are)\\s+(?:my|our|the)\\s+(?:\\p{L}+\\s+){0,1}${EN}${END}`,
  `${START}(?:status|state|progress)\\s+(?:of|on|for)\\s+(?:my|our|the)\\s+(?:\\p{L}+\\s+){0,1}${EN}${END}`,
  `${START}(?:what['’]?s|what\\s+is)\\s+(?:happening|going\\s+on|up)\\s+with\\s+(?:my|our|the)\\s+${EN}${END}`,
  `${START}(?:any\\s+)?(?:news|updates?)\\s+(?:on|about|for)\\s+(?:my|our|the)\\s+${EN}${END}`,
  `^${NO_LETTERS}(?:my|our)\\s+${EN}${NO_LETTERS}$`,
].map((source) => new RegExp(source, "iu"));

/** Whether a user's words ask where his request is. Pure. */
export const asksWhereItIs = (text: string): boolean =>
  text.length <= LONGEST_QUESTION && QUESTIONS.some((question) => question.test(text));

/** [S42] "Where is my request?" is answered in the chat at once, at any time, to one who has requests. */
export const whereIsIt: Reaction = {
  name: "where-is-it",
  again: false,
  decide: ({ item, head }, { head: headOf, ticketsOf }) => {
    if (item.kind !== "message" || head.kind !== "dialog" || head.user === null || !asksWhereItIs(item.text)) return [];
    if (item.extra?.["automatic"] === true) return []; // a program wrote it: two programs would answer each other for ever
    if (item.stamp.was !== undefined) return []; // answered before a restore lost it
    const params = whereParams(ticketsOf(head.user), headOf);
    if (params === undefined) return [];
    // A message that moved on is answered where it went.
    const thread = item.stamp.to ?? item.thread;
    return [{ kind: "notice", thread, cause: `where:${item.id}`, at: item.stamp.at, code: "ticket-where", params }];
  },
};

/** A user's tickets as a notice lists them: those in work first, the newest of each first. Nothing when he has none. */
export function whereParams(tickets: readonly DeviceHead[], headOf: HeadOf): FieldSet | undefined {
  const known = tickets.filter((ticket) => ticket.number !== undefined);
  if (known.length === 0) return undefined;
  const inOrder = known.sort(
    (a, b) => Number(a.state === "closed") - Number(b.state === "closed") || b.createdAt - a.createdAt,
  );
  const rows = inOrder.slice(0, MOST_TICKETS).map((ticket) => {
    const { status, ru, en } = wordsOfStatus(typeOfTicket(ticket, headOf), ticket.status);
    const title = ticket.fields["title"]?.value;
    return {
      number: ticket.number ?? 0,
      status,
      ru,
      en,
      title: typeof title === "string" ? title.slice(0, TITLE_LENGTH) : "",
      at: ticket.createdAt,
      ...(ticket.state === "closed" ? { closed: true } : {}),
    };
  });
  const more = known.length - rows.length;
  return { tickets: rows, ...(more === 0 ? {} : { more }) };
}
