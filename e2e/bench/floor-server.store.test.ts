import { createRequire } from "node:module";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FloorServer, openFloorServer } from "./floor-server.ts";

type Doc = { readonly _id: string; readonly [field: string]: unknown };
type Replication = { readonly ok: boolean; readonly docs_written: number; readonly doc_write_failures: number };
type LiveReplication = Promise<Replication> & { cancel(): void; on(event: "paused", heard: () => void): void };
type Pouch = {
  bulkDocs(docs: readonly Doc[]): Promise<readonly { readonly ok?: boolean; readonly rev: string }[]>;
  allDocs(options: object): Promise<{ readonly rows: readonly { readonly id: string; readonly doc: Doc }[] }>;
  get(id: string, options?: object): Promise<Doc>;
  put(doc: Doc): Promise<{ readonly rev: string }>;
  replicate: {
    from(other: string, options?: { readonly batch_size: number }): Promise<Replication>;
    from(other: string, options: { readonly live: true; readonly retry: true }): LiveReplication;
    to(other: string): Promise<Replication>;
  };
  destroy(): Promise<void>;
};
type PouchClass = {
  new (name: string, options: { readonly adapter: string }): Pouch;
  plugin(plugin: unknown): PouchClass;
};

const require = createRequire(import.meta.url);
const PouchDB = (require("pouchdb-core") as PouchClass)
  .plugin(require("pouchdb-adapter-http"))
  .plugin(require("pouchdb-replication"))
  .plugin(require("pouchdb-adapter-memory"));

let floor: FloorServer;
const pouches: Pouch[] = [];
beforeEach(async () => {
  floor = await openFloorServer();
});
afterEach(async () => {
  for (const pouch of pouches.splice(0)) await pouch.destroy();
  await floor.close();
});

function openPouch(): Pouch {
  const pouch = new PouchDB(`floor-test-${pouches.length}-${floor.port}`, { adapter: "memory" });
  pouches.push(pouch);
  return pouch;
}

