import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import * as Automerge from "@automerge/automerge/slim";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { StampedItem } from "../items/stamp.ts";
import type { DeviceId } from "../kernel/ids.ts";
import { fold } from "../thread/fold.ts";
import { actorFor } from "./actor.ts";
import { fromBase64url, toBase64url } from "./base64url.ts";
import type { Cell } from "./cells.ts";
import { changeOfOp, makeChangeLog } from "./change-log.ts";
import { inspectChange } from "./chunk.ts";
import type { TicketContent } from "./content.ts";
import { EMPTY_CONTENT, filesOf, readContent, rowsOf } from "./content.ts";
import { admitted, anyStory, START, ticketOf } from "./contract-items.ts";
import { DEVICES } from "./contract-world.ts";
import type { TicketDoc } from "./document.ts";
import { emptyTicket } from "./document.ts";
import type { FieldEdit } from "./edits.ts";
import { fieldHistory } from "./field-history.ts";
import { genesisBytes } from "./genesis.ts";
import { createTimeline, knowledgeAt, stateAt, writtenAt } from "./history.ts";
import { editOfCell } from "./merge.ts";
import { DEFAULT_TICKET_TYPE } from "./type.ts";

beforeAll(() => Automerge.initializeBase64Wasm(automergeWasmBase64));

type Raw = Record<string, string> & Record<string, Record<string, string | number | boolean | null>>;

const [ANNA, BORIS] = DEVICES as unknown as [DeviceId, DeviceId]; // there are four

/** Content by another path: the stored bytes, one after another, through Automerge's own documents. */
function rawContent(items: readonly StampedItem[]): TicketContent {
  const chunks = items.flatMap((item) =>
    item.kind === "change" ? [fromBase64url(item.data) ?? new Uint8Array()] : [],
  );
  const bytes = Uint8Array.from([genesisBytes(), ...chunks].flatMap((chunk) => [...chunk]));
  const doc = Automerge.load<Raw>(bytes, { actor: "aa" });
  const raw = Automerge.getBackend(doc);
  const read = chunks.map(inspectChange).flatMap((one) => (one.ok ? [one.change] : []));
  const log = makeChangeLog(read);
  return readContent({
    text: (root) => doc[root] ?? "",
    keys: (root) => Object.keys(doc[root] ?? {}),
    values: (root, key) =>
      raw.getAll(Automerge.getObjectId(doc, root) ?? "", key).map(([, value, id]) => {
        const [counter = "", actor = ""] = String(id).split("@");
        const change = changeOfOp(log, Number(counter), actor);
        return { value: value as string | number | boolean | null, counter: Number(counter), change }; // scalars only
      }),
  });
}

describe("[U5] a ticket's past", () => {
  it("1,000 random tickets and moments are what raw Automerge makes of the stored bytes, late changes too", () => {
    let compared = 0;
    let late = 0;
    let conflicts = 0;
    fc.assert(
      fc.property(
        anyStory,
        fc.array(fc.double({ min: -0.05, max: 1.05, noNaN: true }), { minLength: 20, maxLength: 20 }),
        (story, places) => {
          const ticket = ticketOf(story);
          const { items } = ticket;
          const last = items.at(-1)?.stamp.at ?? START;
          const timeline = createTimeline(items);
          const raw = new Map<number, TicketContent>();
          for (const place of places) {
            const moment = Math.round(START + place * (last - START));
            const had = items.filter((item) => item.stamp.at <= moment);
            const state = timeline.stateAt(moment);
            expect(state.n).toBe(had.length);
            expect(state.head).toEqual(fold(had));
            const expected = raw.get(had.length) ?? rawContent(had);
            raw.set(had.length, expected);
            expect(state.content).toEqual(expected);
            compared += 1;
            conflicts += state.content.conflicts.length;
          }
          late += ticket.late;
          timeline.close();
        },
      ),
      { numRuns: 50 },
    );
    expect(compared).toBe(1_000);
    expect(late).toBeGreaterThan(50);
    expect(conflicts).toBeGreaterThan(20);
  });

  it("[CL27] a change that a restore put before what it stands on counts from there on", () => {
    const write = (doc: TicketDoc, insert: string, device: DeviceId) => {
      const at = doc.content().title.length;
      const edit: FieldEdit = { f: "text", field: "title", at, remove: 0, insert };
      const made = doc.edit([edit], actorFor(device, "0123456789ab"), START);
      if (!made.ok) throw new Error(made.fault);
      return made;
    };
    const first = write(emptyTicket(), "A", ANNA);
    const second = write(first.doc, "B", BORIS);
    const third = write(second.doc, "C", ANNA);
    const items = [third, first, second].map(({ data }, i) =>
      admitted(i + 2, { kind: "change", who: i === 2 ? 1 : 0, at: START, data }),
    );
    const open = admitted(1, { kind: "open", who: 0, at: START, team: "team.first" });
    const timeline = createTimeline([open, ...items]);
    expect([1, 2, 3, 4].map((n) => timeline.stateAfter(n).content.title)).toEqual(["", "", "A", "ABC"]);
    timeline.close();
  });

  it("what every change wrote, told without Automerge, ends at the content that Automerge shows", () => {
    let rows = 0;
    fc.assert(
      fc.property(anyStory, (story) => {
        const { items } = ticketOf(story);
        const content = stateAt(items, Number.MAX_SAFE_INTEGER).content;
        const shown = new Map<string, unknown>();
        for (const { field, to, isHidden } of fieldHistory(items)) {
          rows += 1;
          if (field.kind === "cell" && isHidden !== true) shown.set(JSON.stringify(field.cell), to);
          if (field.kind === "cell" && isHidden === true) shown.delete(JSON.stringify(field.cell));
        }
        expect([...shown].filter(([cell, value]) => !agrees(content, JSON.parse(cell), value))).toEqual([]);
      }),
      { numRuns: 40 },
    );
    expect(rows).toBeGreaterThan(300);
  });
});

