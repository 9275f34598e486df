import { createHash, randomBytes } from "node:crypto";
import { deflateSync } from "fflate";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FileRef } from "../../shared/items/base.ts";
import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer } from "../../shared/items/stamp.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import { PART_BYTES, type UploadAnswer } from "../../shared/protocol/files.ts";
import { writtenAt } from "../../shared/thread/context.ts";
import { actorFor } from "../../shared/ticket/actor.ts";
import { toBase64url } from "../../shared/ticket/base64url.ts";
import { forgedChange, forgedPut, sealedChunk } from "../../shared/ticket/contract-forger.ts";
import { emptyTicket, type TicketDoc } from "../../shared/ticket/document.ts";
import type { FieldEdit } from "../../shared/ticket/edits.ts";
import { rootObject } from "../../shared/ticket/genesis.ts";
import { startAutomerge } from "../platform/automerge.ts";
import { openWorld, type TestAgent, type World } from "./desk-world.contract.ts";
import { base, headOf, makeTeam, makeTicket, noticesOf } from "./ticket-people.contract.ts";

const DAY = 86_400_000;
const SESSION = "0123456789ab";

beforeAll(startAutomerge);
let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** A user in talk with an admin, and a ticket of his that the admin owns. */
async function begin() {
  const admin = await world.admin();
  const user = world.user();
  await user.begin("Ноутбук зависает");
  const ticket = await makeTicket(admin, user, { team: world.team });
  await admin.push(admin.item({ kind: "claim", thread: ticket }));
  await expect.poll(() => headOf(world, ticket).untold).toEqual([]);
  return { admin, user, ticket };
}

function edited(doc: TicketDoc, by: TestAgent, edits: readonly FieldEdit[], session = SESSION) {
  const made = doc.edit(edits, actorFor(by.device, session), Date.now());
  if (!made.ok) throw new Error(made.fault);
  return made;
}
const changeOf = (by: TestAgent, thread: ThreadId, data: string): Item => by.item({ kind: "change", thread, data });
const codeOf = (answer: ItemAnswer | undefined): string | undefined =>
  answer?.answer === "refused" ? answer.code : answer?.answer === "retry" ? answer.why : answer?.answer;
const verdictOf = (answer: ItemAnswer | undefined) =>
  answer !== undefined && "item" in answer ? [answer.item.stamp.verdict, answer.item.stamp.reason] : [codeOf(answer)];

/** The item as a phone wrote it whose clock is wrong by `wrong`, and who knew it (`offset`) or not. */
function writtenBy(by: TestAgent, item: Item, at: { readonly trueAt: number; readonly wrong: number; knows: boolean }) {
  const { offset: _offset, ...rest } = item;
  const clock = at.trueAt + at.wrong;
  return by.resign({
    ...rest,
    at: clock,
    hlc: [clock, 0],
    mode: "offline",
    ...(at.knows ? { offset: -at.wrong } : {}),
  });
}

