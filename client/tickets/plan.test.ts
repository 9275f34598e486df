import { describe, expect, it } from "vitest";
import type { FileRef } from "../../shared/items/base.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { agent, DIALOG, OTHER_TEAM, TEAM, ThreadWorld, user } from "../../shared/testing/thread-world.ts";
import { freshPrefix } from "../platform/indexeddb-twin.contract.ts";
import type { ChainLink } from "../replica/port.ts";
import { letterOf, openAliases } from "./alias.ts";
import { firstEditsOf, planByHand, planFromDialog, suggestTicket } from "./plan.ts";

const anna = agent("anna");
const visitor = user("visitor");
const TICKET = derivedThreadId("ticket", "one");
const ASSET = derivedThreadId("asset", "printer");
const ids = { ticket: TICKET, dialog: DIALOG, alias: "K-3" };
const change = { data: "AAAA", edits: [], from: {} };
const given = { team: TEAM, title: "Printer", description: "It is silent." };

/** A dialog of one user with messages, a file, a tag and an asset. */
function dialogWorld() {
  const world = new ThreadWorld();
  const photo: FileRef = { sha: "a".repeat(64), name: "p.jpg", type: "image/jpeg", size: 3 };
  const put = (item: ReturnType<ThreadWorld["make"]>, actor = visitor): StampedItem => {
    const admitted = world.submit(actor, item);
    if (!("stamp" in admitted)) throw new Error(JSON.stringify(admitted));
    return admitted;
  };
  put(world.make(visitor, "open", { team: TEAM, user: visitor.id, channel: "link" }));
  const first = put(world.make(visitor, "message", { text: "Hello!" }));
  put(world.make(visitor, "message", { text: "The printer is silent.", files: [photo] }));
  put(world.make(anna, "tag", { add: ["printers"] }), anna);
  put(world.make(anna, "set-field", { set: { asset: ASSET, room: "512" } }), anna);
  return { world, first, photo, put };
}
const kinds = (links: readonly ChainLink[]): readonly string[] => links.map(({ draft }) => draft.kind);

describe("a ticket of a dialog", () => {
  it("[S16] reaches every message and file of it, its requester, asset and tags, and copies nothing", () => {
    const { world, photo } = dialogWorld();
    const head = world.head;
    if (head === undefined) throw new Error("the dialog began");
    const links = planFromDialog(head, given, { ids, changes: [change] });
    expect(kinds(links)).toEqual(["open", "change", "tag", "link"]);
    expect(links[0]?.draft).toMatchObject({
      thread: TICKET,
      dialog: DIALOG,
      user: visitor.id,
      set: { alias: "K-3", title: "Printer", asset: ASSET, room: "512" },
    });
    expect(links[2]?.draft).toMatchObject({ add: ["printers"] });
    expect(links.at(-1)?.draft).toMatchObject({ thread: DIALOG, to: TICKET, relation: "ticket" });
    // What the link leads to is the dialog itself, byte by byte: nothing of it stands in the ticket a second time.
    const written = JSON.stringify(links.map(({ draft }) => draft));
    expect(written).not.toContain(photo.sha);
    expect(written).not.toContain("Hello!");
    const reached = world.items.filter(({ thread }) => thread === links[0]?.draft.thread || thread === DIALOG);
    expect(reached).toEqual(world.items);
  });

  it("[S17] for another team shows the dialog's team the ticket, and takes tags and priority along", () => {
    const { world } = dialogWorld();
    if (world.head === undefined) throw new Error("the dialog began");
    const made = { ids, changes: [] };
    const links = planFromDialog(world.head, { ...given, team: OTHER_TEAM, priority: 3 }, made);
    expect(kinds(links)).toEqual(["open", "tag", "priority", "link"]);
    expect(links[0]?.draft).toMatchObject({ team: OTHER_TEAM, shared: [TEAM] });
  });

  it("[S16] is offered the user's first words as he last left them, up to the first answer", () => {
    const { world, first, put } = dialogWorld();
    put(world.make(visitor, "edit", { of: first.id, text: "Good morning!" }));
    expect(suggestTicket(world.items)).toEqual({
      title: "Good morning!",
      description: "Good morning!\nThe printer is silent.",
    });
    put(world.make(anna, "claim", {}), anna);
    const { inc = 1, epoch = 1, n = 0 } = world.head ?? {};
    put(world.make(anna, "reply", { text: "On my way", under: { inc, epoch }, seen: { inc, n } }), anna);
    put(world.make(visitor, "message", { text: "Thank you" }));
    expect(suggestTicket(world.items).description).not.toContain("Thank you");
    put(world.make(visitor, "erase", { of: first.id }));
    expect(suggestTicket(world.items).title).toBe("The printer is silent.");
    const long = world.make(visitor, "message", { text: `${"word ".repeat(40)}\nrest` });
    const { title } = suggestTicket([put(long)]);
    expect(title.length).toBeLessThanOrEqual(80);
    expect(title.endsWith("word…")).toBe(true);
  });

  it("[S40] by hand has a dialog behind it, begun before it", () => {
    const links = planByHand({ ...given, user: visitor.id }, { ids, changes: [change] });
    expect(kinds(links)).toEqual(["open", "open", "change", "link"]);
    expect(links[0]?.draft).toMatchObject({
      thread: DIALOG,
      channel: "desk",
      user: visitor.id,
      set: { subject: "Printer" },
    });
    expect(firstEditsOf(given).map((edit) => edit.f)).toEqual(["text", "text"]);
  });
});

describe("provisional numbers", () => {
  it("are given once, over all tabs and crashes, with the device's letter", async () => {
    const prefix = freshPrefix();
    const device = "d000000001" as Parameters<typeof letterOf>[0];
    const [one, two] = [
      openAliases(prefix, { author: anna.id, device }),
      openAliases(prefix, { author: anna.id, device }),
    ];
    const given = await Promise.all([one.next(), two.next(), one.next()]);
    expect(new Set(given).size).toBe(3);
    expect(await openAliases(prefix, { author: anna.id, device }).next()).toBe(`${letterOf(device)}-4`);
    expect(letterOf(device)).toMatch(/^[A-HJ-NP-Z]$/);
  });
});
