import type { Item } from "../../../shared/items/registry.ts";
import type { ItemAnswer, StampedItem } from "../../../shared/items/stamp.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { AuthorId, ItemId } from "../../../shared/kernel/ids.ts";
import type { UserAnswer, UserItem } from "../../../shared/protocol/chat.ts";

type Context = {
  /** The chat's user. */
  readonly user: AuthorId | null;
  readonly nameOf: (author: AuthorId) => string | undefined;
  /** An item of the thread that has no `u`: a reply that was held and is now sent as it was. */
  readonly find: (id: ItemId) => Item | undefined;
};

/** What the user sees of an item; nothing of what has no `u`. Names are shown, ids of agents are not. */
export function presentItem(item: StampedItem, context: Context): UserItem | undefined {
  const { u, at } = item.stamp;
  if (u === undefined) return undefined;
  const facts = {
    u,
    id: item.id,
    mine: item.author === context.user,
    at,
    ...writtenAt(item, at),
    ...optional("name", context.nameOf(item.author)),
  };
  switch (item.kind) {
    case "message":
      return {
        ...facts,
        kind: item.kind,
        text: item.text,
        ...optional("files", item.files),
        ...optional("replyTo", item.replyTo),
      };
    case "edit":
      return { ...facts, kind: item.kind, of: item.of, text: item.text };
    case "erase":
      return { ...facts, kind: item.kind, of: item.of };
    case "reply":
      return {
        ...facts,
        kind: item.kind,
        text: item.text,
        ...optional("files", item.files),
        ...optional("buttons", item.buttons),
        ...optional("via", item.via),
      };
    case "resend": {
      const held = context.find(item.of);
      const reply = held?.kind === "reply" ? held : undefined;
      const files = item.files ?? reply?.files;
      const text = item.text ?? reply?.text ?? "";
      return {
        ...facts,
        kind: "reply",
        text,
        ...optional("files", files),
        ...optional("buttons", reply?.buttons),
        ...optional("via", reply?.via),
      };
    }
    case "notice":
      return {
        ...facts,
        kind: item.kind,
        code: item.code,
        ...optional("params", item.params),
        ...optional("via", item.via),
      };
    case "rating":
      return { ...facts, kind: item.kind, score: item.score, ...optional("text", item.comment) };
    case "accept":
      return {
        ...facts,
        kind: item.kind,
        ...optional("of", item.of),
        ...optional("via", item.via),
        ...optional("answer", item.answer),
        ...optional("text", item.text),
      };
    case "reopen":
      return { ...facts, kind: item.kind };
    default:
      // Nothing else is the user's; it keeps its place in the order all the same, so that `u` has no gap.
      return { ...facts, kind: "notice", code: "unknown-kind" };
  }
}

const MINUTE = 60_000;

/** When it was truly written, where that is more than a minute from its admission; never later than that. */
function writtenAt(item: Item, admittedAt: Ms): { readonly writtenAt?: Ms } {
  const at = Math.min(item.at + (item.offset ?? 0), admittedAt);
  return admittedAt - at > MINUTE ? { writtenAt: Math.max(0, at) } : {};
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value }; // one key of that name
}

/** The answer to a user's item: its place and time, nothing of the team's side. */
export function presentAnswer(answer: ItemAnswer, id: ItemId): UserAnswer {
  if (!("item" in answer)) return answer;
  const { u, at, to } = answer.item.stamp;
  return { id, answer: answer.answer, at, ...optional("u", u), ...optional("to", to) };
}
