import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { initializeBase64Wasm } from "@automerge/automerge/slim";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { DeviceId } from "../kernel/ids.ts";
import { actorFor } from "./actor.ts";
import { openHandle } from "./automerge.ts";
import { inflateChange } from "./chunk.ts";
import { anyStep, play } from "./contract-world.ts";
import { loadTicket } from "./document.ts";
import { genesisBytes, rootObject } from "./genesis.ts";
import { previewTicket } from "./preview.ts";

beforeAll(() => initializeBase64Wasm(automergeWasmBase64));

const PEOPLE = ["anna000001", "boris00001", "vera000001"].map((device, i) =>
  actorFor(device as DeviceId, `00000000000${i}`),
);

/** A letter put or taken at a place of the description by one of three, who hears of the others first, or not. */
const stroke = fc.record({
  who: fc.nat({ max: PEOPLE.length - 1 }),
  at: fc.nat({ max: 6 }),
  isTaken: fc.boolean(),
  hears: fc.boolean(),
});

/** Strokes that mostly fall on the same places without one knowing of the other. */
function scribble(strokes: readonly { who: number; at: number; isTaken: boolean; hears: boolean }[]): Uint8Array[] {
  const hands = PEOPLE.map((actor) => {
    const handle = openHandle(actor);
    handle.applyChanges([genesisBytes()]);
    return handle;
  });
  const written: Uint8Array[] = [];
  const text = rootObject("description");
  strokes.forEach(({ who, at, isTaken, hears }, i) => {
    const hand = hands[who];
    if (hand === undefined) return;
    if (hears) hand.applyChanges([...written]);
    const length = hand.length(text);
    if (isTaken && length > 0) hand.splice(text, Math.min(at, length - 1), 1, "");
    else hand.splice(text, Math.min(at, length), 0, `${i % 10}🖐`);
    if (hand.commit(undefined, i) === null) return;
    const bytes = inflateChange(hand.getLastLocalChange() ?? new Uint8Array());
    if (bytes !== undefined) written.push(bytes);
  });
  return written;
}

describe("[I12] the preview", () => {
  it("reads what Automerge reads, whoever wrote without knowing of whom", () => {
    let merges = 0;
    let conflicts = 0;
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 4, maxLength: 40 }), (steps) => {
        const bytes = play(steps).written.map((change) => change.bytes);
        const doc = loadTicket(bytes);
        const preview = previewTicket(bytes);
        expect(JSON.stringify(preview?.content)).toBe(JSON.stringify(doc.content()));
        expect(preview?.heads).toEqual(doc.heads);
        if (doc.heads.length > 1) merges += 1;
        conflicts += doc.content().conflicts.length;
      }),
      { numRuns: 150 },
    );
    expect(merges).toBeGreaterThan(25);
    expect(conflicts).toBeGreaterThan(25);
  });

  it("puts the letters of many hands in one place into Automerge's order", () => {
    let tangled = 0;
    fc.assert(
      fc.property(fc.array(stroke, { minLength: 20, maxLength: 60 }), (strokes) => {
        const bytes = scribble(strokes);
        const doc = loadTicket(bytes);
        expect(doc.setAside).toEqual([]);
        expect(previewTicket(bytes)?.content.description).toBe(doc.content().description);
        if (doc.heads.length > 1) tangled += 1;
      }),
      { numRuns: 150 },
    );
    expect(tangled).toBeGreaterThan(30);
  });

  it("a document that is loaded with it is the same, and may be written on", () => {
    const bytes = scribble(
      Array.from({ length: 40 }, (_, i) => ({ who: i % 3, at: i % 5, isTaken: false, hears: i % 4 === 0 })),
    );
    const preview = previewTicket(bytes);
    const doc = loadTicket(bytes, preview);
    expect([doc.content(), doc.heads, doc.size]).toEqual([preview?.content, preview?.heads, bytes.length]);
    const actor = actorFor("gleb000001" as DeviceId, "0123456789ab");
    const next = doc.edit([{ f: "text", field: "title", at: 0, remove: 0, insert: "Ещё" }], actor, 1);
    expect(next.ok && next.doc.content().title).toBe("Ещё");
  });

  it("says nothing of changes that do not pass the door", () => {
    const bytes = scribble(Array.from({ length: 9 }, (_, i) => ({ who: 0, at: i, isTaken: false, hears: true })));
    const bent = Uint8Array.from(bytes[4] ?? []);
    bent[40] = (bent[40] ?? 0) ^ 1;
    expect(previewTicket([...bytes.slice(0, 4), bent, ...bytes.slice(5)])).toBeUndefined(); // broken
    expect(previewTicket(bytes.slice(1))).toBeUndefined(); // stands on what is not there
    expect(previewTicket([...bytes, ...bytes])?.content).toEqual(loadTicket(bytes).content()); // twice is once
  });
});