describe("[I3] [I12] changes that are none", () => {
  test("each is answered with its own code in one push, and what is good beside them is taken", async () => {
    const { admin, ticket } = await begin();
    const actor = actorFor(admin.device, SESSION);
    const good = edited(emptyTicket(), admin, [{ f: "set", field: "room", value: "12" }]);
    const twin = edited(emptyTicket(), admin, [{ f: "set", field: "room", value: "13" }]);
    const later = edited(good.doc, admin, [{ f: "set", field: "floor", value: 2 }]);
    const lost = edited(later.doc, admin, [{ f: "set", field: "lost", value: 1 }]);
    const missing = edited(lost.doc, admin, [{ f: "set", field: "after", value: 1 }]);
    const foreign = actorFor(admin.device, "00000000000b");
    const session = (digit: string) => actorFor(admin.device, digit.repeat(12));
    const bomb = sealedChunk([...deflateSync(new Uint8Array(20_000_000))], 2);
    const nowhere = {
      action: "set",
      obj: rootObject("title"),
      elemId: `77@${actor}`,
      insert: true,
      value: "x",
      pred: [],
    };
    const nameless = forgedPut("field/signature", `{"file":"${"a".repeat(64)}","name":" "}`, {
      obj: rootObject("visit"),
    });
    const cases: readonly (readonly [bytes: Uint8Array, code: string])[] = [
      [Uint8Array.from([1, 2, 3]), "change-broken"],
      [forgedChange(foreign, [forgedPut("a", 1)], { deps: [] }), "change-schema"],
      [forgedChange(session("1"), [forgedPut("__proto__", 1)]), "change-schema"],
      [forgedChange(session("2"), [{ action: "makeMap", obj: "_root", key: "own", pred: [] }]), "change-schema"],
      [forgedChange(session("3"), [nameless]), "change-schema"],
      [good.bytes, "ok"],
      [twin.bytes, "change-actor"],
      [bomb, "change-broken"],
      [forgedChange(session("4"), [nowhere]), "change-broken"],
      [forgedChange("ff".repeat(16), [forgedPut("a", 1)]), "change-actor"],
      [later.bytes, "ok"],
      [missing.bytes, "deps"],
    ];
    const answers = await admin.push(...cases.map(([bytes]) => changeOf(admin, ticket, toBase64url(bytes))));
    expect(answers.map(codeOf)).toEqual(cases.map(([, code]) => code));
    expect(headOf(world, ticket).fields).toMatchObject({ "f.room": { value: "12" }, "f.floor": { value: 2 } });
    // What lacked its foundation comes in behind it.
    const again = await admin.push(
      changeOf(admin, ticket, lost.data),
      changeOf(admin, ticket, missing.data),
      admin.item({ kind: "status", thread: ticket, base: base(world, ticket), status: "in-work" }),
    );
    expect(again.map(codeOf)).toEqual(["ok", "ok", "ok"]);
    expect(headOf(world, ticket)).toMatchObject({ status: "in-work", fields: { "f.after": { value: 1 } } });
  });

  test("a ticket of 2,000 changes takes the next one, and its row tells the content", async () => {
    const { admin, ticket } = await begin();
    const open = await admin.push(admin.item({ kind: "tag", thread: ticket, add: ["long"] }));
    expect(open.map(codeOf)).toEqual(["ok"]);
    let doc = emptyTicket();
    for (let part = 0; part < 20; part += 1) {
      const items: Item[] = [];
      for (let i = 0; i < 100; i += 1) {
        const made = edited(doc, admin, [{ f: "set", field: "count", value: part * 100 + i + 1 }]);
        doc = made.doc;
        items.push(changeOf(admin, ticket, made.data));
      }
      let left = items;
      // More than an hour's work of one person at once is told to come a little later.
      for (let tries = 0; left.length > 0 && tries < 200; tries += 1) {
        const answers = await admin.push(...left);
        left = left.filter((_, i) => answers[i]?.answer === "retry");
        if (left.length > 0) world.pass(1_000);
      }
      expect(left).toEqual([]);
    }
    expect(doc.size).toBe(2_000);
    const next = edited(
      doc,
      admin,
      [{ f: "text", field: "title", at: 0, remove: 0, insert: "Долгая" }],
      "00000000000c",
    );
    expect((await admin.push(changeOf(admin, ticket, next.data))).map(codeOf)).toEqual(["ok"]);
    expect(headOf(world, ticket).fields).toMatchObject({ "f.count": { value: 2_000 }, title: { value: "Долгая" } });
  }, 60_000);
});

describe("[I3] a photo", () => {
  test("of 50 MB goes in parts and stands in the ticket; one that no desk takes is refused, and the ticket goes on", async () => {
    const { admin, ticket } = await begin();
    const bytes = randomBytes(50 * 1024 * 1024);
    const ref: FileRef = {
      sha: createHash("sha256").update(bytes).digest("hex"),
      name: "meter.raw",
      type: "application/octet-stream",
      size: bytes.length,
    };
    const announce = (size: number) => admin.call("POST", "/api/files", { ...ref, size });
    expect((await announce(LIMITS.fileBytes + 1)).ok).toBe(false);
    let answer = (await (await announce(ref.size)).json()) as UploadAnswer;
    while (!answer.complete) {
      const { offset } = answer;
      const response = await fetch(`${world.url}/api/files/${ref.sha}`, {
        method: "PATCH",
        headers: { cookie: admin.cookie, origin: world.url, "upload-offset": String(offset) },
        body: new Uint8Array(bytes.subarray(offset, offset + PART_BYTES)),
      });
      answer = (await response.json()) as UploadAnswer;
    }
    const made = edited(emptyTicket(), admin, [{ f: "file", place: "photos", sha: ref.sha, file: ref }]);
    const item = admin.item({ kind: "change", thread: ticket, data: made.data, files: [ref] });
    const tooLarge = admin.item({
      kind: "change",
      thread: ticket,
      data: made.data,
      files: [{ ...ref, size: LIMITS.fileBytes + 1 }],
    });
    expect((await admin.push(tooLarge, item)).map(codeOf)).toEqual(["malformed", "ok"]);
    const got = await admin.call("GET", `/files/${ticket}/${item.id}/${ref.sha}`);
    expect([got.status, Number(got.headers.get("content-length"))]).toEqual([200, bytes.length]);
    await got.body?.cancel();
  }, 60_000);
});

