import { afterEach, describe, expect, test } from "vitest";
import { headRev } from "../../shared/thread/head-revision.ts";
import { dialog, type TestPerson, team } from "./contract-desk.ts";
import { openDesks, type TestDesk } from "./contract-device.ts";

const desks = openDesks();
afterEach(() => desks.closeAll());

type Row = {
  readonly seq: string;
  readonly id: string;
  readonly changes: readonly { readonly rev: string }[];
  readonly doc?: object;
};
type ChangesAnswer = { readonly results: readonly Row[]; readonly last_seq: string; readonly pending: number };

/** A request of Anna's device, by a method and a path behind `/db`. */
async function ask(
  { gateway, anna }: Pick<TestDesk, "gateway" | "anna">,
  method: string,
  path: string,
  more: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<Response> {
  return gateway.db.request(`/db/${path}`, {
    method,
    headers: { authorization: `Bearer ${anna.device}`, ...more.headers },
    ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
  });
}
const json = async <Shape>(answer: Promise<Response>): Promise<Shape> => (await answer).json() as Promise<Shape>;

/** Two threads of ours, one of another team's; one item of ours is committed and not stored. */
async function openDesk(): Promise<TestDesk & { readonly items: readonly string[] }> {
  const desk = await desks.open();
  await desk.scribe.write(dialog("a"), { items: 2, team: team("one") });
  await desk.scribe.write(dialog("theirs"), { items: 2, team: team("two") });
  await desk.scribe.storeItems();
  await desk.scribe.write(dialog("b"), { items: 1, team: team("one") });
  const { rows } = await json<{ rows: { id: string }[] }>(ask(desk, "GET", "_all_docs"));
  return { ...desk, items: rows.map(({ id }) => id).filter((id) => id.includes(":")) };
}

describe("/db", () => {
  test("needs a device token, as Bearer or as the password of Basic; a cookie is not enough", async () => {
    const desk = await openDesk();
    const { gateway, anna } = desk;
    const basic = `Basic ${Buffer.from(`any:${anna.device}`).toString("base64")}`;
    const statusOf = async (headers: Record<string, string>): Promise<number> =>
      (await gateway.db.request("/db", { headers })).status;
    expect(await statusOf({ authorization: basic })).toBe(200);
    expect(await statusOf({ authorization: `Bearer ${anna.device}` })).toBe(200);
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ cookie: `otklik=${anna.device}` })).toBe(401);
    expect(await statusOf({ authorization: "Bearer nobody" })).toBe(401);
  });

  test("tells of itself what this person may see", async () => {
    const info = await json<{ doc_count: number; update_seq: string }>(ask(await openDesk(), "GET", ""));
    expect(info.doc_count).toBe(5);
    expect(info.update_seq).not.toBe("");
  });

  test("[I11] _changes lists what may be seen, resumes at any row's seq, and carries documents with _revisions", async () => {
    const desk = await openDesk();
    const all = await json<ChangesAnswer>(ask(desk, "GET", "_changes?style=all_docs&include_docs=true"));
    expect(all.results).toHaveLength(5);
    expect(all.pending).toBe(0);
    for (const { id, changes, doc } of all.results) {
      expect(doc).toMatchObject({ _id: id, _rev: changes[0]?.rev, _revisions: { start: expect.any(Number) } });
    }
    expect(all.results.map(({ id }) => id).join()).not.toContain(dialog("theirs"));
    for (const [at, { seq }] of all.results.entries()) {
      const rest = await json<ChangesAnswer>(ask(desk, "GET", `_changes?since=${seq}&limit=2`));
      expect(rest.results.map(({ id }) => id)).toEqual(all.results.slice(at + 1, at + 3).map(({ id }) => id));
    }
    // As CouchDB's replicator writes it.
    const quoted = await json<ChangesAnswer>(
      ask(desk, "GET", `_changes?since=${encodeURIComponent(JSON.stringify(all.last_seq))}`),
    );
    expect(quoted.results).toEqual([]);
    await desk.scribe.write(dialog("theirs"), { items: 1 });
    await desk.scribe.write(dialog("b"), { items: 1 });
    const news = await json<ChangesAnswer>(ask(desk, "GET", `_changes?since=${all.last_seq}`));
    expect(news.results.map(({ id }) => id.split(":")[0])).toEqual([dialog("b"), dialog("b")]);
    expect((await json<ChangesAnswer>(ask(desk, "POST", "_changes?since=now", { body: {} }))).results).toEqual([]);
  });

  test("a page says how many rows are about behind it", async () => {
    const page = await json<ChangesAnswer>(ask(await openDesk(), "GET", "_changes?limit=2"));
    expect(page.pending).toBeGreaterThanOrEqual(3);
  });

  test("without a limit everything comes in one answer", async () => {
    const desk = await desks.open();
    await desk.scribe.write(dialog("big"), { items: 2_500, team: team("one") });
    await desk.scribe.storeItems();
    const all = await json<ChangesAnswer>(ask(desk, "GET", "_changes"));
    expect(new Set(all.results.map(({ id }) => id)).size).toBe(2_501);
    expect(all.results).toHaveLength(2_501);
  });

  test("longpoll waits for what may be seen, and gives up after its time", async () => {
    const desk = await openDesk();
    const { last_seq } = await json<ChangesAnswer>(ask(desk, "GET", "_changes"));
    const waiting = json<ChangesAnswer>(ask(desk, "GET", `_changes?feed=longpoll&since=${last_seq}&heartbeat=5000`));
    await desk.scribe.write(dialog("theirs"), { items: 1 });
    await desk.scribe.write(dialog("a"), { items: 1 });
    expect((await waiting).results.map(({ id }) => id.split(":")[0])).toEqual([dialog("a"), dialog("a")]);
    const empty = await json<ChangesAnswer>(ask(desk, "GET", `_changes?feed=longpoll&since=now&timeout=20`));
    expect(empty.results).toEqual([]);
  });

  test("continuous sends a line a change until its limit, and heartbeats between", async () => {
    const desk = await openDesk();
    const answer = await ask(desk, "GET", "_changes?feed=continuous&since=now&limit=2&heartbeat=1000");
    const reading = answer.text();
    await desk.scribe.write(dialog("a"), { items: 1 });
    const lines = (await reading).split("\n").filter((line) => line !== "");
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ id: dialog("a") });
    expect(JSON.parse(lines[2] ?? "")).toMatchObject({ last_seq: expect.any(String) });
  });

  test("[I11] a right taken away ends what a waiting feed shows", async () => {
    const desk = await openDesk();
    const { identity, anna, scribe } = desk;
    const waiting = ask(desk, "GET", "_changes?feed=longpoll&since=now&timeout=60");
    identity.setTeams(anna.who.actor.id, []);
    await scribe.write(dialog("a"), { items: 1 });
    expect((await json<ChangesAnswer>(waiting)).results).toEqual([]);
    expect((await ask(desk, "GET", dialog("a"))).status).toBe(404);
  });

  test("_revs_diff: known are the present revision, an item's first, a head's earlier ones; out of sight nothing is", async () => {
    const desk = await openDesk();
    const { items } = desk;
    const [item = ""] = items;
    const doc = await json<{ _rev: string; _revisions: { ids: string[] } }>(
      ask(desk, "GET", `${encodeURIComponent(item)}?revs=true`),
    );
    await desk.scribe.write(dialog("a"), { items: 0 });
    const asked = {
      [item]: [doc._rev, `1-${doc._revisions.ids[1]}`, "1-other"],
      [dialog("a")]: [headRev({ inc: 1, v: 1 }), headRev({ inc: 1, v: 2 }), headRev({ inc: 1, v: 3 })],
      [dialog("theirs")]: [headRev({ inc: 1, v: 1 })],
      [dialog("nobody's")]: [headRev({ inc: 1, v: 1 })],
    };
    expect(await json(ask(desk, "POST", "_revs_diff", { body: asked }))).toEqual({
      [item]: { missing: ["1-other"] },
      [dialog("a")]: { missing: [headRev({ inc: 1, v: 3 })] },
      [dialog("theirs")]: { missing: [headRev({ inc: 1, v: 1 })] },
      [dialog("nobody's")]: { missing: [headRev({ inc: 1, v: 1 })] },
    });
  });

  test("[I11] _bulk_get: the latest of an older revision; out of sight is as absent as never there", async () => {
    const desk = await openDesk();
    await desk.scribe.write(dialog("a"), { items: 0 });
    const old = headRev({ inc: 1, v: 1 });
    const docs = [dialog("a"), dialog("theirs"), dialog("nobody's")].map((id) => ({ id, rev: old }));
    const { results } = await json<{ results: { docs: { ok?: { _rev: string }; missing?: string }[] }[] }>(
      ask(desk, "POST", "_bulk_get?revs=true&latest=true", { body: { docs } }),
    );
    expect(results[0]?.docs[0]?.ok?._rev).toBe(headRev({ inc: 1, v: 2 }));
    expect(results[1]?.docs).toEqual(results[2]?.docs);
    expect(results[1]?.docs).toEqual([{ missing: old }]);
  });

  test("GET of a document: revs, rev, open_revs as JSON and as CouchDB's multipart", async () => {
    const desk = await openDesk();
    const [item = ""] = desk.items;
    const path = encodeURIComponent(item);
    const plain = await json<{ _rev: string; _revisions?: object }>(ask(desk, "GET", path));
    expect(plain._revisions).toBeUndefined();
    expect(await json(ask(desk, "GET", `${path}?rev=${plain._rev}&revs=true`))).toMatchObject({
      _revisions: { start: 2 },
    });
    expect((await ask(desk, "GET", `${path}?rev=1-other`)).status).toBe(404);
    const open = `${path}?revs=true&open_revs=${encodeURIComponent(JSON.stringify([plain._rev, "1-other"]))}`;
    expect(await json(ask(desk, "GET", open))).toMatchObject([{ ok: { _id: item } }, { missing: "1-other" }]);
    const parts = await (await ask(desk, "GET", open, { headers: { accept: "multipart/mixed" } })).text();
    expect(parts.match(/Content-Type: application\/json/g)).toHaveLength(2);
    expect(parts).toContain('error="true"');
    for (const hidden of [dialog("theirs"), dialog("nobody's"), "no id of ours", "_design/x"]) {
      const answer = await ask(desk, "GET", encodeURIComponent(hidden));
      expect([hidden, answer.status]).toEqual([hidden, hidden.startsWith("_") ? 405 : 404]);
    }
  });

  test("[I11] _all_docs: ranges, keys, limits, order", async () => {
    const desk = await openDesk();
    type Rows = { total_rows: number; rows: { id?: string; key: string; error?: string; doc?: { _id: string } }[] };
    const idsOf = async (query: string): Promise<(string | undefined)[]> =>
      (await json<Rows>(ask(desk, "GET", `_all_docs?${query}`))).rows.map(({ id }) => id);
    const all = await idsOf("");
    expect(all).toHaveLength(5);
    expect(all).toEqual([...all].sort((a = "", b = "") => (a < b ? -1 : 1)));
    expect(await idsOf("descending=true")).toEqual([...all].reverse());
    expect(await idsOf("skip=1&limit=2")).toEqual(all.slice(1, 3));
    const range = `startkey=${encodeURIComponent(`"${dialog("a")}:"`)}&endkey=${encodeURIComponent(`"${dialog("a")}:~"`)}`;
    expect(await idsOf(range)).toEqual(all.filter((id) => id?.startsWith(`${dialog("a")}:`)));
    expect(await idsOf(`key=${encodeURIComponent(`"${all[2]}"`)}`)).toEqual([all[2]]);
    expect(
      await idsOf(
        `startkey=${encodeURIComponent(`"${all[1]}"`)}&endkey=${encodeURIComponent(`"${all[3]}"`)}&inclusive_end=false`,
      ),
    ).toEqual(all.slice(1, 3));
    const { rows } = await json<Rows>(
      ask(desk, "POST", "_all_docs?include_docs=true", {
        body: { keys: [dialog("theirs"), dialog("nobody's"), all[1]] },
      }),
    );
    expect(rows.slice(0, 2).map(({ error }) => error)).toEqual(["not_found", "not_found"]);
    expect(rows[2]?.doc?._id).toBe(all[1]);
  });

  test("_local documents are a device's own, survive the server, and are bounded", async () => {
    const desk = await openDesk();
    const { identity, gateway, store } = desk;
    const put = await json<{ rev: string }>(ask(desk, "PUT", "_local/abc.%2F", { body: { last_seq: "x" } }));
    expect(put.rev).toBe("0-1");
    expect(await json(ask(desk, "GET", "_local/abc.%2F"))).toMatchObject({ last_seq: "x", _rev: "0-1" });
    expect(await json(ask(desk, "PUT", "_local/abc.%2F", { body: { last_seq: "y", _rev: "0-1" } }))).toMatchObject({
      rev: "0-2",
    });
    const boris: TestPerson = identity.agent("boris", []);
    expect((await ask({ gateway, anna: boris }, "GET", "_local/abc.%2F")).status).toBe(404);
    for (let i = 0; i < 63; i += 1) expect((await ask(desk, "PUT", `_local/${i}`, { body: {} })).status).toBe(201);
    expect((await ask(desk, "PUT", "_local/more", { body: {} })).status).toBe(403);
    expect((await ask(desk, "PUT", "_local/large", { body: { text: "x".repeat(70_000) } })).status).toBe(400);
    await gateway.close();
    const stored = await (await store.open("desk-server")).get(`checkpoint:${desk.anna.device}:abc./`);
    expect(stored?.["body"]).toEqual({ last_seq: "y" });
  });

  test.each([
    ["PUT", ""],
    ["DELETE", ""],
    ["POST", ""],
    ["PUT", dialog("a")],
    ["DELETE", dialog("a")],
    ["POST", "_find"],
    ["POST", "_purge"],
    ["POST", "_compact"],
    ["GET", "_security"],
    ["GET", "_design/x/_view/y"],
    ["DELETE", "_local/abc"],
    ["GET", "_changes?filter=_selector"],
    ["GET", "_changes?feed=eventsource"],
    ["GET", "_changes?descending=true"],
    ["GET", `${dialog("a")}/attachment`],
  ])("%s %s is not offered", async (method, path) => {
    expect((await ask(await openDesk(), method, path)).status).toBe(405);
  });

  test("what filters by ids or a selector, and what makes revisions, is not offered", async () => {
    const desk = await openDesk();
    expect((await ask(desk, "POST", "_changes?filter=_doc_ids", { body: { doc_ids: [] } })).status).toBe(405);
    expect((await ask(desk, "POST", "_changes", { body: { selector: {} } })).status).toBe(405);
    expect((await ask(desk, "POST", "_bulk_docs", { body: { docs: [] } })).status).toBe(405);
  });

  test("nonsense is answered, not fallen over", async () => {
    const desk = await openDesk();
    const { gateway, anna } = desk;
    const raw = (path: string, body: string): Promise<Response> =>
      Promise.resolve(
        gateway.db.request(`/db/${path}`, {
          method: "POST",
          headers: { authorization: `Bearer ${anna.device}` },
          body,
        }),
      );
    for (const path of ["_bulk_docs", "_bulk_get", "_revs_diff", "_all_docs"]) {
      for (const body of ["", "{", "[1]", "7", '"text"'])
        expect([path, body, (await raw(path, body)).status]).toEqual([path, body, 400]);
    }
    expect(await json(raw("_bulk_get", '{"docs":[7,{"id":9},{"id":"x","rev":{}}]}'))).toMatchObject({
      results: [{ id: "x" }],
    });
    expect(await json(raw("_revs_diff", '{"x":7,"y":[1]}'))).toEqual({ y: { missing: [1] } });
    expect((await raw("_bulk_docs", '{"docs":{},"new_edits":false}')).status).toBe(400);
    expect((await ask(desk, "GET", "%E0%A4%A")).status).toBe(400);
    expect(await json<ChangesAnswer>(ask(desk, "GET", "_changes?since=nonsense&limit=zero"))).toMatchObject({
      results: { length: 5 },
    });
    const verdicts = await ask(desk, "POST", "_bulk_docs", {
      body: { docs: [7], new_edits: false },
      headers: { "x-otklik-verdicts": "1" },
    });
    expect(await verdicts.json()).toMatchObject([{ answer: "refused", code: "malformed" }]);
    const large = await gateway.db.request("/db/_bulk_docs", {
      method: "POST",
      headers: { authorization: `Bearer ${anna.device}`, "content-length": String(40_000_000) },
      body: "{}",
    });
    expect(large.status).toBe(413);
  });
});
