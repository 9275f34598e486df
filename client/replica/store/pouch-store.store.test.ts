import { describe, expect, it } from "vitest";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { BootstrapLine } from "../../../shared/protocol/sync.ts";
import { agent, DIALOG, openDialog, type ThreadWorld, user } from "../../../shared/testing/thread-world.ts";
import { type DeviceHead, deviceHead } from "../../../shared/thread/head.ts";
import { freshPrefix } from "../../platform/indexeddb-twin.contract.ts";
import { headDoc, itemDoc } from "./local-docs.ts";
import type { BootstrapPart } from "./port.ts";
import { openPouchStore } from "./pouch-store.ts";

const anna = agent("anna");
const boris = agent("boris");
const visitor = user("visitor");

/** What a bootstrap would send: one body of lines. */
const answering =
  (lines: readonly BootstrapLine[], seen: string[] = []) =>
  async (path: string): Promise<Response> => {
    seen.push(path);
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    return new Response(text, { headers: { "content-type": "application/x-ndjson" } });
  };
const open = (prefix: string, fetch: (path: string) => Promise<Response> = answering([])) =>
  openPouchStore({ prefix, author: anna.id, fetch });
const nothingTold = (): void => undefined;
const live = new AbortController().signal;

function claimedDialog(): ThreadWorld {
  const world = openDialog(visitor);
  world.write(anna, "claim", {});
  world.write(anna, "reply", { text: "On my way", under: world.base, seen: world.seen });
  return world;
}
const head = (world: ThreadWorld): DeviceHead => deviceHead(world.at);

