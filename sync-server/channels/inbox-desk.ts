import type { ChannelKind } from "../../shared/items/open.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Submission } from "../arbiter/port.ts";
import type { Effect } from "../reactions/reaction.ts";
import type { ChannelDialogs } from "./dialogs.ts";
import type { ChannelModule, Connector, InboundEvent, SetAside } from "./port.ts";
import type { ChannelPoint, ChannelWorld } from "./ports.ts";
import type { Place, Records } from "./records.ts";

/** What a channel's thread says of it. */
export type ChannelFacts = {
  readonly kind: ChannelKind;
  readonly team: ThreadId;
  /** Who gets a dialog that begins now. */
  readonly teamAt: (at: number) => ThreadId;
  readonly greeting?: string;
};

export type InboxParts = {
  readonly channel: ThreadId;
  readonly module: ChannelModule;
  readonly connector: Connector;
  readonly facts: () => ChannelFacts;
  readonly world: ChannelWorld;
  readonly records: Records;
  readonly dialogs: ChannelDialogs;
  readonly typeOf: (start: Uint8Array) => string | undefined;
  readonly signal: AbortSignal;
  /** Told of each event that was taken, and of each that was set aside. */
  readonly onTaken: () => void;
  readonly onAside: (isNew: boolean) => void;
  /** Told before and after something leaves beside the deliveries. */
  readonly onBounced: (item: StampedItem, code: string, detail?: string) => Promise<void>;
};

/** What the handlers of single events work with. */
export type InboxDesk = InboxParts & {
  readonly at: (point: ChannelPoint) => Promise<void>;
  /** Commits in the given order; rejects with a {@link RefusedError}, or a store's fault when it could not be had. */
  readonly admit: (submissions: readonly Submission[]) => Promise<readonly StampedItem[]>;
  readonly admitOwn: (effect: Effect) => Promise<void>;
  readonly userOf: (id: string) => AuthorId;
  /** Where the chat's records stand: with the user, or with the dialog where the channel threads by references. */
  readonly chatOf: (user: AuthorId, dialog: ThreadId | undefined) => AuthorId | ThreadId;
  readonly keepPerson: (event: Extract<InboundEvent, { readonly address: Json }>) => Promise<void>;
  readonly keepAside: (aside: SetAside, of?: "event") => Promise<void>;
  /** The item behind one of the channel's names, where it stands now: in the dialog that follows, if it moved on. */
  readonly find: (external: string) => Promise<Place | undefined>;
};

/** The desk does not take it, however often it comes. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly code: string;
  constructor(code: string) {
    super(`refused: ${code}`);
    this.code = code;
  }
}

/** The event without the bytes of its files: those are too large to be kept, and may be fetched again. */
export function eventAsJson(event: InboundEvent): Json {
  const text = JSON.stringify(event, (name: string, value: unknown) => (name === "bytes" ? undefined : value));
  return JSON.parse(text) as Json;
}
