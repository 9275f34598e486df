import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { initializeBase64Wasm } from "@automerge/automerge/slim";
import { beforeAll, describe, expect, it } from "vitest";
import { deviceHash, signedText, stampText } from "../items/revision.ts";
import type { StampedItem } from "../items/stamp.ts";
import { sha256Hex } from "../kernel/hash.ts";
import { actorFor } from "./actor.ts";
import type { AuditKeys } from "./audit.ts";
import { auditCsv, auditJson, auditRows, parseAudit, verifyAudit } from "./audit.ts";
import { admitted, START } from "./contract-items.ts";
import { DEVICES } from "./contract-world.ts";
import { emptyTicket } from "./document.ts";

beforeAll(() => initializeBase64Wasm(automergeWasmBase64));

/** A signature that anybody can check and, in this test, nobody forges. */
const sign = (key: string, text: string): string => sha256Hex(`${key}:${text}`);
const keys: AuditKeys = {
  verifyStamp: (text, sig) => Promise.resolve(sig === sign("server", text)),
  verifyItem: (device, text, sig) => sig === sign(device, text),
};

function signed(item: StampedItem): StampedItem {
  const own = { ...item, sig: sign(item.device, signedText(item)) };
  return { ...own, stamp: { ...own.stamp, sig: sign("server", stampText(own, own.stamp)) } };
}

function ticket(): readonly StampedItem[] {
  const [device] = DEVICES;
  const made = emptyTicket().edit(
    [{ f: "set", field: "room", value: "101" }],
    actorFor(device ?? ("" as never), "0123456789ab"),
    START,
  );
  if (!made.ok) throw new Error(made.fault);
  const next = made.doc.edit([{ f: "set", field: "room", value: "102" }], made.change.actor, START);
  if (!next.ok) throw new Error(next.fault);
  return [
    admitted(1, { kind: "open", who: 0, at: START }),
    admitted(2, { kind: "change", who: 0, at: START, data: made.data }),
    admitted(3, { kind: "claim", who: 1, at: START }, { verdict: "won", epoch: 1 }),
    admitted(4, { kind: "change", who: 0, at: START, offset: -700, data: next.data }, { at: START + 5, epoch: 1 }),
    admitted(5, { kind: "note", who: 1, at: START, text: '=HYPERLINK("x"), "да"\nнет' }, { epoch: 1 }),
    admitted(6, { kind: "claim", who: 2, at: START }, { verdict: "lost", reason: "owned", epoch: 1 }),
  ].map(signed);
}

const codes = async (items: readonly StampedItem[], chain?: string) =>
  (await verifyAudit(items, keys, chain)).faults.map(({ code, n }) => `${code}@${n}`);
const changed = (at: number, change: (item: StampedItem) => StampedItem): StampedItem[] =>
  ticket().map((item, i) => (i === at ? change(item) : item));