/** Whether content shows of a cell what its history tells last; what stands in a removed entry is not shown. */
function agrees(content: TicketContent, cell: Cell, value: unknown): boolean {
  switch (cell.root) {
    case "fields":
      return content.fields[cell.id]?.value === value;
    case "rows": {
      const row = rowsOf(content, cell.list).find(({ id }) => id === cell.id);
      return cell.part === "live" ? value === (row !== undefined) : row === undefined || row[cell.part] === value;
    }
    case "parts": {
      const part = content.parts.find(({ id }) => id === cell.id);
      return cell.part === "live" ? value === (part !== undefined) : part === undefined || part[cell.part] === value;
    }
    case "time": {
      const spent = content.time.find(({ id }) => id === cell.id);
      return cell.part === "live" ? value === (spent !== undefined) : spent === undefined || spent[cell.part] === value;
    }
    case "files":
      return (value === null) === !filesOf(content, cell.place).some(({ sha }) => sha === cell.sha);
    case "visit":
      return cell.part === "signature"
        ? (value === null) === (content.visit[cell.side].signature === undefined)
        : (content.visit[cell.side][cell.part] ?? null) === value;
  }
}

/** Anna writes on line, Boris in the basement: his change is from before hers and comes after it. */
function story() {
  const [anna, boris] = [actorFor(ANNA ?? "", "0123456789ab"), actorFor(BORIS ?? "", "0123456789ab")] as const;
  const at = (minutes: number) => START + minutes * 60_000;
  const first = written(
    emptyTicket(),
    anna,
    [{ f: "text", field: "diagnosis", at: 0, remove: 0, insert: "Порт мёртв" }],
    at(1),
  );
  const far = written(
    first.doc,
    boris,
    [
      { f: "set", field: "room", value: "101" },
      { f: "part", id: "p", name: "Кабель" },
    ],
    at(5),
  );
  const near = written(
    first.doc,
    anna,
    [
      { f: "set", field: "room", value: "102" },
      { f: "text", field: "diagnosis", at: 0, remove: 4, insert: "Вход" },
    ],
    at(20),
  );
  const items = [
    admitted(1, { kind: "open", who: 0, at: at(0) }),
    admitted(2, { kind: "due", who: 0, at: at(0), respond: at(15), resolve: at(60) }),
    admitted(3, { kind: "change", who: 0, at: at(1), data: first.data }),
    admitted(4, { kind: "claim", who: 1, at: at(2) }, { verdict: "won", epoch: 1, owner: "agent.b" as never }),
    admitted(5, { kind: "change", who: 0, at: at(20), data: near.data }, { epoch: 1 }),
    admitted(
      6,
      { kind: "change", who: 1, at: at(4), offset: 60_000, mode: "offline", data: far.data },
      { at: at(40), epoch: 1 },
    ),
    admitted(
      7,
      { kind: "status", who: 1, at: at(50), status: "done", base: { inc: 1, epoch: 1 } },
      { verdict: "won", epoch: 1 },
    ),
  ];
  return { items, at, hashes: { first: first.change.hash, near: near.change.hash, far: far.change.hash } };
}

function written(
  doc: ReturnType<typeof emptyTicket>,
  ...[actor, edits, at]: [string, Parameters<typeof doc.edit>[0], number]
) {
  const made = doc.edit(edits, actor, at);
  if (!made.ok) throw new Error(made.fault);
  return made;
}