describe("the device's store", () => {
  it("[CL16] keeps the newer view of a head, whichever comes last", async () => {
    const store = await open(freshPrefix());
    const world = openDialog(visitor);
    const earlier = head(world);
    world.write(anna, "claim", {});
    await store.apply({ docs: [head(world)], removed: [] });
    await store.apply({ docs: [earlier], removed: [] });
    const { heads } = await store.heads({ seq: 0, generation: 1 });
    expect(heads).toEqual([head(world)]);
    expect(await store.conflicts()).toBe(0);
    await store.close();
  });

  it("tells heads that changed since a sequence number only", async () => {
    const store = await open(freshPrefix());
    const world = openDialog(visitor);
    const { seq } = await store.apply({ docs: [head(world), ...world.items], removed: [] });
    expect((await store.heads({ seq, generation: 1 })).heads).toEqual([]);
    world.write(anna, "claim", {});
    await store.apply({ docs: [head(world)], removed: [] });
    expect((await store.heads({ seq, generation: 1 })).heads.map(({ owner }) => owner)).toEqual([anna.id]);
    await store.close();
  });

  it("gives a thread's items by n, each once, packed or not", async () => {
    const world = claimedDialog();
    const packed = world.items.slice(0, 3);
    const docs = (items: readonly (typeof world.items)[number][]) =>
      items.map((item) => itemDoc(item, item._id) as never);
    const lines: BootstrapLine[] = [
      { t: "begin", ring: "r1", resumed: false, counts: { heads: 1, threads: 1, packs: 1, docs: 5 }, now: 0 },
      { t: "head", doc: headDoc(head(world), DIALOG, undefined) as never },
      { t: "heads-done" },
      { t: "pack", id: DIALOG, inc: 1, n: 3, items: docs(packed) },
      { t: "mark", after: "m1" },
      { t: "thread", id: DIALOG, after: 2, items: docs(world.items.slice(2)) },
      { t: "end", ring: "r1" },
    ];
    const store = await open(freshPrefix(), answering(lines));
    const told: BootstrapPart[] = [];
    expect(await store.bootstrap((part) => told.push(part), live)).toEqual({ ok: true, ring: "r1" });
    expect((await store.thread(DIALOG)).map(({ stamp }) => stamp.n)).toEqual([1, 2, 3, 4]);
    expect((await store.thread(DIALOG))[3]).toEqual(world.items[3]);
    expect(await store.standing()).toEqual({ token: "r1", generation: 1 });
    expect(told.map(({ t }) => t)).toContain("heads-done");
    expect(await store.holdings()).toEqual({ [DIALOG]: [1, head(world).v, 4] });
    await store.close();
  });

  it("[I13] a bootstrap that breaks off goes on behind its last mark and gives no token before", async () => {
    const world = claimedDialog();
    const prefix = freshPrefix();
    const begin: BootstrapLine = {
      t: "begin",
      ring: "r1",
      resumed: false,
      counts: { heads: 1, threads: 1, packs: 0, docs: 5 },
      now: 0,
    };
    const cut = await open(
      prefix,
      answering([
        begin,
        { t: "head", doc: headDoc(head(world), DIALOG, undefined) as never },
        { t: "mark", after: "m1" },
      ]),
    );
    expect(await cut.bootstrap(nothingTold, live)).toEqual({ ok: false, error: { why: "unreachable" } });
    expect(await cut.standing()).toEqual({ generation: 1 });
    await cut.close();
    const paths: string[] = [];
    const again = await open(
      prefix,
      answering(
        [
          { ...begin, resumed: true },
          { t: "end", ring: "r1" },
        ],
        paths,
      ),
    );
    expect(await again.bootstrap(nothingTold, live)).toEqual({ ok: true, ring: "r1" });
    expect(paths).toEqual(["/api/bootstrap?after=m1"]);
    await again.close();
  });

  it("a captive portal's page is not a bootstrap", async () => {
    const store = await open(
      freshPrefix(),
      async () => new Response("<html>Pay here</html>", { headers: { "content-type": "text/html" } }),
    );
    expect(await store.bootstrap(nothingTold, live)).toEqual({ ok: false, error: { why: "foreign-answer" } });
    await store.close();
  });

  it("[I11] overwrites what leaves sight, and a thread that comes back lives again", async () => {
    const store = await open(freshPrefix());
    const world = claimedDialog();
    const all = [head(world), ...world.items];
    const { seq } = await store.apply({ docs: all, removed: [] });
    const { dead } = await store.apply({ docs: [], removed: [DIALOG] });
    expect(await store.thread(DIALOG)).toEqual([]);
    expect(await store.heads({ seq, generation: 1 })).toMatchObject({ heads: [], removed: [DIALOG] });
    expect(dead).toBe(1);
    await store.apply({ docs: all, removed: [] });
    expect((await store.thread(DIALOG)).length).toBe(4);
    expect((await store.heads({ seq: 0, generation: 1 })).heads).toEqual([head(world)]);
    expect(await store.conflicts()).toBe(0);
    await store.close();
  });

  it("[I11] a rotation keeps what lives, forgets what is dead, and other tabs follow", async () => {
    const prefix = freshPrefix();
    const store = await open(prefix);
    const other = await open(prefix);
    const world = claimedDialog();
    const gone = "dialog.000000000000000009" as ThreadId;
    await store.apply({ docs: [head(world), ...world.items, { ...head(world), _id: gone }], removed: [], token: "t1" });
    await store.apply({ docs: [], removed: [gone] });
    await store.rotate("living");
    expect(await store.standing()).toEqual({ token: "t1", generation: 2 });
    expect((await store.heads({ seq: 0, generation: 2 })).heads).toEqual([head(world)]);
    expect((await other.thread(DIALOG)).length).toBe(4);
    await store.apply({ docs: [{ ...head(world), v: head(world).v + 1 }, ...world.items], removed: [] });
    expect(await store.conflicts()).toBe(0);
    await store.rotate("nothing");
    expect(await store.standing()).toEqual({ generation: 3 });
    expect(await store.holdings()).toEqual({});
    await Promise.all([store.close(), other.close()]);
  });

  it("[CL20] knows own lost commands until they are acknowledged, in any order, over a reload", async () => {
    const prefix = freshPrefix();
    const store = await open(prefix);
    const world = openDialog(visitor);
    world.write(boris, "claim", {});
    const lost = world.write(anna, "claim", {});
    expect((await store.apply({ docs: [lost], removed: [] })).lost).toEqual([lost]);
    expect((await store.apply({ docs: [lost], removed: [] })).lost).toBeUndefined();
    await store.close();
    const again = await open(prefix);
    expect((await again.heads({ seq: 0, generation: 1 })).lost).toEqual([lost]);
    const ack = world.write(anna, "ack", { of: lost.id });
    expect((await again.apply({ docs: [ack], removed: [] })).lost).toEqual([]);
    expect((await again.apply({ docs: [lost], removed: [] })).lost).toBeUndefined();
    await again.close();
  });

  it("[CL19] says which own items are here in their stamped form", async () => {
    const store = await open(freshPrefix());
    const world = claimedDialog();
    const [first, second] = world.items;
    if (first === undefined || second === undefined) throw new Error("the world has begun");
    await store.apply({ docs: [first], removed: [], strict: true });
    expect(await store.holdsItems([first, second])).toEqual([first.id]);
    await store.close();
  });
});