async function ask(path: string, init?: { readonly method: string; readonly body?: unknown }) {
  const body = init?.body === undefined ? {} : { body: JSON.stringify(init.body) };
  const response = await fetch(`${floor.url}${path}`, { ...(init && { method: init.method }), ...body });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

test("an unmodified PouchDB pulls everything, in pages, and again only what is new", async () => {
  const docs = Array.from({ length: 350 }, (_, n) => ({ _id: `dialog.${n}:я`, text: `письмо ${n} 😀` }));
  floor.load("desk", docs);
  const pouch = openPouch();
  const first = await pouch.replicate.from(`${floor.url}/desk`, { batch_size: 100 });
  expect(first).toMatchObject({ ok: true, docs_written: 350, doc_write_failures: 0 });
  const { rows } = await pouch.allDocs({ include_docs: true });
  expect(new Map(rows.map((row) => [row.id, row.doc["text"]]))).toEqual(
    new Map(docs.map((doc) => [doc._id, doc.text])),
  );

  const one = await pouch.get("dialog.7:я");
  expect(await ask("/desk/dialog.7%3A%D1%8F", { method: "PUT", body: { ...one, text: "new" } })).toMatchObject({
    status: 201,
  });
  expect(await pouch.replicate.from(`${floor.url}/desk`, { batch_size: 100 })).toMatchObject({ docs_written: 1 });
  // The new revision came with its ancestry: no conflict.
  expect(await pouch.get("dialog.7:я", { conflicts: true })).toEqual({
    ...one,
    text: "new",
    _rev: expect.stringMatching(/^2-/),
  });
});

test("an unmodified PouchDB pushes what it wrote, and both sides keep the same revisions and conflicts", async () => {
  const pouch = openPouch();
  const written = await pouch.bulkDocs([
    { _id: "a", n: 1 },
    { _id: "b", n: 1 },
  ]);
  floor.load("desk", [{ _id: "b", n: 2 }]);
  expect(await pouch.replicate.to(`${floor.url}/desk`)).toMatchObject({ ok: true, docs_written: 2 });
  expect((await ask("/desk/a?revs=true")).json).toMatchObject({ n: 1, _rev: written[0]?.rev });
  await pouch.replicate.from(`${floor.url}/desk`);
  const here = await pouch.get("b", { conflicts: true });
  expect((await ask("/desk/b?conflicts=true")).json).toEqual(here);
  expect(here["_conflicts"]).toHaveLength(1);
  expect(await pouch.replicate.to(`${floor.url}/desk`)).toMatchObject({ docs_written: 0 });
});

test("an unmodified PouchDB follows live over longpoll", async () => {
  floor.load("desk", [{ _id: "a" }]);
  const pouch = openPouch();
  const live = pouch.replicate.from(`${floor.url}/desk`, { live: true, retry: true });
  const paused = () => new Promise<void>((resolve) => live.on("paused", resolve));
  await paused();
  const next = paused();
  floor.load("desk", [{ _id: "b", n: 1 }]);
  await next;
  expect(await pouch.get("b")).toMatchObject({ n: 1 });
  live.cancel();
  await live;
});

test("documents are compared and swapped, listed and ranged as CouchDB does", async () => {
  await ask("/desk", { method: "PUT" });
  expect((await ask("/desk", { method: "PUT" })).status).toBe(412);
  const first = await ask("/desk/a", { method: "PUT", body: { n: 1 } });
  expect(first).toMatchObject({ status: 201, json: { ok: true, id: "a" } });
  expect((await ask("/desk/a", { method: "PUT", body: { n: 2 } })).status).toBe(409);
  const second = await ask("/desk/a", { method: "PUT", body: { n: 2, _rev: first.json["rev"] } });
  expect((await ask(`/desk/a?rev=${String(first.json["rev"])}`, { method: "DELETE" })).status).toBe(409);
  const bulk = await ask("/desk/_bulk_docs", {
    method: "POST",
    body: { docs: [{ _id: "b" }, { _id: "a" }, { _id: "c" }] },
  });
  expect(bulk.json).toMatchObject([
    { ok: true, id: "b" },
    { id: "a", error: "conflict" },
    { ok: true, id: "c" },
  ]);
  expect((await ask(`/desk/a?rev=${String(second.json["rev"])}`, { method: "DELETE" })).json).toMatchObject({
    ok: true,
  });
  const ids = async (query: string) =>
    ((await ask(`/desk/_all_docs?${query}`)).json["rows"] as { id: string }[]).map((row) => row.id);
  expect(await ids("")).toEqual(["b", "c"]);
  expect(await ids('startkey="c"')).toEqual(["c"]);
  expect(await ids('startkey="c"&endkey="b"&descending=true&limit=1')).toEqual(["c"]);
  const keyed = await ask("/desk/_all_docs?include_docs=true", { method: "POST", body: { keys: ["c", "a", "zz"] } });
  expect(keyed.json["rows"]).toMatchObject([
    { id: "c", doc: { _id: "c" } },
    { id: "a", value: { deleted: true }, doc: null },
    { key: "zz", error: "not_found" },
  ]);
  expect((await ask("/desk")).json).toMatchObject({ doc_count: 2, doc_del_count: 1 });
  expect((await ask("/none/a")).status).toBe(404);
  const changes = await ask("/desk/_changes?descending=true&limit=1");
  expect(changes.json["results"]).toMatchObject([{ id: "a", deleted: true }]);
});

test("a continuous feed streams what is there and what comes", async () => {
  floor.load("desk", [{ _id: "a" }, { _id: "b" }]);
  const stop = new AbortController();
  const response = await fetch(`${floor.url}/desk/_changes?feed=continuous&include_docs=true`, { signal: stop.signal });
  const ids: string[] = [];
  let text = "";
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) if (line !== "") ids.push((JSON.parse(line) as { doc: Doc }).doc._id);
    if (ids.length === 2) floor.load("desk", [{ _id: "c" }]);
    if (ids.length === 3) break;
  }
  stop.abort();
  expect(ids).toEqual(["a", "b", "c"]);
});
