import { type NoticeLocale, noticeText } from "../../shared/channels/notice-words.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { AuthorId, TeamId } from "../../shared/kernel/ids.ts";
import { type Call, callOf } from "../../shared/thread/attention.ts";
import type { Head } from "../../shared/thread/head.ts";

/** Somebody is to be called by a thread. */
export type PushCall =
  | { readonly to: "agent"; readonly who: AuthorId; readonly call: Call; readonly n: number }
  | { readonly to: "user"; readonly who: AuthorId; readonly item: StampedItem; readonly u: number };

type Given = {
  readonly head: Head;
  readonly before?: Head;
  readonly items: readonly StampedItem[];
  readonly agents: readonly { readonly me: AuthorId; readonly teams: readonly TeamId[] }[];
};

/**
 * Who is called by a commit: agents by the same rule as on their screens (S12: what others own is silent), the user by what
 * the team says to him. An import calls nobody (U18).
 */
export function callsOf({ head, before, items, agents }: Given): readonly PushCall[] {
  if (items.length === 0 || items.some(({ stamp }) => stamp.imported === true)) return [];
  const calls: PushCall[] = [];
  for (const viewer of agents) {
    if (items.some(({ author }) => author === viewer.me)) continue;
    const call = callOf(before, head, viewer);
    if (call !== undefined) calls.push({ to: "agent", who: viewer.me, call, n: head.n });
  }
  const { user } = head;
  if (user === null || head.kind !== "dialog") return calls;
  for (const item of items) {
    const { u } = item.stamp;
    const isSaid = item.kind === "reply" || item.kind === "resend" || item.kind === "notice";
    if (u !== undefined && isSaid && item.author !== user) calls.push({ to: "user", who: user, item, u });
  }
  return calls;
}

const WORDS = {
  ru: {
    dialog: (team: string) => (team === "" ? "Новый диалог" : `Новый диалог — ${team}`),
    message: "Новое сообщение",
    assigned: "Теперь на вас",
    undelivered: "Ответ не ушёл",
    file: "Файл",
    answer: "Вам ответили",
  },
  en: {
    dialog: (team: string) => (team === "" ? "New dialog" : `New dialog — ${team}`),
    message: "New message",
    assigned: "On you now",
    undelivered: "An answer did not leave",
    file: "File",
    answer: "You have an answer",
  },
} as const;

const LINE = 140;
const cut = (text: string): string => (text.length > LINE ? `${text.slice(0, LINE - 1)}…` : text);

/** What an agent reads: who writes, and his last line. */
export function agentWords(
  call: Call,
  given: { readonly head: Head; readonly name: string; readonly team: string; readonly locale: NoticeLocale },
): { readonly title: string; readonly body: string } {
  const words = WORDS[given.locale];
  const { last } = given.head;
  const line = last?.kind === "message" ? last.text || (last.files > 0 ? words.file : "") : "";
  switch (call) {
    case "dialog":
      return { title: words.dialog(given.team), body: cut([given.name, line].filter(Boolean).join(": ")) };
    case "message":
      return { title: given.name || words.message, body: cut(line) };
    case "assigned":
      return { title: words.assigned, body: cut([given.name, line].filter(Boolean).join(": ")) };
    case "undelivered":
      return { title: words.undelivered, body: given.name };
  }
}

/** What a user reads: what was said to him. Nothing where there are no words for it. */
export function userWords(
  item: StampedItem,
  given: {
    readonly desk: string;
    readonly name: string;
    readonly held: StampedItem | undefined;
    readonly locale: NoticeLocale;
  },
): { readonly title: string; readonly body: string } | undefined {
  const words = WORDS[given.locale];
  const title = given.name === "" ? given.desk : given.name;
  if (item.kind === "notice") {
    const said = noticeText(item, { locale: given.locale });
    return said === undefined ? undefined : { title: given.desk, body: cut(said.text) };
  }
  const reply = item.kind === "resend" && given.held?.kind === "reply" ? given.held : undefined;
  const text = "text" in item ? (item.text ?? reply?.text) : undefined;
  return { title, body: cut(text ?? "") || words.answer };
}
