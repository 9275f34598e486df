import { RateLimiterMemory } from "rate-limiter-flexible";
import type { ItemAnswer, RefusalCode } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, isItemId, kindOf, type ThreadId } from "../../shared/kernel/ids.ts";
import { areLinked } from "../../shared/policy/can.ts";
import type { UserAnswer } from "../../shared/protocol/chat.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { presentAnswer } from "../channels/web/present.ts";
import { type ChatLink, linkStatus } from "../identity/directory.ts";
import type { Who } from "../identity/port.ts";
import { type ChatItemCheck, checkChatItem } from "./chat-items.ts";
import { isSpent } from "./limits.ts";

/** Whoever sends as a user, by his chat or by his portal. */
export type UserSender = {
  readonly user: AuthorId;
  /** Persons in whose name he begins a dialog beside the one that stands for him. */
  readonly person?: ThreadId;
  /** The link by which an item would open a dialog. */
  readonly linkOf: (item: unknown) => ChatLink | undefined;
  /** Where he sends from, for limits. */
  readonly from: string;
};

type Parts = {
  readonly clock: () => Ms;
  readonly receive: (items: readonly unknown[], who: Who) => Promise<readonly ItemAnswer[]>;
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  readonly onAnswers: (answers: readonly UserAnswer[]) => void;
};

/** The one door for what users send: an answer an item, in order; nothing throws for bad input. */
export type UserDoor = (items: readonly unknown[], sender: UserSender) => Promise<readonly UserAnswer[]>;

export function makeUserDoor({ clock, receive, head, onAnswers }: Parts): UserDoor {
  const openings = new RateLimiterMemory({ points: 120, duration: 600 });

  async function check(
    raw: unknown,
    { sender, opened }: { readonly sender: UserSender; readonly opened: Map<unknown, ChatLink> },
  ): Promise<ChatItemCheck> {
    const { user, person } = sender;
    const thread = typeof raw === "object" && raw !== null && "thread" in raw ? raw.thread : undefined;
    // What follows an opening comes by its link.
    const link = sender.linkOf(raw) ?? opened.get(thread);
    const checked = checkChatItem(raw, {
      user,
      ...(person === undefined ? {} : { person }),
      link,
      status: linkStatus(link, clock()),
      isOwn: (thread) => head(thread)?.user === user,
      isLinked: (dialog, ticket) => {
        const linked = head(dialog);
        return linked !== undefined && kindOf(ticket) === "ticket" && areLinked(linked, { _id: ticket });
      },
    });
    const isOpening = checked.ok && checked.isOpening;
    const isLimited = isOpening && (await isSpent(openings, `${link?.thread ?? "none"} ${sender.from}`));
    if (isLimited) return { ok: false, id: checked.id, code: "rate" };
    if (isOpening && link !== undefined) opened.set(thread, link);
    return checked;
  }

  return async (items, sender) => {
    const checks: ChatItemCheck[] = [];
    const opened = new Map<unknown, ChatLink>();
    for (const raw of items) checks.push(await check(raw, { sender, opened }));
    const good = checks.flatMap((one) => (one.ok ? [one] : []));
    // The device of a chat is the one that its items name: it has no key, and its word is not trusted for anything.
    const device = good[0]?.device;
    const decided =
      device === undefined
        ? []
        : await receive(
            good.map(({ raw }) => raw),
            { actor: { kind: "user", id: sender.user }, device, session: "chat" },
          );
    const ofGood = decided[Symbol.iterator]();
    const answers = checks.map((one): UserAnswer => {
      if (!one.ok) return refuse(one.id, one.code);
      const next = ofGood.next();
      const id = one.id.slice(one.id.indexOf(":") + 1);
      if (next.done === true || !isItemId(id)) return refuse(one.id, "malformed");
      return presentAnswer(next.value, id);
    });
    onAnswers(answers);
    return answers;
  };
}

const refuse = (id: string, code: RefusalCode): UserAnswer => ({ id, answer: "refused", code }) as UserAnswer; // named by the id under which it was sent, whatever that is
