import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { initializeBase64Wasm } from "@automerge/automerge/slim";
import { beforeAll, describe, expect, it } from "vitest";
import type { DeviceId } from "../kernel/ids.ts";
import { actorFor } from "./actor.ts";
import { openHandle } from "./automerge.ts";
import { inflateChange } from "./chunk.ts";
import { loadTicket } from "./document.ts";
import { genesisBytes, rootObject } from "./genesis.ts";

beforeAll(() => initializeBase64Wasm(automergeWasmBase64));

const CHANGES = 2_000;
/** Of one session. */
const TURN = 40;

/** A long life: five devices, a session of forty changes each in turn, all in one description. */
function longLife(count: number): { readonly changes: readonly Uint8Array[]; readonly description: string } {
  let handle = openHandle("01");
  handle.applyChanges([genesisBytes()]);
  const changes: Uint8Array[] = [];
  let description = "";
  for (let i = 0; i < count; i += 1) {
    const session = Math.floor(i / TURN);
    if (i % TURN === 0) {
      handle = handle.clone(actorFor(`device000${session % 5}` as DeviceId, session.toString(16).padStart(12, "0")));
    }
    const at = Math.floor(description.length / 2);
    const word = `слово ${i} `;
    handle.splice(rootObject("description"), at, 0, word);
    if (i % 3 === 0) handle.put(rootObject("rows"), `checklist/r${i % 150}/done`, i % 2 === 0);
    description = description.slice(0, at) + word + description.slice(at);
    handle.commit(undefined, i);
    const bytes = inflateChange(handle.getLastLocalChange() ?? new Uint8Array());
    if (bytes === undefined) throw new Error("a change was not made");
    changes.push(bytes);
  }
  return { changes, description };
}

describe("a ticket of 2,000 changes", () => {
  it("loads whole, is read, and is written on", () => {
    const { changes, description } = longLife(CHANGES);
    const doc = loadTicket(changes);
    expect([doc.size, doc.setAside, doc.heads.length]).toEqual([CHANGES, [], 1]);
    expect(doc.content().description).toBe(description);
    expect(doc.content().lists["checklist"]).toHaveLength(50);
    const next = doc.edit(
      [{ f: "text", field: "title", at: 0, remove: 0, insert: "Долгая" }],
      actorFor("device0009" as DeviceId, "0123456789ab"),
      1,
    );
    expect(next.ok && next.doc.content().title).toBe("Долгая");
    expect(next.ok && next.change.ops).toBe(6);
  });

  it("a bad change among them is set aside, and the rest loads", () => {
    const some = longLife(120).changes;
    const bad = Uint8Array.from(some[60] ?? []);
    bad[40] = (bad[40] ?? 0) ^ 1;
    const doc = loadTicket([...some.slice(0, 100), bad, ...some.slice(100)]);
    expect(doc.setAside).toEqual([{ index: 100, fault: "broken" }]);
    expect(doc.size).toBe(120);
  });
});
