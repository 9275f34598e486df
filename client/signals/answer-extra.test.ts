import { describe, expect, it } from "vitest";
import { type ChannelAbilities, page } from "../../shared/channels/abilities.ts";
import type { FileRef } from "../../shared/items/base.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import { agent, openDialog, user } from "../../shared/testing/thread-world.ts";
import { answerOf, buttonsOf, lastUserAt, linkReason, templateOf, windowLeft, wrongCopy } from "./answer-extra.ts";

const HOUR = 3_600_000;
const ABILITIES: ChannelAbilities = {
  ...page("whatsapp"),
  carried: "connector",
  fileBytesOut: 1000,
  fileTypes: ["image/", "application/pdf"],
  buttons: 3,
  window: 24 * HOUR,
};
const file = (type: string, size: number): FileRef => ({ sha: "0".repeat(64), name: "x", type, size });
const ID = "0123456789-00000000000001" as ItemId;

describe("[S15] an answer by the abilities of its channel", () => {
  it("empty buttons and doubles do not leave, nor more than the channel takes; as lines as many as an item holds", () => {
    const more = { buttons: [" Yes ", "", "No", "Yes", "Later", "Never"] };
    expect(buttonsOf(more, ABILITIES)).toEqual(["Yes", "No", "Later"]);
    expect(buttonsOf(more, { ...ABILITIES, buttons: 0 })).toEqual(["Yes", "No", "Later", "Never"]);
    expect(answerOf({ text: "Well?", files: [], more }, ABILITIES, false)).toEqual({
      text: "Well?",
      files: [],
      buttons: ["Yes", "No", "Later"],
    });
  });

  it("what a channel has no use for stays out: a subject outside of mail, a quote where nobody can see it", () => {
    const more = { replyTo: ID, mail: { subject: " Printer ", cc: "a@x.org; b@x.org" } };
    expect(answerOf({ text: "a", files: [], more }, { ...ABILITIES, replies: false }, false)).toEqual({
      text: "a",
      files: [],
    });
    expect(answerOf({ text: "a", files: [], more }, { ...ABILITIES, kind: "email" }, false)).toMatchObject({
      replyTo: ID,
      extra: { mail: { subject: "Printer", cc: ["a@x.org", "b@x.org"] } },
    });
    expect(wrongCopy(more)).toBeUndefined();
    expect(wrongCopy({ mail: { subject: "", cc: "a@x.org, nobody" } })).toBe("nobody");
  });

  it("a file leaves as a link when it is too large or of a kind that the channel does not take", () => {
    expect(linkReason(file("image/png", 1000), ABILITIES)).toBeUndefined();
    expect(linkReason(file("image/png", 1001), ABILITIES)).toBe("size");
    expect(linkReason(file("video/mp4", 10), ABILITIES)).toBe("kind");
    expect(linkReason(file("video/mp4", 10), page("link"))).toBeUndefined();
  });
});

describe("[S37] free text in its time, a template after it", () => {
  it("the time runs from the user's last message; an agent's answer does not prolong it", () => {
    const ivan = user("ivan");
    const anna = agent("anna");
    const world = openDialog(ivan);
    const at = world.now;
    world.now += HOUR;
    world.write(anna, "claim", {});
    world.write(anna, "reply", { text: "hi", under: world.base, seen: world.seen });
    expect(lastUserAt(world)).toBe(at);
    expect(windowLeft(ABILITIES, world, at + HOUR)).toBe(23 * HOUR);
    expect(windowLeft(ABILITIES, world, at + 30 * HOUR)).toBe(0);
    expect(windowLeft(page("link"), world, at + 30 * HOUR)).toBeUndefined();
    expect(windowLeft(ABILITIES, { items: [] }, at)).toBeUndefined();
  });

  it("a template leaves only when it is too late for free text, with its values in order, and stands in the log", () => {
    const more = { template: { name: " ready ", language: "ru", values: "214\nIvan" } };
    expect(templateOf(more, false)).toBeUndefined();
    expect(templateOf({ template: { ...more.template, name: " " } }, true)).toBeUndefined();
    expect(answerOf({ text: "", files: [], more }, ABILITIES, true)).toEqual({
      text: "ready\n214\nIvan",
      files: [],
      extra: { template: { name: "ready", language: "ru", values: ["214", "Ivan"] } },
    });
    expect(answerOf({ text: "It is ready", files: [], more }, ABILITIES, true).text).toBe("It is ready");
    expect(answerOf({ text: "free", files: [], more }, ABILITIES, false).extra).toBeUndefined();
  });
});
