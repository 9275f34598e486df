import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { decodeChange, initializeBase64Wasm } from "@automerge/automerge/slim";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { openChunk } from "./chunk.ts";
import type { Written } from "./contract-world.ts";
import { anyStep, play } from "./contract-world.ts";
import type { TicketDoc } from "./document.ts";
import { emptyTicket, loadTicket } from "./document.ts";
import { readOps } from "./ops.ts";

beforeAll(() => initializeBase64Wasm(automergeWasmBase64));

const story = fc.array(anyStep, { minLength: 4, maxLength: 26 });
const shuffled = (changes: readonly Written[], keys: readonly number[]): Written[] =>
  changes
    .map((change, i) => ({ change, key: keys[i % keys.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ change }) => change);

/** Offers changes in any order, again and again, as a door does that answers `retry(deps)`. */
function arriving(changes: readonly Written[]): TicketDoc {
  let doc = emptyTicket();
  let waiting = [...changes];
  while (waiting.length > 0) {
    const later: Written[] = [];
    for (const change of waiting) {
      const next = doc.with(change.bytes);
      if (next.ok) doc = next.doc;
      else if (next.fault === "deps") later.push(change);
      else throw new Error(`refused: ${next.fault}`);
    }
    if (later.length === waiting.length) throw new Error("changes wait for ever");
    waiting = later;
  }
  return doc;
}

describe("[I12] merging", () => {
  it("in any order and grouping gives the same content and heads, and loses no change", () => {
    let merges = 0;
    let conflicts = 0;
    fc.assert(
      fc.property(story, fc.array(fc.nat(), { minLength: 5, maxLength: 11 }), fc.nat(), (steps, keys, cut) => {
        const { written } = play(steps);
        const whole = loadTicket(written.map(({ bytes }) => bytes));
        const others = [
          arriving(shuffled(written, keys)),
          arriving([...written].reverse()),
          // Some at once, the rest one by one upon them.
          written
            .slice(cut % (written.length + 1))
            .reduce(
              (doc, { bytes }) => must(doc, bytes),
              loadTicket(written.slice(0, cut % (written.length + 1)).map(({ bytes }) => bytes)),
            ),
        ];
        for (const doc of others) {
          expect(doc.content()).toEqual(whole.content());
          expect(doc.heads).toEqual(whole.heads);
          expect(written.every(({ hash }) => doc.has(hash))).toBe(true);
          expect(doc.size).toBe(written.length);
        }
        expect(whole.setAside).toEqual([]);
        if (whole.heads.length > 1) merges += 1;
        conflicts += whole.content().conflicts.length;
      }),
      { numRuns: 60 },
    );
    expect(merges).toBeGreaterThan(10);
    expect(conflicts).toBeGreaterThan(10);
  });

  it("every prefix of `n` loads, and reads as the whole document read at that prefix's heads", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const bytes = play(steps).written.map((change) => change.bytes);
        const whole = loadTicket(bytes);
        for (let n = 0; n <= bytes.length; n += 1) {
          const prefix = loadTicket(bytes.slice(0, n));
          expect(prefix.setAside).toEqual([]);
          expect(whole.contentAt(prefix.heads)).toEqual(prefix.content());
        }
      }),
      { numRuns: 25 },
    );
  });

  it("[CL27] a log in which changes stand before their foundations is the same ticket, and each prefix what has come", () => {
    let setAside = 0;
    fc.assert(
      fc.property(story, fc.array(fc.nat(), { minLength: 5, maxLength: 11 }), (steps, keys) => {
        const { written } = play(steps);
        const whole = loadTicket(written.map(({ bytes }) => bytes));
        const log = shuffled(written, keys);
        const loaded = loadTicket(log.map(({ bytes }) => bytes));
        expect(loaded.setAside).toEqual([]);
        expect(loaded.content()).toEqual(whole.content());
        expect(loaded.heads).toEqual(whole.heads);
        const half = loadTicket(log.slice(0, log.length >> 1).map(({ bytes }) => bytes));
        expect(half.size + half.setAside.length).toBe(log.length >> 1);
        expect(half.setAside.every(({ fault }) => fault === "deps")).toBe(true);
        setAside += half.setAside.length;
      }),
      { numRuns: 25 },
    );
    expect(setAside).toBeGreaterThan(10);
  });

  it("our reader of changes reads what Automerge's own reads", () => {
    let ops = 0;
    fc.assert(
      fc.property(story, (steps) => {
        for (const { bytes } of play(steps).written) {
          const theirs = decodeChange(bytes);
          const opened = openChunk(bytes);
          const { facts } = opened;
          expect([facts.hash, facts.actor, facts.seq, facts.startOp, facts.time]).toEqual([
            theirs.hash,
            theirs.actor,
            theirs.seq,
            theirs.startOp,
            theirs.time,
          ]);
          expect(facts.deps).toEqual([...theirs.deps].sort());
          expect(facts.ops).toBe(theirs.ops.length);
          const ours = readOps(opened).map((op) =>
            op.kind === "put"
              ? { action: "set", key: op.key, value: op.value, pred: op.replaces }
              : op.kind === "drop"
                ? { action: "del", pred: op.replaces }
                : op.kind === "insert"
                  ? { action: "set", elemId: op.after ?? "_head", value: op.text, pred: [] }
                  : { action: "del", pred: op.removes },
          );
          const known = (theirs.ops as unknown as Record<string, unknown>[]).map((op) =>
            op["action"] === "del"
              ? { action: "del", pred: op["pred"] }
              : op["key"] === undefined
                ? { action: "set", elemId: op["elemId"], value: op["value"], pred: op["pred"] }
                : { action: "set", key: op["key"], value: op["value"] ?? null, pred: op["pred"] },
          );
          expect(ours).toEqual(known);
          ops += ours.length;
        }
      }),
      { numRuns: 40 },
    );
    expect(ops).toBeGreaterThan(500);
  });
});

function must(doc: TicketDoc, bytes: Uint8Array): TicketDoc {
  const next = doc.with(bytes);
  if (!next.ok) throw new Error(next.fault);
  return next.doc;
}