describe("[U5] who knew what, and who changed what", () => {
  it("a change counts from when the server had it, not from when its author wrote it", () => {
    const { items, at } = story();
    const room = (minutes: number) => stateAt(items, at(minutes)).content.fields["room"]?.value;
    expect([room(0.5), room(10), room(30), room(40)]).toEqual([undefined, undefined, "102", room(40)]);
    expect(stateAt(items, at(40)).content.conflicts).toHaveLength(1);
    expect(stateAt(items, at(39)).content.parts).toEqual([]);
    expect(stateAt(items, START - 1)).toMatchObject({ n: 0, content: EMPTY_CONTENT, sla: [] });
  });

  it("promises stand as they stood then", () => {
    const { items, at } = story();
    const sla = (minutes: number) =>
      stateAt(items, at(minutes), { type: DEFAULT_TICKET_TYPE }).sla.map((row) => [
        row.what,
        row.metAt,
        row.leftMs / 60_000,
      ]);
    expect(sla(1)).toEqual([
      ["respond", undefined, 14],
      ["resolve", undefined, 59],
    ]);
    expect(sla(30)).toEqual([
      ["respond", at(2), 13],
      ["resolve", undefined, 30],
    ]);
    expect(sla(90)).toEqual([
      ["respond", at(2), 13],
      ["resolve", at(50), 10],
    ]);
    expect(stateAt(items.slice(0, 6), at(90)).sla.at(-1)?.leftMs).toBe(-30 * 60_000);
  });

  it("what a device had written is known though the server did not have it, by the device's corrected clock", () => {
    const { items, at } = story();
    const far = items[5];
    if (far === undefined) throw new Error("the story has seven items");
    expect(writtenAt(far)).toBe(at(5));
    expect(knowledgeAt(items, at(4)).afar).toEqual([]);
    expect(knowledgeAt(items, at(30))).toMatchObject({
      n: 5,
      afar: [{ item: far.id, device: BORIS, writtenAt: at(5), admittedAt: at(40), n: 6 }],
    });
    expect(knowledgeAt(items, at(41)).afar).toEqual([]);
    // Boris had Anna's first change when he wrote; of her second he knew nothing then.
    expect(knowledgeAt(items, at(30)).known.map(({ device, n }) => [device, n])).toEqual([
      [ANNA, 3],
      [BORIS, 3],
    ]);
    const fast = { ...far, at: at(500) };
    expect(writtenAt(fast)).toBe(at(40));
  });

  it("each field tells who changed it, on which device, when by both clocks, and from what", () => {
    const { items, at } = story();
    const rows = fieldHistory(items);
    const told = (n: number) =>
      rows.filter((row) => row.n === n).map(({ field, from, to }) => [Object.values(field).at(-1), from, to]);
    expect(told(3)).toEqual([["diagnosis", "", "Порт мёртв"]]);
    expect(told(5)).toEqual([
      ["diagnosis", "Порт", "Вход"],
      [{ root: "fields", id: "room" }, null, "102"],
    ]);
    expect(told(6)).toEqual([
      [{ root: "fields", id: "room" }, "102", "101"],
      [{ root: "parts", id: "p", part: "name" }, null, "Кабель"],
      [{ root: "parts", id: "p", part: "live" }, null, true],
    ]);
    expect(told(7)).toEqual([["status", expect.anything(), "done"]]);
    expect(rows.find((row) => row.n === 6)).toMatchObject({
      device: BORIS,
      at: at(4),
      offset: 60_000,
      admittedAt: at(40),
    });
    expect(told(4)).toEqual([["owner", null, "agent.b"]]);
  });

  it("an earlier value is brought back by a new change", () => {
    const { items } = story();
    const row = fieldHistory(items).find(({ n, field }) => n === 5 && field.kind === "cell");
    if (row?.field.kind !== "cell") throw new Error("the room was written");
    expect(editOfCell(row.field.cell, row.to as string)).toEqual({ f: "set", field: "room", value: "102" });
  });

  it("a dialog has a past without Automerge, items behind a gap are left out, and a clock set back does not hide any", () => {
    const open = admitted(1, { kind: "open", who: 0, at: START });
    const note = admitted(2, { kind: "note", who: 0, at: START, text: "x" }, { at: START - 5_000 });
    const beyond = admitted(4, { kind: "note", who: 0, at: START, text: "y" });
    const timeline = createTimeline([open, note, beyond]);
    expect(timeline.moments).toEqual([START, START]);
    expect(timeline.stateAt(START).n).toBe(2);
    expect(timeline.stateAt(START - 1).n).toBe(0);
    expect(timeline.stateAfter(99).head?.n).toBe(2);
    expect(toBase64url(new Uint8Array())).toBe("");
  });
});
