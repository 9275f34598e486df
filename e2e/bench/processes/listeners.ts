import { connect, type Socket } from "node:net";
import { crc32 } from "node:zlib";
import * as Y from "yjs";
import { BOARD, type BoardRow } from "../../../shared/protocol/board.ts";
import { BOARDS, type BoardName, lastMarker, microseconds, msBetween, NOW, ORDER_BYTES } from "../boards/port.ts";
import { ownersOf } from "../boards/rows.ts";
import { type BoardClient, joinBoard, updateIn } from "./board-client.ts";
import { serveParent } from "./child.ts";

/**
 * Everybody who listens, in a process of its own, so that listening costs no server anything. It also orders the changes:
 * so it knows, without asking anybody, when the last listener of a board has what was ordered.
 */
const JOIN_AT_ONCE = 50;
const PATIENCE_MS = 20_000;

type Place = { readonly port: number; readonly room: string; readonly ordersPort: number };
type Arrival = { readonly change: number; readonly latencyMs: number };

type Audience = {
  readonly name: BoardName;
  readonly place: Place;
  readonly orders: Socket;
  readonly clients: BoardClient[];
  /** Checksum of everything that each listener was told, and everything that the first one was told. */
  readonly sums: number[];
  readonly told: Uint8Array[];
  readonly arrived: Map<number, number>;
  isKeeping: boolean;
  lastChange: number;
  onArrival: (arrival: Arrival) => void;
};

const audiences = new Map<BoardName, Audience>();
const nothing = (): void => {};

async function join({ name, place, listeners }: { name: BoardName; place: Place; listeners: number }): Promise<number> {
  const audience = audiences.get(name) ?? (await openAudience(name, place));
  while (audience.clients.length < listeners) {
    const more = Math.min(JOIN_AT_ONCE, listeners - audience.clients.length);
    const from = audience.clients.length;
    const joined = await Promise.all(Array.from({ length: more }, (_, i) => joinOne(audience, from + i)));
    audience.clients.push(...joined);
  }
  return audience.clients.length;
}

async function openAudience(name: BoardName, place: Place): Promise<Audience> {
  const orders = connect(place.ordersPort, "127.0.0.1");
  orders.setNoDelay(true);
  await new Promise<void>((resolve, reject) => orders.once("connect", resolve).once("error", reject));
  const audience: Audience = {
    name,
    place,
    orders,
    clients: [],
    sums: [],
    told: [],
    arrived: new Map(),
    isKeeping: false,
    lastChange: 0,
    onArrival: nothing,
  };
  orders.on("error", nothing); // a board that ended: the change under way is waited for in vain, and says so
  audiences.set(name, audience);
  return audience;
}

function joinOne(audience: Audience, index: number): Promise<BoardClient> {
  const { name, place } = audience;
  audience.sums[index] = 0;
  return joinBoard({
    port: place.port,
    room: place.room,
    dialect: BOARDS[name],
    onMessage: (payload) => hear(audience, index, payload),
  });
}

function hear(audience: Audience, index: number, payload: Buffer): void {
  const marker = lastMarker(payload);
  if (marker === undefined) return;
  if (audience.isKeeping) {
    audience.sums[index] = crc32(payload, audience.sums[index] ?? 0);
    if (index === 0) audience.told.push(Uint8Array.from(payload));
  }
  const heard = (audience.arrived.get(marker.change) ?? 0) + 1;
  if (heard < audience.clients.length) {
    audience.arrived.set(marker.change, heard);
    return;
  }
  audience.arrived.delete(marker.change);
  audience.onArrival({ change: marker.change, latencyMs: msBetween(marker.at, microseconds()) });
}

function order(audience: Audience, count: number, at: number): void {
  const bytes = Buffer.allocUnsafe(count * ORDER_BYTES);
  for (let i = 0; i < count; i += 1) {
    audience.lastChange += 1;
    bytes.writeUInt32LE(audience.lastChange, i * ORDER_BYTES);
    bytes.writeUInt32LE(at, i * ORDER_BYTES + 4);
  }
  audience.orders.write(bytes);
}

function audienceOf(name: BoardName): Audience {
  const audience = audiences.get(name);
  if (audience === undefined || audience.clients.length === 0) throw new Error(`nobody listens to ${name}`);
  return audience;
}

