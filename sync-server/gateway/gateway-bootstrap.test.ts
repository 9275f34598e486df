import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { BootstrapLine, DigestAnswer, ThreadAnswer } from "../../shared/protocol/sync.ts";
import { between, seededRandom } from "../../shared/testing/random.ts";
import { dialog, team } from "./contract-desk.ts";
import type { TestDesk } from "./contract-device.ts";
import {
  callApi,
  heldBy,
  isWhole,
  openDesks,
  pull,
  pullAll,
  randomStep,
  seenBy,
  TestDevice,
} from "./contract-device.ts";

const desks = openDesks();
afterEach(() => desks.closeAll());

async function bootstrap({ gateway, anna }: TestDesk, after: string | undefined): Promise<readonly BootstrapLine[]> {
  const answer = await callApi(gateway, anna, `/bootstrap${after === undefined ? "" : `?after=${after}`}`);
  return readLines(await answer.text());
}

const readLines = (text: string): readonly BootstrapLine[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as BootstrapLine);

function store(device: TestDevice, line: BootstrapLine): void {
  if (line.t === "head") device.apply([line.doc], []);
  if (line.t === "thread" || line.t === "pack") device.apply(line.items, []);
  if (line.t === "end") device.token = line.ring;
}

async function fill({ scribe }: TestDesk, threads: number): Promise<void> {
  for (let i = 0; i < threads; i += 1) await scribe.write(dialog(i), { items: 2, team: team("one") });
}

describe("bootstrap", () => {
  test("[I13] a bootstrap cut at any line, resumed at its last mark while the desk goes on, and the ring, end as a fresh walk", async () => {
    const reached = { resumed: 0, anew: 0 };
    for (let seed = 1; seed <= 25; seed += 1) {
      const made = await desks.open();
      const random = seededRandom(seed);
      await fill(made, between(random, 100, 180));
      const device = new TestDevice();
      let after: string | undefined;
      let ring = "";
      for (let attempt = 0; attempt < 6; attempt += 1) {
        const lines = await bootstrap(made, after);
        const [first] = lines;
        if (first?.t !== "begin") throw new Error("no begin");
        // A resumed stream ends where the first attempt would have.
        expect([first.resumed ? ring : first.ring, attempt > 0 || !first.resumed]).toEqual([first.ring, true]);
        if (first.resumed) reached.resumed += 1;
        else reached.anew += 1;
        ring = first.ring;
        const end = attempt === 5 ? lines.length : between(random, 1, lines.length - 1);
        // What came after the last mark is lost with the connection.
        const cut = lines.slice(0, end);
        const lastMark = attempt === 5 ? end : cut.findLastIndex(({ t }) => t === "mark") + 1;
        for (const line of cut.slice(0, lastMark)) {
          store(device, line);
          if (line.t === "mark") after = line.after;
        }
        for (let i = between(random, 0, 6); i > 0; i -= 1) await randomStep(made, random);
      }
      expect(device.token).toBe(ring);
      await pullAll(made.gateway, made.anna, device);
      expect(heldBy(device), `seed ${seed}`).toEqual(seenBy(made, made.anna.who.actor.id));
      expect(isWhole(device, made), `seed ${seed}`).toBe(true);
    }
    expect(reached.resumed).toBeGreaterThan(50);
    expect(reached.anew).toBeGreaterThan(20);
  });

  test("heads come first, the newest dialog before older ones, and brotli or gzip carry the same lines", async () => {
    const made = await desks.open();
    await fill(made, 40);
    await made.scribe.write(dialog(7), { items: 30 });
    const { gateway, anna } = made;
    const lines = await bootstrap(made, undefined);
    const kinds = lines.map(({ t }) => t);
    expect(kinds.lastIndexOf("head")).toBeLessThan(kinds.indexOf("heads-done"));
    expect(kinds.indexOf("heads-done")).toBeLessThan(kinds.indexOf("thread"));
    expect(kinds.filter((t) => t === "head")).toHaveLength(40);
    expect(lines.find(({ t }) => t === "thread")).toMatchObject({ id: dialog(7), items: { length: 32 } });
    expect(lines.at(-1)).toMatchObject({ t: "end" });
    for (const [name, unpack] of [
      ["br", brotliDecompressSync],
      ["gzip", gunzipSync],
    ] as const) {
      const answer = await callApi(gateway, anna, "/bootstrap", { headers: { "accept-encoding": name } });
      expect(answer.headers.get("content-encoding")).toBe(name);
      const packed = Buffer.from(await answer.arrayBuffer());
      const text = unpack(packed).toString();
      expect(readLines(text).slice(1)).toEqual(lines.slice(1));
      expect(packed.length * 4).toBeLessThan(text.length);
    }
  });
});

