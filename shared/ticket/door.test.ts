import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { initializeBase64Wasm } from "@automerge/automerge/slim";
import { deflateSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import type { DeviceId } from "../kernel/ids.ts";
import { actorFor } from "./actor.ts";
import { CHANGE_LIMITS, inflateChange, inspectChange } from "./chunk.ts";
import { type ForgedOp, forgedChange, forgedPut, sealedChunk } from "./contract-forger.ts";
import type { TicketDoc } from "./document.ts";
import { emptyTicket, loadTicket } from "./document.ts";
import type { FieldEdit } from "./edits.ts";
import { portionsOf } from "./edits.ts";
import { GENESIS_HASH, rootObject } from "./genesis.ts";
import { CONTENT_LIMITS } from "./limits.ts";

beforeAll(() => initializeBase64Wasm(automergeWasmBase64));

const DEVICE = "anna000001" as DeviceId;
const OTHER = "boris00001" as DeviceId;
const ANNA = actorFor(DEVICE, "0123456789ab");
const AT = 1_700_000_000_000;

const forged = (ops: readonly ForgedOp[], more: Record<string, unknown> = {}): Uint8Array =>
  forgedChange(ANNA, ops, more);

const hexBytes = (hex: string): number[] => hex.match(/../g)?.map((digits) => Number.parseInt(digits, 16)) ?? [];

/** A change of ours by hand: its columns are given as bytes. */
function withColumns(columns: readonly (readonly [name: number, data: readonly number[]])[]): Uint8Array {
  return sealedChunk([
    1,
    ...hexBytes(GENESIS_HASH),
    16,
    ...hexBytes(ANNA),
    1, // seq
    10, // first operation
    0, // time
    0, // message
    1, // other actors
    16,
    ...hexBytes("00".repeat(16)),
    columns.length,
    ...columns.flatMap(([name, data]) => [...(name > 127 ? [(name & 127) | 128, name >> 7] : [name]), data.length]),
    ...columns.flatMap(([, data]) => data),
  ]);
}

/** A run of a thousand million equal values, in six bytes. */
const HUGE_RUN = [0x80, 0x94, 0xeb, 0xdc, 0x03];

function written(doc: TicketDoc, edits: readonly FieldEdit[], actor = ANNA) {
  const made = doc.edit(edits, actor, AT);
  if (!made.ok) throw new Error(made.fault);
  return made;
}

/** What the door says; and that the document goes on afterwards. */
function answer(bytes: Uint8Array, doc = emptyTicket(), device: DeviceId | undefined = DEVICE): string {
  const before = JSON.stringify(doc.content());
  const result = doc.with(bytes, device);
  if (result.ok) return "taken";
  expect(JSON.stringify(doc.content())).toBe(before);
  const next = doc.edit([{ f: "set", field: "after", value: before.length }], actorFor(OTHER, "00000000000f"), AT);
  expect(next.ok && loadTicket([]).size + next.doc.size).toBe(doc.size + 1);
  return result.fault;
}

describe("what comes in at the door", () => {
  it("a forged change with nothing wrong is taken", () => {
    expect(answer(forged([forgedPut("room", "12")]))).toBe("taken");
  });

  it("a compression bomb is not unpacked", () => {
    const whole = forged([forgedPut("room", "x".repeat(3_000))]);
    const packed = sealedChunk([...deflateSync(whole.subarray(11))], 2);
    expect(answer(packed)).toBe("broken");
    const bomb = sealedChunk([...deflateSync(new Uint8Array(40_000_000))], 2);
    expect(bomb.length).toBeLessThan(60_000);
    expect(answer(bomb)).toBe("broken");
    expect(inflateChange(bomb)).toBeUndefined();
    const column = withColumns([[66 + 8, [...deflateSync(Uint8Array.from([1, 1]))]]]);
    expect(answer(column)).toBe("broken");
  });

  it("a thousand million operations in a few bytes are counted, not made", () => {
    const bomb = withColumns([[66, [...HUGE_RUN, 1]]]);
    expect(bomb.length).toBeLessThan(120);
    const before = performance.now();
    expect(answer(bomb)).toBe("too-large");
    expect(performance.now() - before).toBeLessThan(500);
    const nulls = withColumns([[66, [0, ...HUGE_RUN.slice(0, 4), 3]]]);
    expect(answer(nulls)).toBe("too-large");
  });

  it("nor are a thousand million keys, flags or replaced values of one operation", () => {
    const one: readonly (readonly [number, number[]])[] = [
      [1, [0x7f, 1]],
      [2, [0x7f, 4]],
      [21, [0x7f, 1, 0x61]],
      [52, [1]],
      [66, [0x7f, 1]],
      [86, [0x7f, 0]],
      [112, [0x7f, 0]],
    ];
    const but = (name: number, data: number[]) =>
      withColumns([...one.filter(([known]) => known !== name), [name, data] as const].sort((a, b) => a[0] - b[0]));
    expect(answer(withColumns(one))).toBe("taken");
    expect(answer(but(21, [...HUGE_RUN, 1, 0x61]))).toBe("broken");
    expect(answer(but(52, HUGE_RUN))).toBe("broken");
    expect(answer(but(112, [0x7f, ...HUGE_RUN]))).toBe("too-large");
    expect(answer(but(86, [...HUGE_RUN, 0]))).toBe("broken");
    expect(answer(but(165, [0x7f, 1, 0x61]))).toBe("schema");
  });

  it("a number that is none", () => {
    const float = (bytes: number[]) =>
      withColumns([
        [1, [0x7f, 1]],
        [2, [0x7f, 4]],
        [21, [0x7f, 1, 0x61]],
        [52, [1]],
        [66, [0x7f, 1]],
        [86, [0x7f, 0x85, 0x01]],
        [87, bytes],
        [112, [0x7f, 0]],
      ]);
    expect(answer(float([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]))).toBe("taken");
    expect(answer(float([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]))).toBe("schema");
    expect(answer(float([0, 0, 0, 0, 0, 0, 0xf0, 0x7f]))).toBe("schema");
  });

  it("more operations than a change may have", () => {
    const many = Array.from({ length: CHANGE_LIMITS.operations + 1 }, (_, i) => forgedPut(`f${i}`, 1));
    expect(answer(forged(many))).toBe("too-large");
    expect(answer(forged(many.slice(1)))).toBe("too-large"); // fields of a ticket
    expect(inspectChange(new Uint8Array(61 * 1024))).toEqual({ ok: false, fault: "too-large" });
  });

  it("cut, changed or foreign bytes", () => {
    const good = forged([forgedPut("room", "12")]);
    for (let end = 0; end < good.length; end += 1) expect(inspectChange(good.subarray(0, end)).ok).toBe(false);
    for (let at = 0; at < good.length; at += 1) {
      const changed = Uint8Array.from(good);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(inspectChange(changed)).toEqual({ ok: false, fault: "broken" });
    }
    expect(answer(Uint8Array.from([...good, 0]))).toBe("broken");
    expect(answer(Uint8Array.from([...good, ...good]))).toBe("broken");
    expect(answer(new Uint8Array(0))).toBe("broken");
    expect(answer(forged([forgedPut("room", "12")], { message: "hello" }))).toBe("schema");
  });

  it("a change before what it stands on waits; afterwards it is taken", () => {
    const first = written(emptyTicket(), [{ f: "set", field: "a", value: 1 }]);
    const second = written(first.doc, [{ f: "set", field: "b", value: 1 }]);
    const third = written(second.doc, [{ f: "set", field: "c", value: 1 }], actorFor(OTHER, "00000000000a"));
    expect(answer(second.bytes)).toBe("deps");
    expect(answer(third.bytes, first.doc, OTHER)).toBe("deps");
    expect(answer(third.bytes, second.doc, OTHER)).toBe("taken");
    const orphan = forged([forgedPut("room", "12")], { deps: ["ab".repeat(32)] });
    expect(answer(orphan)).toBe("deps");
  });

  it("an actor that is not its device's, is nobody's, or has written another change of that number", () => {
    const mine = written(emptyTicket(), [{ f: "set", field: "a", value: 1 }]);
    expect(answer(mine.bytes, emptyTicket(), OTHER)).toBe("actor");
    expect(answer(forged([forgedPut("a", 1)], { actor: "00".repeat(16) }))).toBe("actor");
    expect(answer(forged([forgedPut("a", 1)], { actor: "ff".repeat(16) }))).toBe("actor");
    const twin = written(emptyTicket(), [{ f: "set", field: "b", value: 1 }]);
    expect(answer(twin.bytes, mine.doc)).toBe("actor");
    const next = written(mine.doc, [{ f: "set", field: "c", value: 1 }]);
    const forgetful = forged([forgedPut("d", 1)], { seq: 3, deps: [GENESIS_HASH], startOp: 10 });
    expect(answer(forgetful, next.doc)).toBe("actor");
  });

  it("counters that do not follow from what the change stands on", () => {
    expect(answer(forged([forgedPut("a", 1)], { startOp: 9 }))).toBe("broken");
    expect(answer(forged([forgedPut("a", 1)], { startOp: 11 }))).toBe("broken");
    expect(answer(forged([forgedPut("a", 1)], { startOp: 4_294_967_295 }))).toBe("broken");
  });

  const fields = rootObject("fields");
  const title = rootObject("title");
  const wrong: readonly (readonly [what: string, op: ForgedOp])[] = [
    ["makes an object", { action: "makeMap", obj: fields, key: "a", pred: [] }],
    ["makes a root", { action: "makeText", obj: "_root", key: "title", pred: [] }],
    ["writes into the root", forgedPut("title", "x", { obj: "_root" })],
    ["writes into an object that the genesis has not made", forgedPut("a", 1, { obj: `10@${"00".repeat(16)}` })],
    ["writes into an object of its own", forgedPut("a", 1, { obj: `10@${ANNA}` })],
    ["makes a counter", forgedPut("a", 1, { datatype: "counter" })],
    ["counts", { action: "inc", obj: fields, key: "a", value: 1, pred: [] }],
    ["writes a time that only Automerge knows", forgedPut("a", 1, { datatype: "timestamp" })],
    [
      "empties a cell without naming what it takes out",
      { action: "del", obj: fields, key: "a", insert: false, pred: [] },
    ],
    ["empties a cell that no ticket has", { action: "del", obj: fields, key: "A", insert: false, pred: [`9@${ANNA}`] }],
    ["writes a field under an odd name", forgedPut("__proto__", 1)],
    ["writes a field under a path", forgedPut("a/b", 1)],
    ["writes a field that is too long", forgedPut("a", "x".repeat(4_001))],
    ["ticks a row with a word", forgedPut("checklist/r1/done", "yes", { obj: rootObject("rows") })],
    ["writes a row that is not there", forgedPut("checklist/r1/colour", 1, { obj: rootObject("rows") })],
    ["uses a negative amount", forgedPut("p1/count", -1, { obj: rootObject("parts") })],
    ["adds a file that is none", forgedPut(`photos/${"a".repeat(64)}`, "{}", { obj: rootObject("files") })],
    [
      "signs without a name",
      forgedPut("field/signature", `{"file":"${"a".repeat(64)}","name":" "}`, { obj: rootObject("visit") }),
    ],
    ["ends a visit with a word", forgedPut("field/finishedAt", "today", { obj: rootObject("visit") })],
    ["writes a cell into a text", forgedPut("a", "x", { obj: title })],
    ["puts a number into a text", { action: "set", obj: title, elemId: "_head", insert: true, value: 1, pred: [] }],
    [
      "puts many characters at once",
      { action: "set", obj: title, elemId: "_head", insert: true, value: "abc", pred: [] },
    ],
    ["deletes nothing from a text", { action: "del", obj: title, elemId: `10@${ANNA}`, insert: false, pred: [] }],
  ];
  it.each(wrong)("a change that %s", (_what, op) => {
    expect(answer(forged([op]))).toBe("schema");
  });

  it("a change that throws while it is merged", () => {
    const nowhere = forged([
      { action: "set", obj: rootObject("title"), elemId: `77@${ANNA}`, insert: true, value: "x", pred: [] },
    ]);
    expect(inspectChange(nowhere).ok).toBe(true);
    const doc = written(emptyTicket(), [{ f: "set", field: "a", value: 1 }], actorFor(OTHER, "00000000000b")).doc;
    expect(answer(nowhere, doc)).toBe("broken");
    expect(loadTicket([nowhere]).setAside).toEqual([{ index: 0, fault: "broken" }]);
  });

  it("a document is loaded from what passes, and says what did not", () => {
    const first = written(emptyTicket(), [{ f: "set", field: "a", value: 1 }]);
    const second = written(first.doc, [{ f: "set", field: "b", value: 2 }]);
    const lost = forged([forgedPut("c", 1)], { actor: actorFor(OTHER, "00000000000c"), deps: ["ab".repeat(32)] });
    const doc = loadTicket([first.bytes, lost, new Uint8Array([1, 2, 3]), second.bytes, second.bytes]);
    expect(doc.setAside).toEqual([
      { index: 1, fault: "deps" },
      { index: 2, fault: "broken" },
    ]);
    expect(doc.content()).toEqual(second.doc.content());
  });

  it("content that has outgrown a ticket", () => {
    let doc = emptyTicket();
    const page: FieldEdit = {
      f: "text",
      field: "description",
      at: 0,
      remove: 0,
      insert: "я".repeat(CONTENT_LIMITS.text),
    };
    for (const portion of portionsOf([page])) doc = written(doc, portion).doc;
    expect(doc.content().description.length).toBe(CONTENT_LIMITS.text);
    const more: FieldEdit[] = [{ f: "text", field: "description", at: 5, remove: 0, insert: "!" }];
    expect(doc.edit(more, ANNA, AT)).toEqual({ ok: false, fault: "too-large" });
    const last = doc.changeOf(doc.heads[0] ?? "");
    if (last === undefined) throw new Error("the document has written something");
    const { seq, startOp, ops, hash } = last;
    const over = { action: "set", obj: rootObject("description"), elemId: "_head", insert: true, value: "!", pred: [] };
    expect(answer(forged([over], { seq: seq + 1, startOp: startOp + ops, deps: [hash] }), doc)).toBe("too-large");
    const shorter = written(doc, [{ f: "text", field: "description", at: 5, remove: 3, insert: "!" }]);
    expect(shorter.doc.content().description.length).toBe(CONTENT_LIMITS.text - 2);
  });

  it("a row more than a list may have", () => {
    let doc = emptyTicket();
    const rows = Array.from({ length: CONTENT_LIMITS.rowsPerList }, (_, i): FieldEdit => {
      return { f: "row", list: "checklist", row: `r${i}`, text: "Проверить", removed: i % 2 === 0 };
    });
    for (const portion of portionsOf(rows)) doc = written(doc, portion).doc;
    expect(doc.content().lists["checklist"]?.length).toBe(CONTENT_LIMITS.rowsPerList / 2);
    expect(doc.edit([{ f: "row", list: "checklist", row: "more", text: "x" }], ANNA, AT)).toMatchObject({
      fault: "too-large",
    });
    expect(written(doc, [{ f: "row", list: "other", row: "more", text: "x" }]).doc.size).toBe(doc.size + 1);
  });
});
