import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiMessage } from "../../shared/protocol/v1/dialogs.ts";
import { openWorld, type World } from "../boot/desk-world.contract.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { auditStore, isSound } from "../tools/audit-store.ts";
import { makeProgram, type TestProgram } from "./api-world.contract.ts";
import { makeIdempotency } from "./idempotency.ts";

let world: World;
let program: TestProgram;
beforeAll(async () => {
  world = await openWorld();
  program = await makeProgram(world, await world.admin(), {});
});
afterAll(async () => world.close());

/** A dialog that somebody has begun. */
async function begin(): Promise<{ readonly id: string; readonly user: ReturnType<World["user"]> }> {
  const user = world.user();
  await user.begin("The printer is jammed");
  return { id: user.thread, user };
}

describe("what breaks off", () => {
  it("[S37] an answer that was lost with its key's record is found again by the key", async () => {
    const { id } = await begin();
    const headers = { "idempotency-key": "k-lost" };
    const first = await program.call("POST", `/dialogs/${id}/notes`, { text: "Once" }, headers);
    const { server } = world.desk.core.databases;
    // As after a kill between the write and its record.
    for (const doc of await server.range({ start: "api-key:", end: "api-key:~" }))
      await server.remove(doc._id, doc._rev);
    expect((await program.call("POST", `/dialogs/${id}/notes`, { text: "Once" }, headers)).body).toEqual(first.body);
    const made = { team: world.team, title: "Half made", description: "All of it" };
    const ticket = await program.call("POST", "/tickets", made, { "idempotency-key": "k-ticket" });
    for (const doc of await server.range({ start: "api-key:", end: "api-key:~" }))
      await server.remove(doc._id, doc._rev);
    const again = await program.call("POST", "/tickets", made, { "idempotency-key": "k-ticket" });
    expect(again.body).toEqual(ticket.body);
  });

  it("[S37] a key is forgotten after a day", async () => {
    const sweeps = makeIdempotency(world.desk.core.databases.server, () => Date.now() + 86_400_001);
    const call = { token: "t", key: "old", text: "a" };
    const now = makeIdempotency(world.desk.core.databases.server, Date.now);
    await now.run(call, async () => ({ status: 200, body: 1 }));
    expect(await now.run(call, async () => ({ status: 200, body: 2 }))).toMatchObject({ body: 1, isReplayed: true });
    await sweeps.sweep();
    expect(await now.run(call, async () => ({ status: 200, body: 3 }))).toMatchObject({ body: 3, isReplayed: false });
  });
});

describe("files", () => {
  it("[S37] a file of a message has an address that is good for a while and cannot be made up", async () => {
    const { id, user } = await begin();
    const bytes = Buffer.from("%PDF-1.4 a page");
    const sha = createHash("sha256").update(bytes).digest("hex");
    const ref = { sha, name: "отчёт.pdf", type: "application/pdf", size: bytes.length };
    await user.call("POST", "/files", ref);
    const part = await fetch(`${world.url}/api/chat/${world.token}/files/${sha}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${user.secret}`, "upload-offset": "0" },
      body: new Uint8Array(bytes),
    });
    expect(part.ok).toBe(true);
    await user.send(user.item({ kind: "message", thread: user.thread, text: "here", files: [ref] }));
    const { body } = await program.call("GET", `/dialogs/${id}/messages`);
    const file = (body as { items: ApiMessage[] }).items.flatMap((message) => message.files)[0];
    expect(file).toMatchObject({ name: "отчёт.pdf", sha256: sha });
    const url = file?.url ?? "";
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
    expect((await fetch(url.replace(/sig=.{4}/, "sig=AAAA"))).status).toBe(404);
    expect((await fetch(url.replace(/until=\d+/, "until=9999999999999"))).status).toBe(404);
    world.pass(3 * 3_600_000);
    expect((await fetch(url)).status).toBe(404);
  });
});

describe("what programs wrote", () => {
  it("[I1] [I9] stands the audit as what people wrote does", async () => {
    const store = openMemoryStore();
    const desk = await openWorld({ store });
    const writer = await makeProgram(desk, await desk.admin(), {});
    const user = desk.user();
    await user.begin("The printer is jammed");
    const path = `/dialogs/${user.thread}`;
    await writer.call("POST", `${path}/claim`, {});
    await writer.call("POST", `${path}/replies`, { text: "Which one?" });
    await writer.call("POST", `${path}/messages`, { text: "The grey one" });
    await writer.call("POST", `${path}/notes`, { text: "Third floor" });
    const made = await writer.call("POST", "/tickets", { team: desk.team, title: "Printer", dialog: user.thread });
    await writer.call("PATCH", `/tickets/${(made.body as { id: string }).id}`, { description: "Grey" });
    await writer.call("POST", `${path}/close`, {});
    await expect.poll(() => desk.desk.core.gateway.head(user.thread)?.person).not.toBeNull();
    await desk.close();
    const report = await auditStore(openMemoryStore({ image: store.takeImage() }), Date.now());
    expect([...report.faults.keys()]).toEqual([]);
    expect(isSound(report)).toBe(true);
    expect(report.items).toBeGreaterThan(10);
  });
});