/** Resolves when everybody has `change`, or something later. */
function arrivalOf(audience: Audience, change: number): Promise<Arrival> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${audience.name}: change ${change} did not reach every listener`)),
      PATIENCE_MS,
    );
    audience.onArrival = (arrival) => {
      if (arrival.change < change) return;
      clearTimeout(timer);
      audience.onArrival = nothing;
      resolve(arrival);
    };
  });
}

/** One change: milliseconds from the server's change to the last listener. */
async function change({ name }: { name: BoardName }): Promise<number> {
  const audience = audienceOf(name);
  const arrived = arrivalOf(audience, audience.lastChange + 1);
  order(audience, 1, NOW);
  return (await arrived).latencyMs;
}

/** As many changes as go through with at most `window` on their way: changes a second that reached every listener. */
async function saturate(asked: { name: BoardName; window: number; forMs: number }): Promise<number> {
  const audience = audienceOf(asked.name);
  const first = audience.lastChange;
  const startedAt = microseconds();
  let seen = first;
  await new Promise<void>((resolve, reject) => {
    let timer = setTimeout(reject, PATIENCE_MS, new Error(`${asked.name} stands still`));
    audience.onArrival = (arrival) => {
      clearTimeout(timer);
      seen = arrival.change;
      if (msBetween(startedAt, microseconds()) >= asked.forMs) {
        if (seen >= audience.lastChange) return resolve();
      } else {
        order(audience, asked.window - (audience.lastChange - seen), NOW);
      }
      timer = setTimeout(reject, PATIENCE_MS, new Error(`${asked.name} stands still`));
    };
    order(audience, asked.window, NOW);
  });
  audience.onArrival = nothing;
  audience.arrived.clear();
  return ((seen - first) * 1000) / msBetween(startedAt, microseconds());
}

/** `perSecond` changes a second, evenly: milliseconds from each order to the last listener. */
async function pace(asked: { name: BoardName; perSecond: number; forMs: number }): Promise<readonly number[]> {
  const audience = audienceOf(asked.name);
  const latencies: number[] = [];
  const startedAt = microseconds();
  let ordered = 0;
  await new Promise<void>((resolve, reject) => {
    let isOver = false;
    const patience = setTimeout(() => reject(new Error(`${asked.name} does not keep pace`)), asked.forMs + PATIENCE_MS);
    audience.onArrival = (arrival) => {
      latencies.push(arrival.latencyMs);
      if (!isOver || arrival.change < audience.lastChange) return;
      clearTimeout(patience);
      resolve();
    };
    const timer = setInterval(() => {
      const elapsed = msBetween(startedAt, microseconds());
      const due = Math.floor((Math.min(elapsed, asked.forMs) * asked.perSecond) / 1000) - ordered;
      if (due > 0) order(audience, due, microseconds());
      ordered += Math.max(0, due);
      if (elapsed < asked.forMs) return;
      clearInterval(timer);
      isOver = true;
      order(audience, 1, microseconds());
    }, 1);
  });
  audience.onArrival = nothing;
  audience.arrived.clear();
  return latencies;
}

/** What is told from now on is kept, for `end`. */
function keep({ name }: { name: BoardName }): void {
  const audience = audienceOf(name);
  audience.isKeeping = true;
  audience.sums.fill(0);
  audience.told.length = 0;
}

/** Owners by thread as the first listener has them, and how many listeners were told something else than he. */
function ending({ name }: { name: BoardName }): { owners: Record<string, string>; differ: number } {
  const audience = audienceOf(name);
  const dialect = BOARDS[name];
  const doc = new Y.Doc();
  Y.applyUpdate(doc, audience.clients[0]?.first ?? Uint8Array.of(0, 0));
  for (const payload of audience.told) {
    const told = updateIn(payload, dialect);
    if (told !== undefined) Y.applyUpdate(doc, told.update);
  }
  // Ours keeps rows in an array, the rivals in a map.
  const rows =
    name === "ours" ? doc.getArray<BoardRow>(BOARD.owners).toArray() : doc.getMap<BoardRow>(BOARD.owners).values();
  const sum = audience.sums[0];
  return { owners: ownersOf(rows), differ: audience.sums.filter((other) => other !== sum).length };
}

function leave({ name }: { name: BoardName }): void {
  const audience = audiences.get(name);
  audiences.delete(name);
  audience?.orders.destroy();
  for (const client of audience?.clients ?? []) client.close();
}

serveParent({ join, change, saturate, pace, keep, ending, leave });
