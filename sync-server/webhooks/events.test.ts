import { describe, expect, it } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { deviceHead } from "../../shared/thread/head.ts";
import type { WebhookDoc } from "./documents.ts";
import { deliveryIdOf, isWanted, toldOf } from "./events.ts";

const TEAM = derivedThreadId("team", "it");
const OTHER = derivedThreadId("team", "other");
const dialog = { ...deviceHead(emptyHead(derivedThreadId("dialog", "one"))), team: TEAM };
const person = deviceHead(emptyHead(derivedThreadId("person", "one")));
const link = (): string => "https://desk.example/file";

/** An item with what these rules read of it. */
const item = (kind: string, stamp: object = {}, words: object = {}): StampedItem =>
  ({
    id: "a",
    kind,
    author: "system",
    thread: dialog._id,
    text: "hello",
    ...words,
    stamp: { n: 1, at: 1_000, verdict: "noted", ...stamp },
  }) as unknown as StampedItem;
const hook: WebhookDoc = {
  _id: "webhook:h",
  id: "h",
  name: "x",
  url: "https://x.example/",
  events: ["message.created", "contact.updated"],
  teams: [],
  privateNetwork: false,
  secret: "s",
  createdAt: 500,
};

describe("what others are told", () => {
  it("[S37] a command that came to nothing is told to nobody, nor is a held reply or a note", () => {
    expect(toldOf(item("claim", { verdict: "won" }), dialog, link)?.event).toBe("dialog.claimed");
    for (const verdict of ["lost", "stale", "noop"])
      expect(toldOf(item("claim", { verdict }), dialog, link)).toBeUndefined();
    expect(toldOf(item("reply", { verdict: "sent" }), dialog, link)?.event).toBe("message.created");
    expect(toldOf(item("reply", { verdict: "held" }), dialog, link)).toBeUndefined();
    expect(toldOf(item("message", { verdict: "moved" }), dialog, link)).toBeUndefined();
    expect(toldOf(item("note"), dialog, link)).toBeUndefined();
  });

  it("[U18] an import tells nobody", () => {
    for (const kind of ["open", "message"]) {
      expect(toldOf(item(kind), dialog, link)).toBeDefined();
      expect(toldOf(item(kind, { imported: true }), dialog, link)).toBeUndefined();
    }
    expect(toldOf(item("open", { imported: true }), person, link)).toBeUndefined();
  });

  it("[S37] a hook hears of its events and teams, from its beginning on, while it runs; persons belong to all teams", () => {
    const told = toldOf(item("message"), dialog, link);
    const ofPerson = toldOf(item("set-field"), person, link);
    if (told === undefined || ofPerson === undefined) throw new Error("both are told");
    expect(isWanted(hook, told)).toBe(true);
    expect(isWanted({ ...hook, teams: [OTHER] }, told)).toBe(false);
    expect(isWanted({ ...hook, teams: [OTHER] }, ofPerson)).toBe(true);
    expect(isWanted({ ...hook, events: ["dialog.created"] }, told)).toBe(false);
    expect(isWanted({ ...hook, createdAt: 2_000 }, told)).toBe(false);
    expect(isWanted({ ...hook, paused: "admin" }, told)).toBe(false);
  });

  it("[S37] a delivery's id follows from its cause", () => {
    expect(deliveryIdOf("h", "i")).toBe(deliveryIdOf("h", "i"));
    expect(deliveryIdOf("h", "i")).not.toBe(deliveryIdOf("h2", "i"));
    expect(deliveryIdOf("h", "i")).toMatch(/^[0-9a-z]{26}$/);
  });
});