describe.each([
  ["a day slow", -DAY],
  ["a day fast", DAY],
])("a technician's phone whose clock is %s", (_how, wrong) => {
  test("[CL2] [S20] [U5] statuses, notices and history tell the true times; what is due counts from the desk's clock", async () => {
    const { admin, user, ticket } = await begin();
    const tech = await world.invite(admin, "technician", [world.team]);
    await admin.push(admin.item({ kind: "handover", thread: ticket, base: base(world, ticket), to: tech.id }));
    const due = headOf(world, ticket).createdAt + 3_600_000;
    await admin.push(admin.item({ kind: "due", thread: ticket, resolve: due }));
    await world.invite(admin, "agent", [world.team]);
    const now = Date.now();
    const phone = (trueAt: number) => ({ trueAt, wrong, knows: true });
    const made = edited(emptyTicket(), tech, [{ f: "visit", side: "field", finishedAt: now - 60_000 }]);
    const stand = base(world, ticket);
    const start = tech.item({ kind: "status", thread: ticket, base: stand, status: "in-work" });
    const done = tech.item({ kind: "status", thread: ticket, base: stand, status: "done" });
    const answers = await tech.push(
      writtenBy(tech, start, phone(now - 3_600_000)),
      writtenBy(tech, changeOf(tech, ticket, made.data), phone(now - 60_000)),
      writtenBy(tech, done, phone(now - 50_000)),
    );
    expect(answers.map(verdictOf)).toEqual([
      ["won", undefined],
      ["noted", undefined],
      ["won", undefined],
    ]);
    const items = answers.flatMap((answer) => ("item" in answer ? [answer.item] : []));
    expect(items.map(writtenAt)).toEqual([now - 3_600_000, now - 60_000, now - 50_000]);
    expect(items.every(({ stamp }) => Math.abs(stamp.at - now) < 60_000)).toBe(true);
    const head = headOf(world, ticket);
    expect(head).toMatchObject({ due: { resolve: due }, status: "done", state: "open" });
    expect(Math.abs(head.lastAt - now)).toBeLessThan(60_000);
    expect(head.fields["finishedAt"]?.value).toBe(now - 60_000);
    world.pass(4_000);
    await expect.poll(async () => (await noticesOf(user)).length, { timeout: 8_000 }).toBe(3);
    expect((await noticesOf(user)).slice(1)).toMatchObject([
      { code: "ticket-status", params: { status: "in-work", at: now - 3_600_000 } },
      { code: "ticket-done", params: { status: "done", at: now - 50_000 } },
    ]);
  });

  test("[CL9] one that does not know how wrong it is: taken, told once, never in the future", async () => {
    const { admin, user, ticket } = await begin();
    const now = Date.now();
    const item = admin.item({ kind: "status", thread: ticket, base: base(world, ticket), status: "done" });
    const [answer] = await admin.push(writtenBy(admin, item, { trueAt: now, wrong, knows: false }));
    expect(verdictOf(answer)).toEqual(["won", undefined]);
    world.pass(4_000);
    await expect.poll(async () => (await noticesOf(user)).length, { timeout: 8_000 }).toBe(2);
    const [, notice] = await noticesOf(user);
    expect(notice?.code).toBe("ticket-done");
    expect(Number(notice?.params?.["at"])).toBeLessThanOrEqual(Date.now() + 4_000);
    expect(headOf(world, ticket)).toMatchObject({ status: "done", untold: [] });
  });
});

describe("[CL24] [I3] a ticket that was moved to another team", () => {
  test("while its technician was away: what he changed is taken, his result waits, what another did is answered and his own", async () => {
    const { admin, user, ticket } = await begin();
    const second = await makeTeam(admin, "Second line");
    const tech = await world.invite(admin, "technician", [world.team]);
    const mate = await world.invite(admin, "agent", [world.team]);
    await admin.push(admin.item({ kind: "handover", thread: ticket, base: base(world, ticket), to: tech.id }));
    const stand = base(world, ticket);
    const his = edited(emptyTicket(), tech, [
      { f: "text", field: "diagnosis", at: 0, remove: 0, insert: "Сгорел блок" },
    ]);
    const hers = edited(emptyTicket(), mate, [{ f: "set", field: "room", value: "12" }]);
    const away = { trueAt: Date.now() - DAY, wrong: 0, knows: true };
    const done = tech.item({ kind: "status", thread: ticket, base: stand, status: "done" });
    const work = [changeOf(tech, ticket, his.data), done].map((item) => writtenBy(tech, item, away));
    const note = writtenBy(mate, changeOf(mate, ticket, hers.data), away);

    await admin.push(admin.item({ kind: "transfer", thread: ticket, base: stand, team: second }));
    await expect.poll(() => headOf(world, ticket).team).toBe(second);
    expect((await tech.push(...work)).map(verdictOf)).toEqual([
      ["noted", undefined],
      ["held", "visit"],
    ]);
    const [answer] = await mate.push(note);
    expect(codeOf(answer)).toBe("no-thread");
    expect(headOf(world, ticket)).toMatchObject({ status: "new", held: [{ author: tech.id, status: "done" }] });
    expect(headOf(world, ticket).fields["f.room"]).toBeUndefined();
    // The new owner takes the visit's result; the user hears of it once.
    const boris = await world.invite(admin, "agent", [second]);
    await boris.push(boris.item({ kind: "claim", thread: ticket }));
    const accept = boris.item({
      kind: "status",
      thread: ticket,
      base: base(world, ticket),
      status: "done",
      of: done.id,
    });
    expect((await boris.push(accept)).map(verdictOf)).toEqual([["won", undefined]]);
    await expect
      .poll(async () => (await noticesOf(user)).map(({ code }) => code))
      .toEqual(["ticket-created", "ticket-done"]);
    expect(headOf(world, ticket).held).toEqual([]);
  });
});
