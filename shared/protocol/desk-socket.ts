import * as v from "valibot";
import type { Item } from "../items/registry.ts";
import type { ItemAnswer, StampedItem } from "../items/stamp.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, DeviceId, ThreadId } from "../kernel/ids.ts";
import { count, threadId } from "../kernel/schema.ts";
import type { Role } from "../policy/actor.ts";
import type { DeviceHead } from "../thread/head.ts";
import type { PhoneRing } from "./calls.ts";

/**
 * Frames on `/live/desk`: one JSON object a text frame. `items` of a push stay unread here; the gateway reads each with
 * the item schema, so that one bad item does not spoil its neighbours.
 */
export const clientFrame = v.variant("t", [
  v.strictObject({ t: v.literal("hello"), version: count, ring: v.nullable(v.string()) }),
  v.strictObject({ t: v.literal("push"), ref: count, items: v.pipe(v.array(v.unknown()), v.maxLength(500)) }),
  v.strictObject({
    t: v.literal("cursor"),
    thread: threadId,
    delivered: v.exactOptional(count),
    read: v.exactOptional(count),
  }),
  v.strictObject({ t: v.literal("typing"), thread: threadId, on: v.boolean() }),
  v.strictObject({ t: v.literal("ping"), ref: count }),
]);
export type ClientFrame = v.InferOutput<typeof clientFrame>;

/** A document as the virtual database shows it: a head without memory, or a stamped item; with `_rev`, `_revisions`. */
export type VirtualDoc = (DeviceHead | StampedItem) & {
  readonly _rev: string;
  readonly _revisions: { readonly start: number; readonly ids: readonly string[] };
};

/** Who is signed in on this device, as the server says it. */
export type Me = {
  readonly id: AuthorId;
  readonly agent: ThreadId;
  readonly name: string;
  readonly role: Role;
  readonly teams: readonly ThreadId[];
  readonly device: DeviceId;
};

export type ServerFrame =
  | { readonly t: "welcome"; readonly me: Me; readonly now: Ms; readonly ring: string; readonly resumed: boolean }
  | {
      readonly t: "answers";
      readonly ref: number;
      readonly answers: readonly ItemAnswer[];
      readonly heads: readonly DeviceHead[];
    }
  /**
   * What changed for this device between two ring positions. A device whose token stands at `from` applies `docs`, drops
   * `removed` and stands at `to`; otherwise it pulls.
   */
  | {
      readonly t: "docs";
      readonly from: string;
      readonly to: string;
      readonly docs: readonly VirtualDoc[];
      readonly removed: readonly ThreadId[];
    }
  /** Something new that is not in the frame: pull. */
  | { readonly t: "poke"; readonly to: string }
  /** A user is writing in a thread. */
  | { readonly t: "typing"; readonly thread: ThreadId; readonly author: AuthorId; readonly on: boolean }
  /** His own telephone: a call comes, was taken, is over. Told to his own desks only, and kept nowhere. */
  | { readonly t: "call"; readonly ring: PhoneRing }
  | { readonly t: "pong"; readonly ref: number; readonly now: Ms }
  | { readonly t: "error"; readonly code: string; readonly ref?: number };

/** Body of `POST /api/push`, the same act over HTTP; answers `{ answers, heads }`. */
export type PushBody = { readonly items: readonly Item[] };
export type PushAnswer = {
  readonly answers: readonly ItemAnswer[];
  readonly heads: readonly DeviceHead[];
  readonly now: Ms;
};
