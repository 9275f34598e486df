import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { initializeBase64Wasm } from "@automerge/automerge/slim";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256HexOfBytes } from "../kernel/hash.ts";
import type { DeviceId } from "../kernel/ids.ts";
import { actorDevice, actorFor } from "./actor.ts";
import { fromBase64url } from "./base64url.ts";
import { EMPTY_CONTENT } from "./content.ts";
import { emptyTicket, loadTicket } from "./document.ts";
import type { FieldEdit } from "./edits.ts";
import { GENESIS_HASH, genesisBytes } from "./genesis.ts";

beforeAll(() => initializeBase64Wasm(automergeWasmBase64));

const DEVICE = "anna000001" as DeviceId;
const ANNA = actorFor(DEVICE, "0123456789ab");
const AT = 1_700_000_000_000;

describe("a ticket's document", () => {
  it("begins with the same bytes for ever", () => {
    expect(sha256HexOfBytes(genesisBytes().subarray(8))).toBe(GENESIS_HASH);
    expect(GENESIS_HASH).toBe("4b6b33a44b541850fb472e6a5909db95cff3fc8f0c336376e30a05cbdf6a1208");
    expect(sha256HexOfBytes(genesisBytes())).toBe("a262a1fe9dc0c4ebc0ae55158db13f6b280d01bfb62f6c80d95b5e2ae160fb3e");
    expect(emptyTicket().heads).toEqual([GENESIS_HASH]);
  });

  it("an actor names its device", () => {
    expect(ANNA).toMatch(/^[0-9a-f]{32}$/);
    expect(actorDevice(ANNA)).toBe(DEVICE);
    expect(actorDevice("00".repeat(16))).toBeUndefined();
  });

  it("what was written is read, by the writer and by whoever gets the bytes", () => {
    const empty = emptyTicket();
    const title = "Нет картинки 🖐 ".repeat(40);
    const edits: FieldEdit[] = [
      { f: "text", field: "title", at: 0, remove: 0, insert: title },
      { f: "set", field: "room", value: 5 },
      { f: "row", list: "checklist", row: "r1", text: "Питание", done: true },
      { f: "part", id: "p1", name: "Кабель", count: 2 },
      { f: "time", id: "t1", minutes: 15, what: "Дорога" },
      { f: "file", place: "photos", sha: "a".repeat(64), file: photo("a") },
      { f: "visit", side: "desk", startedAt: 3, finishedAt: 5 },
      { f: "visit", side: "field", finishedAt: 7, signature: { name: "Маша", file: "b".repeat(64) } },
    ];
    const made = empty.edit(edits, ANNA, AT);
    if (!made.ok) throw new Error(made.fault);
    const signature = { name: "Маша", file: "b".repeat(64) };
    expect(made.doc.content()).toEqual({
      title,
      description: "",
      diagnosis: "",
      fields: { room: { value: 5 } },
      lists: { checklist: [{ id: "r1", text: "Питание", done: true }] },
      parts: [{ id: "p1", name: "Кабель", count: 2 }],
      time: [{ id: "t1", minutes: 15, what: "Дорога" }],
      files: { photos: [photo("a")] },
      visit: {
        startedAt: 3,
        finishedAt: 7,
        signature,
        field: { finishedAt: 7, signature },
        desk: { startedAt: 3, finishedAt: 5 },
      },
      conflicts: [],
    });
    expect(made.change).toMatchObject({ actor: ANNA, seq: 1, startOp: 10, deps: [GENESIS_HASH], time: AT });
    const bytes = fromBase64url(made.data) ?? new Uint8Array();
    const received = emptyTicket().with(bytes, DEVICE);
    expect(received.ok && received.doc.content()).toEqual(made.doc.content());
    expect(loadTicket([bytes]).content()).toEqual(made.doc.content());
    expect(empty.content()).toEqual(EMPTY_CONTENT);
    const again = made.doc.with(bytes);
    expect(again.ok && [again.isNew, again.doc === made.doc]).toEqual([false, true]);
  });

  it("edits that change nothing make no change, and edits that fit no cell are not written", () => {
    const made = emptyTicket().edit([{ f: "set", field: "room", value: "12" }], ANNA, AT);
    if (!made.ok) throw new Error(made.fault);
    expect(made.doc.edit([{ f: "set", field: "room", value: "12" }], ANNA, AT)).toMatchObject({ fault: "nothing" });
    const odd: FieldEdit[] = [
      { f: "set", field: "Room/1", value: "12" },
      { f: "set", field: "room", value: Number.NaN },
      { f: "visit", side: "field", signature: { name: "  ", file: "b".repeat(64) } },
      { f: "file", place: "photos", sha: "c".repeat(64), file: photo("a") },
      { f: "part", id: "p1", count: -1 },
    ];
    const answers = odd.map((edit) => made.doc.edit([edit], ANNA, AT));
    expect(answers).toEqual(odd.map(() => ({ ok: false, fault: "schema" })));
    expect(made.doc.content().fields).toEqual({ room: { value: "12" } });
  });

  it("a document stays what it was when others grow out of it, on two ways too", () => {
    const first = emptyTicket().edit([{ f: "set", field: "a", value: 1 }], ANNA, AT);
    if (!first.ok) throw new Error(first.fault);
    const left = first.doc.edit([{ f: "set", field: "b", value: 2 }], ANNA, AT);
    const right = first.doc.edit([{ f: "set", field: "b", value: 3 }], actorFor(DEVICE, "0123456789ac"), AT);
    if (!left.ok || !right.ok) throw new Error("not written");
    expect(first.doc.content().fields).toEqual({ a: { value: 1 } });
    expect(left.doc.content().fields["b"]).toEqual({ value: 2 });
    expect(right.doc.content().fields["b"]).toEqual({ value: 3 });
    const both = left.doc.with(right.bytes);
    if (!both.ok) throw new Error(both.fault);
    expect(both.doc.content().fields["b"]).toEqual({
      value: 3,
      conflict: [
        { value: 2, change: left.change.hash },
        { value: 3, change: right.change.hash },
      ],
    });
    expect(left.doc.content().conflicts).toEqual([]);
  });
});

const photo = (digit: string) => ({ sha: digit.repeat(64), name: "Стойка.jpg", type: "image/jpeg", size: 12_000 });
