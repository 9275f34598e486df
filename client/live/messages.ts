import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

/** The messages of y-websocket's protocol (y-protocols: sync and awareness), as both our rooms speak it. */
const MESSAGE = { sync: 0, awareness: 1 } as const;
export const SYNC = { step1: 0, step2: 1, update: 2 } as const;

export type RoomMessage =
  | { readonly t: "sync"; readonly step: number; readonly body: Uint8Array }
  | { readonly t: "presence"; readonly states: readonly PresenceEntry[] }
  | { readonly t: "other" };

/** One client's state; `null` when it is gone. `clock` grows with everything it says. */
export type PresenceEntry = { readonly client: number; readonly clock: number; readonly state: unknown };

export function syncMessage(step: number, body: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE.sync);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, body);
  return encoding.toUint8Array(encoder);
}

export function presenceMessage({ client, clock, state }: PresenceEntry): Uint8Array {
  const inner = encoding.createEncoder();
  encoding.writeVarUint(inner, 1);
  encoding.writeVarUint(inner, client);
  encoding.writeVarUint(inner, clock);
  encoding.writeVarString(inner, JSON.stringify(state));
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE.awareness);
  encoding.writeVarUint8Array(encoder, encoding.toUint8Array(inner));
  return encoding.toUint8Array(encoder);
}

/** Reads one; what is none of ours is `other`. */
export function readMessage(bytes: Uint8Array): RoomMessage {
  try {
    const decoder = decoding.createDecoder(bytes);
    const kind = decoding.readVarUint(decoder);
    if (kind === MESSAGE.sync) {
      return { t: "sync", step: decoding.readVarUint(decoder), body: decoding.readVarUint8Array(decoder) };
    }
    if (kind !== MESSAGE.awareness) return { t: "other" };
    const inner = decoding.createDecoder(decoding.readVarUint8Array(decoder));
    const states: PresenceEntry[] = [];
    for (let left = decoding.readVarUint(inner); left > 0; left -= 1) {
      const client = decoding.readVarUint(inner);
      const clock = decoding.readVarUint(inner);
      states.push({ client, clock, state: JSON.parse(decoding.readVarString(inner)) as unknown });
    }
    return { t: "presence", states };
  } catch {
    return { t: "other" };
  }
}
