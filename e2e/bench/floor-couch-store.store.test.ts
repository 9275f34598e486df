import { randomBytes } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { contractMaxDocBytes, type StorePlace, testStoreContract } from "../../sync-server/stores/contract.ts";
import { type CouchStoreOptions, openCouchStore } from "../../sync-server/stores/couch/couch-store.ts";
import { type ChangeRow, feedStart, type StoreDatabase } from "../../sync-server/stores/store.ts";
import { type FloorFault, type FloorServer, openFloorServer } from "./floor-server.ts";

const couchUrl = process.env["COUCHDB_URL"];
const credentials = "admin:p%40ss";

testStoreContract("nano on the floor server", { makePlace: makeFloorPlace, hasUncertain: true });
if (couchUrl !== undefined && couchUrl !== "") {
  testStoreContract("nano on CouchDB", { makePlace: () => makeCouchPlace(couchUrl), hasUncertain: false });
}

async function makeFloorPlace(): Promise<StorePlace> {
  let isNextUncertain = false;
  const floor = await openFloorServer({
    credentials: decodeURIComponent(credentials),
    fault: (method, path) => {
      const isWrite = method === "PUT" || path.endsWith("/_bulk_docs");
      if (!isWrite || !isNextUncertain) return undefined;
      isNextUncertain = false;
      return "accepted";
    },
  });
  const url = `http://${credentials}@127.0.0.1:${floor.port}`;
  return {
    open: async () => openCouchStore({ url, prefix: "contract-", maxDocBytes: contractMaxDocBytes, reconnectMs: 20 }),
    end: () => floor.close(),
    makeNextWriteUncertain: () => {
      isNextUncertain = true;
    },
  };
}

async function makeCouchPlace(url: string): Promise<StorePlace> {
  // Deleting and making one name again within moments answers 412: each test has names of its own.
  const prefix = `contract-${randomBytes(6).toString("hex")}-`;
  return {
    open: async () => openCouchStore({ url, prefix, maxDocBytes: contractMaxDocBytes, heartbeatMs: 1_000 }),
    async end() {
      const { origin, username, password } = new URL(url);
      const sign = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
      for (const name of ["desk", "desk-server"]) {
        const headers = { authorization: `Basic ${sign}` };
        await fetch(`${origin}/${prefix}${name}`, { method: "DELETE", headers });
      }
    },
  };
}

