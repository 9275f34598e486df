import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { kindOf, makeDeviceId, parseDocId } from "../../shared/kernel/ids.ts";
import { seededRandom } from "../../shared/testing/random.ts";
import { fold, foldable } from "../../shared/thread/fold.ts";
import type { Head } from "../../shared/thread/head.ts";
import { openIdentity } from "../identity/open-identity.ts";
import { makeMemoryBlobs } from "../stores/blobs/memory-blobs.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import type { Store } from "../stores/store.ts";
import { fillDemo } from "./demo.ts";

const NOW = 1_760_000_000_000;
const DAY = 86_400_000;

async function threadsOf(store: Store): Promise<{ heads: readonly Head[]; items: readonly StampedItem[] }> {
  const database = await store.open("desk");
  const docs = (await database.range({ start: "a", end: "z" })).map((doc) => ({ doc, id: parseDocId(doc._id) }));
  return {
    heads: docs.filter(({ id }) => id !== undefined && id.item === undefined).map(({ doc }) => doc as unknown as Head),
    items: docs.filter(({ id }) => id?.item !== undefined).map(({ doc }) => doc as unknown as StampedItem),
  };
}

describe("demo", () => {
  test("fills an empty desk with sixty dialogs and eighteen tickets of a month, once", async () => {
    const store = openMemoryStore();
    const files = makeMemoryBlobs();
    const people = await fillDemo({ store, files, now: NOW, random: seededRandom(1) });
    if (people === "in use") throw new Error("an empty desk was taken for one in use");
    expect(people.emails).toHaveLength(5);

    const { heads, items } = await threadsOf(store);
    const tickets = heads.filter((head) => kindOf(head._id) === "ticket");
    const all = heads.filter((head) => kindOf(head._id) === "dialog");
    expect(all).toHaveLength(60 + tickets.length);
    const dialogs = all.filter((head) => head.links.length === 0);
    expect(dialogs).toHaveLength(60);
    expect(heads.filter((head) => kindOf(head._id) === "team")).toHaveLength(3);
    expect(heads.filter((head) => kindOf(head._id) === "agent")).toHaveLength(5);

    // Nothing of it lies in the future, and it took a month.
    expect(items.every((item) => item.stamp.at <= NOW && item.at <= item.stamp.at)).toBe(true);
    expect(heads.every((head) => head.lastAt <= NOW && head.cursors.userRead.at <= NOW)).toBe(true);
    expect(Math.min(...dialogs.map((head) => head.createdAt))).toBeLessThan(NOW - 20 * DAY);
    expect(dialogs.filter((head) => head.lastAt > NOW - 2 * 3_600_000).length).toBeGreaterThan(20);

    // Every ending is there, and what waits to be seen: claims lost and replies held.
    const states = (state: Head["state"]): number => dialogs.filter((head) => head.state === state).length;
    expect([states("open") > 25, states("snoozed"), states("closed")]).toEqual([true, 3, 28]);
    expect(dialogs.filter((head) => head.rating !== undefined)).toHaveLength(15);
    expect(dialogs.filter((head) => head.owner === null && head.waitingSince !== null)).toHaveLength(10);
    expect(items.filter((item) => item.kind === "claim" && item.stamp.verdict === "lost")).toHaveLength(4);
    expect(dialogs.flatMap((head) => head.held)).toHaveLength(4);

    // Tickets: numbered from the first, past and present, late ones and some of today, with what waits to be settled.
    expect(new Set(tickets.map((head) => head.number))).toEqual(new Set(tickets.map((_, at) => 1_001 + at)));
    expect(tickets).toHaveLength(18);
    expect(new Set(tickets.map((head) => head.team)).size).toBe(3);
    expect(tickets.filter((head) => head.state === "closed")).toHaveLength(5);
    const due = tickets.filter((head) => head.state === "open").flatMap((head) => head.due?.resolve ?? []);
    expect(due.filter((at) => at < NOW).length).toBeGreaterThan(1);
    expect(due.filter((at) => at > NOW && at < NOW + DAY).length).toBeGreaterThan(4);
    expect(tickets.map((head) => head.fields["conflicts"]?.value).filter(Boolean)).toEqual([2]);
    expect(tickets.flatMap((head) => head.held)).toMatchObject([{ status: "done" }]);
    expect(tickets.filter((head) => head.status === "done" && head.held.length === 0)).toHaveLength(2);
    const gleb = heads.find((head) => head.fields["role"]?.value === "technician")?._id;
    expect(tickets.filter((head) => head.owner === (gleb as string) && head.state === "open")).toHaveLength(4);
    expect(tickets.flatMap((head) => head.untold ?? [])).toEqual([]);
    // Each event of a ticket was told to its user, once (S20).
    const told = items.flatMap((item) => (item.kind === "notice" ? (item.of ?? []) : []));
    const events = items.filter(
      (item) =>
        kindOf(item.thread) === "ticket" &&
        (item.kind === "open" || (item.kind === "status" && item.stamp.verdict === "won")),
    );
    expect([...told].sort()).toEqual(events.map(({ id }) => id).sort());
    const verdicts = new Set(items.map((item) => item.stamp.verdict));
    expect(verdicts.has("stale")).toBe(false);

    // Its files are really there.
    const shas = new Set(items.flatMap((item) => ("files" in item ? (item.files ?? []) : [])).map(({ sha }) => sha));
    expect(shas.size).toBeGreaterThan(7);
    for (const sha of shas) expect(await files.stat(sha)).toBeDefined();

    // And the threads are what their items make.
    for (const head of [...all, ...tickets]) {
      const own = items.filter((item) => item.thread === head._id).sort((a, b) => a.stamp.n - b.stamp.n);
      const { _rev, ...shown } = foldable(head) as Record<string, unknown>;
      expect(shown).toEqual({ ...foldable(fold(own) as Head) });
    }

    const before = (await (await store.open("desk")).info()).seq;
    expect(await fillDemo({ store, files, now: NOW + DAY, random: seededRandom(2) })).toEqual(people);
    expect((await (await store.open("desk")).info()).seq).toBe(before);

    const identity = await openIdentity({
      database: await store.open("desk-server"),
      clock: () => NOW,
      random: seededRandom(3),
      firstTeams: [],
    });
    const { x, y } = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
    const key = { kty: "EC", crv: "P-256", x: String(x), y: String(y) } as const;
    const device = { device: makeDeviceId(seededRandom(4)), key };
    const signedIn = await identity.ways.signIn(
      { email: people.emails[0] ?? "", password: people.password, device },
      "::1",
      NOW,
    );
    expect(signedIn.ok).toBe(true);
    expect(identity.accounts.hasAdmin()).toBe(false);
  });

  test("a desk that is in use stays as it is", async () => {
    const store = openMemoryStore();
    const desk = await store.open("desk");
    await desk.put({ _id: "dialog.000000000000000000", kind: "dialog" });
    expect(await fillDemo({ store, files: makeMemoryBlobs(), now: NOW, random: seededRandom(1) })).toBe("in use");
    expect((await desk.info()).docCount).toBe(2); // the dialog, and the mark of the set-up
  });
});
