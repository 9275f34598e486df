import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../shared/kernel/ids.ts";
import { type AuthorId, derivedThreadId, itemDocId, makeItemId, personOfUser } from "../../shared/kernel/ids.ts";
import { checkChatItem } from "./chat-items.ts";

const user = "user.1111111111111111" as AuthorId;
const [team, link, own, fresh] = [
  derivedThreadId("team", "t"),
  derivedThreadId("link", "l"),
  derivedThreadId("dialog", "own"),
  derivedThreadId("dialog", "fresh"),
];
const context = {
  user,
  link: { thread: link, token: "token", team, title: "", revoked: false },
  status: "open",
  isOwn: (thread: string) => thread === own,
  isLinked: () => false,
} as const;
const item = (thread: typeof own, words: object): object => {
  const id = makeItemId("1234567890" as DeviceId, 1_000, () => 0.5);
  return { _id: itemDocId(thread, id), id, thread, author: user, ...words };
};
const opening = { kind: "open", team, person: personOfUser(user), user, channel: "link", link };

describe("[S37] what a page may not say in a channel's name", () => {
  it("a message of the page's own goes through, one with what only channels know does not", () => {
    expect(checkChatItem(item(own, { kind: "message", text: "hello" }), context)).toMatchObject({ ok: true });
    for (const extra of [{ automatic: true }, { from: { mail: "boss@firm.ru" } }, { api: "token" }, {}, undefined]) {
      expect(checkChatItem(item(own, { kind: "message", text: "hello", extra }), context)).toMatchObject({
        ok: false,
        code: "forbidden",
      });
    }
  });

  it("a dialog is opened by the page's own link only: not as a channel's, not by another's thread", () => {
    expect(checkChatItem(item(fresh, opening), context)).toMatchObject({ ok: true });
    const channel = derivedThreadId("channel", "telegram");
    for (const forged of [
      { channel: "telegram" },
      { channel: "email" },
      { channel: "api" },
      { channel: "widget" },
      { link: channel },
      { channel: "telegram", link: channel },
      { team: derivedThreadId("team", "other") },
      { user: "user.2222222222222222" },
      { set: { address: "victim@firm.ru" } },
    ]) {
      const checked = checkChatItem(item(fresh, { ...opening, ...forged }), context);
      expect({ forged, ...checked }).toMatchObject({ forged, ok: false, code: "forbidden" });
    }
  });

  it("what the desk says of deliveries and calls, and who is asked again, is not a user's", () => {
    for (const kind of ["delivery", "redeliver", "call", "merge", "unmerge", "notice", "reply", "set-field"]) {
      expect(checkChatItem(item(own, { kind }), context)).toMatchObject({ ok: false, code: "forbidden" });
    }
  });
});