describe("nano when the world fails", () => {
  const ends: (() => Promise<void>)[] = [];
  let faults: FloorFault[] = [];
  let feedFaults: FloorFault[] = [];
  afterEach(async () => {
    faults = [];
    feedFaults = [];
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function openDesk(
    options: Partial<CouchStoreOptions> = {},
  ): Promise<{ floor: FloorServer; desk: StoreDatabase }> {
    const floor = await openFloorServer({
      fault: (_method, path) => (path.endsWith("_changes") ? feedFaults : faults).shift(),
    });
    const store = openCouchStore({ url: floor.url, reconnectMs: 10, ...options });
    ends.push(floor.close, () => store.close());
    return { floor, desk: await store.open("desk") };
  }

  async function openServer(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test("a write that may have arrived is uncertain, one that surely did not is unavailable", async () => {
    const { floor, desk } = await openDesk();
    faults = ["drop-after"];
    expect(await desk.put({ _id: "a" })).toEqual({ id: "a", ok: false, error: "uncertain" });
    expect(await desk.get("a")).toBeDefined();
    for (const [fault, error] of [
      ["drop-before", "uncertain"],
      ["html", "uncertain"],
      [500, "uncertain"],
      [503, "unavailable"],
      [429, "unavailable"],
    ] as const) {
      faults = [fault];
      expect(await desk.bulk([{ _id: "b" }])).toEqual([{ id: "b", ok: false, error }]);
    }
    expect(await desk.get("b")).toBeUndefined();
    await floor.close();
    // The kept connection breaks first: that request may have gone through.
    await expect(desk.get("b")).rejects.toMatchObject({ code: "unreachable" });
    expect(await desk.put({ _id: "b" })).toEqual({ id: "b", ok: false, error: "unavailable" });
    await expect(desk.get("b")).rejects.toMatchObject({ name: "StoreError", code: "unreachable", retry: true });
  });

  test("a refused sign-in, a full disk and a lost database reject by name", async () => {
    const { floor, desk } = await openDesk();
    faults = [401];
    await expect(desk.put({ _id: "a" })).rejects.toMatchObject({ code: "unauthorised", retry: false });
    faults = [507];
    await expect(desk.put({ _id: "a" })).rejects.toMatchObject({ code: "disk-full" });
    faults = ["html"];
    await expect(desk.get("a")).rejects.toMatchObject({ code: "bad-answer", retry: true });
    await fetch(`${floor.url}/desk`, { method: "DELETE" });
    await expect(desk.get("a")).rejects.toMatchObject({ code: "server" });
    await expect(desk.put({ _id: "a" })).rejects.toMatchObject({ code: "server" });
  });

  test("a password never stands in an error", async () => {
    const floor = await openFloorServer({ credentials: "admin:right" });
    const store = openCouchStore({ url: `http://admin:wrong-secret@127.0.0.1:${floor.port}` });
    ends.push(floor.close, () => store.close());
    const error = await store.open("desk").catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "unauthorised" });
    const seen = new Set<unknown>();
    const text = JSON.stringify([error, (error as Error).message, (error as Error).stack], (_key, value: unknown) =>
      seen.has(value) && typeof value === "object" ? "again" : (seen.add(value), value),
    );
    expect(text).not.toContain("wrong-secret");
    expect(text).not.toContain(Buffer.from("admin:wrong-secret").toString("base64"));
  });

  test("no answer in time is a time-out for a reader and uncertain for a writer", async () => {
    const url = await openServer((request, response) => {
      // Makes the database, then falls silent.
      if (request.url === "/desk") response.writeHead(201, { "content-type": "application/json" }).end("{}");
    });
    const store = openCouchStore({ url, timeoutMs: 60 });
    const desk = await store.open("desk");
    expect(await desk.put({ _id: "a" })).toEqual({ id: "a", ok: false, error: "uncertain" });
    await expect(desk.get("a")).rejects.toMatchObject({ code: "timeout", retry: true });
    expect((await store.health()).ok).toBe(false);
  });

  test("a follower whose connection is cut goes on after the last row, with nothing left out", async () => {
    const { floor, desk } = await openDesk();
    const stop = new AbortController();
    const heard: ChangeRow[] = [];
    let wake = () => {};
    const following = desk.follow(
      { since: feedStart, includeDocs: true, revisions: true, signal: stop.signal },
      (rows) => {
        heard.push(...rows);
        wake();
      },
    );
    const until = async (count: number) => {
      while (new Set(heard.map((row) => row.id)).size < count) await new Promise<void>((resolve) => (wake = resolve));
    };
    for (let round = 0; round < 4; round++) {
      floor.load(
        "desk",
        [0, 1, 2].map((n) => ({ _id: `r${round}.${n}` })),
      );
      await until(round * 3 + 1);
      feedFaults = [503, "html"];
      faults = ["drop-before"];
      floor.cutConnections();
    }
    await until(12);
    stop.abort();
    await following;
    expect(new Set(heard.map((row) => row.id)).size).toBe(12);
    expect(heard.every((row) => row.doc?._revisions?.start === 1)).toBe(true);
  });

  test("a follower over a silent connection connects again", async () => {
    let connections = 0;
    const url = await openServer((request, response) => {
      const isFeed = request.url?.includes("_changes") === true;
      response.writeHead(isFeed ? 200 : 201, { "content-type": "application/json" });
      if (!isFeed) return void response.end("{}");
      connections++;
      response.write(connections === 1 ? "\n" : '{"seq":"1-x","id":"a","changes":[{"rev":"1-a"}]}\n');
    });
    const desk = await openCouchStore({ url, heartbeatMs: 30, reconnectMs: 10 }).open("desk");
    const stop = new AbortController();
    await desk.follow({ since: feedStart, includeDocs: false, signal: stop.signal }, (rows) => {
      expect(rows.map((row) => row.id)).toEqual(["a"]);
      stop.abort();
    });
    expect(connections).toBe(2);
  });
});
