import { encodeChange } from "@automerge/automerge/slim";
import { sha256HexOfBytes } from "../kernel/hash.ts";
import type { TicketActor } from "./actor.ts";
import { inflateChange } from "./chunk.ts";
import { GENESIS_HASH, rootObject } from "./genesis.ts";

/** Operations as Automerge's encoder takes them; it asks nothing, so whatever a stranger may send can be made with it. */
export type ForgedOp = {
  readonly action: string;
  readonly obj: string;
  readonly key?: string;
  readonly elemId?: string;
  readonly insert?: boolean;
  readonly value?: string | number | boolean | null;
  readonly datatype?: string;
  readonly pred: readonly string[];
};

/** A change as nobody's device makes it: the first of its actor, on the genesis, where nothing else is said. */
export function forgedChange(
  actor: TicketActor,
  ops: readonly ForgedOp[],
  more: Readonly<Record<string, unknown>> = {},
): Uint8Array {
  const first = { actor, seq: 1, startOp: 10, time: 1_700_000_000_000, message: null, deps: [GENESIS_HASH], ops };
  const change = { ...first, ...more };
  const bytes = inflateChange(encodeChange(change as unknown as Parameters<typeof encodeChange>[0])); // odd on purpose
  if (bytes === undefined) throw new Error("the forged change could not be made");
  return bytes;
}

/** Writes a custom field. */
export const forgedPut = (
  key: string,
  value: string | number | boolean | null,
  more: Partial<ForgedOp> = {},
): ForgedOp => ({ action: "set", obj: rootObject("fields"), key, insert: false, value, pred: [], ...more });

/** A chunk around any body, with the checksum that belongs to it. */
export function sealedChunk(body: readonly number[], type = 1): Uint8Array {
  const length: number[] = [];
  for (let rest = body.length; ; rest >>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  const hashed = [type, ...length, ...body];
  const sum = sha256HexOfBytes(Uint8Array.from(hashed));
  const check = [0, 2, 4, 6].map((at) => Number.parseInt(sum.slice(at, at + 2), 16));
  return Uint8Array.from([0x85, 0x6f, 0x4a, 0x83, ...check, ...hashed]);
}