describe("digest and threads", () => {
  test("[I11] a digest names what differs and what is out of sight; threads mend it", async () => {
    const { scribe, anna, gateway } = await desks.open();
    await scribe.write(dialog("same"), { items: 2, team: team("one") });
    await scribe.write(dialog("grown"), { items: 2, team: team("one") });
    await scribe.write(dialog("left"), { items: 2, team: team("one") });
    const device = new TestDevice();
    await pullAll(gateway, anna, device);
    await scribe.write(dialog("grown"), { items: 2 });
    await scribe.write(dialog("left"), { items: 0, team: team("two") });
    await scribe.write(dialog("new"), { items: 1, team: team("one") });
    const threads = {
      [dialog("same")]: [1, 1, 2],
      [dialog("grown")]: [1, 1, 2],
      [dialog("left")]: [1, 1, 2],
      [dialog("made-up")]: [1, 1, 2],
    };
    const digest = (await (await callApi(gateway, anna, "/digest", { body: { threads } })).json()) as DigestAnswer;
    expect(digest.differ.map(({ id }) => id).sort()).toEqual([dialog("grown"), dialog("new")].sort());
    // Out of sight and never there look the same.
    expect([...digest.gone].sort()).toEqual([dialog("left"), dialog("made-up")].sort());
    expect(digest.counts).toEqual({ threads: 3, docs: 3 + 5 + 2 });
    const asked = {
      threads: [
        [dialog("grown"), 2],
        [dialog("new"), 0],
        [dialog("left"), 0],
      ],
    };
    const lines = readLines(await (await callApi(gateway, anna, "/threads", { body: asked })).text());
    expect(lines).toMatchObject([
      { t: "thread", id: dialog("grown"), after: 2, items: { length: 2 }, head: { n: 4 } },
      { t: "thread", id: dialog("new"), items: { length: 1 } },
      { t: "gone", id: dialog("left") },
      { t: "end" },
    ]);
    const after = await pull(gateway, anna, { since: digest.ring, limit: 10 });
    expect(after).toMatchObject({ docs: [], done: true });
  });

  test("[I11] a thread out of sight is answered as one that was never there", async () => {
    const { scribe, anna, gateway } = await desks.open();
    await scribe.write(dialog("mine"), { items: 3, team: team("one") });
    await scribe.write(dialog("theirs"), { items: 3, team: team("two") });
    const mine = await callApi(gateway, anna, `/thread/${dialog("mine")}?after=1`);
    expect(((await mine.json()) as ThreadAnswer).items.map(({ _id }) => _id)).toHaveLength(2);
    const theirs = await callApi(gateway, anna, `/thread/${dialog("theirs")}`);
    const nobodys = await callApi(gateway, anna, `/thread/${dialog("nobody's")}`);
    expect([theirs.status, await theirs.json()]).toEqual([nobodys.status, await nobodys.json()]);
    expect(theirs.status).toBe(404);
  });

  test("committed items are shown before their documents are stored", async () => {
    const { scribe, anna, gateway } = await desks.open();
    await scribe.write(dialog(1), { items: 2, team: team("one") });
    await scribe.storeItems();
    await scribe.write(dialog(1), { items: 1 });
    const answer = await callApi(gateway, anna, `/thread/${dialog(1)}`);
    const { items } = (await answer.json()) as ThreadAnswer;
    expect(items.map((item) => ("stamp" in item ? item.stamp.n : 0))).toEqual([1, 2, 3]);
  });

  test("malformed bodies are refused, and nobody gets in without a token", async () => {
    const { anna, gateway } = await desks.open();
    for (const path of ["/digest", "/threads", "/push"]) {
      expect((await callApi(gateway, anna, path, { body: [1] })).status).toBe(400);
    }
    for (const path of ["/pull", "/bootstrap", `/thread/${dialog(1)}`]) {
      expect((await gateway.api.request(path)).status).toBe(401);
    }
  });
});