describe("[U5] the audit of a thread", () => {
  it("goes out as JSON and verifies where it comes in", async () => {
    const items = ticket();
    const read = parseAudit(auditJson(items));
    expect(read?.items).toEqual(items);
    expect(await verifyAudit(read?.items ?? [], keys, read?.chain)).toEqual({
      isSound: true,
      items: 6,
      unsigned: 0,
      chain: auditRows(items).at(-1)?.chain,
      faults: [],
    });
    expect(parseAudit("{}")).toBeUndefined();
    expect(parseAudit("no JSON")).toBeUndefined();
  });

  it("each way of falsifying it is found", async () => {
    expect(await codes(ticket().filter((_item, i) => i !== 2))).toContain("gap@4");
    expect(await codes(ticket().toReversed())).toContain("gap@6");
    expect(await codes([...ticket(), ...ticket().slice(5)])).toContain("gap@6");
    expect(await codes(changed(4, (item) => ({ ...item, text: "другое" }) as StampedItem))).toEqual([
      "stamp@5",
      "signature@5",
    ]);
    expect(await codes(changed(4, (item) => ({ ...item, at: item.at - 1 })))).toEqual(["stamp@5", "signature@5"]);
    expect(await codes(changed(5, (item) => ({ ...item, stamp: { ...item.stamp, verdict: "won" } })))).toEqual([
      "stamp@6",
    ]);
    expect(await codes(changed(0, ({ stamp: { sig: _sig, ...stamp }, ...item }) => ({ ...item, stamp })))).toEqual([
      "stamp@1",
    ]);
    expect(await codes(changed(4, (item) => signed({ ...item, stamp: { ...item.stamp, epoch: 0 } })))).toEqual([
      "epoch@5",
    ]);
    expect(await codes(changed(1, (item) => signed({ ...item, data: "AAAA" } as StampedItem)))).toEqual([
      "change@2",
      "change@4",
    ]);
    expect(await codes(changed(5, (item) => signed({ ...item, _id: "x" })))).toEqual(["thread@6"]);
    expect(await codes(ticket(), auditRows(ticket()).at(-2)?.chain)).toEqual(["chain@6"]);
    // Someone who has the keys and leaves out the end is found by the chain that was noted elsewhere.
    expect(await codes(ticket().slice(0, 5), auditRows(ticket()).at(-1)?.chain)).toEqual(["chain@5"]);
  });

  it("[CL27] what a restore lost and devices gave back in another order is no falsification; what it stands on must be there", async () => {
    const [open, first, , second] = ticket();
    if (open === undefined || first === undefined || second === undefined) throw new Error("there are six");
    const at = (n: number, item: StampedItem, stamp: Partial<StampedItem["stamp"]>): StampedItem => {
      const { sig: _sig, ...bare } = item;
      return signed({ ...bare, stamp: { ...item.stamp, inc: 2, n, ...stamp } });
    };
    const late = at(2, second, { was: { inc: 1, n: 4 } });
    const claim = signed(admitted(3, { kind: "claim", who: 1, at: START }, { inc: 2, verdict: "won", epoch: 0 }));
    const early = at(4, first, { was: { inc: 1, n: 2 } });
    expect(await codes([open, late, claim, early])).toEqual([]);
    expect(await codes([open, late, claim])).toEqual(["change@2"]);
    const forged = at(2, { ...second, stamp: first.stamp }, {});
    expect(await codes([open, forged, claim, early])).toEqual(["change@2"]);
  });

  it("goes out as a table that no spreadsheet runs", () => {
    const lines = auditCsv(auditRows(ticket())).split("\r\n");
    expect(lines[0]).toBe(
      "n,inc,item,kind,author,device,at,offset,mode,admittedAt,verdict,reason,epoch,owner,body,hash,chain",
    );
    expect(lines).toHaveLength(8);
    expect(lines[4]?.split(",").slice(6, 10)).toEqual([
      "2023-11-14T22:13:20.000Z",
      "-700",
      "online",
      "2023-11-14T22:13:20.005Z",
    ]);
    expect(lines[5]).toContain('"{""text"":""=HYPERLINK(\\""x\\""), \\""да\\""\\nнет""}"');
    const row = auditRows(ticket())[0];
    if (row === undefined) throw new Error("there are six");
    const odd = auditCsv([{ ...row, at: 1e20, body: "=1+1", owner: "@x" as never, reason: "-1+1" as never }]);
    expect(odd).toContain(",100000000000000000000,");
    expect(odd).toContain("'=1+1");
    expect(odd).toContain(",'@x,");
    expect(odd).toContain(",'-1+1,");
  });

  it("a row has the device's hash and both clocks", () => {
    const items = ticket();
    const fourth = items[3];
    if (fourth === undefined) throw new Error("there are six");
    expect(auditRows(items)[3]).toMatchObject({
      n: 4,
      at: START,
      offset: -700,
      admittedAt: START + 5,
      hash: deviceHash(fourth),
    });
  });
});
