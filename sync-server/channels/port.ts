import type { ChannelAbilities } from "../../shared/channels/abilities.ts";
import type { DeliveryCode } from "../../shared/channels/delivery-codes.ts";
import type { ChannelSetup } from "../../shared/channels/setup.ts";
import type { FieldSet, FileRef } from "../../shared/items/base.ts";
import type { ChannelKind } from "../../shared/items/open.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { PhoneRing } from "../../shared/protocol/calls.ts";
import type { Log } from "../platform/log.ts";

/**
 * The connector contract: how one channel speaks with the world. A connector knows its protocol and nothing of threads; the
 * core (`inbox.ts`, `deliveries.ts`) knows threads and no protocol. One suite, `contract.ts`, runs over every connector.
 *
 *   world -> connector.receive / hook -> parse -> sink.take(events) -> durable -> the connector acknowledges
 *   thread -> core -> render(outgoing) -> parts -> record "sending" -> connector.send(part) -> record, cursor or `delivery` item
 *
 * What the contract promises: a repeated inbound event makes one item; order within a conversation is kept; nothing is
 * acknowledged before it is durable; what cannot be read is set aside with its reason and the rest flows; an edit or a deletion
 * by the user is a new item; a send that times out is tried again with the same key where the channel deduplicates, and is
 * "unknown" where it does not; a refused send ends as failed with a code; rate limits are waited for, per channel and per chat;
 * a restart in the middle of anything loses and repeats nothing.
 */

/** Who writes, as the channel names him. */
export type InboundUser = {
  /** His id in the channel, for ever the same: a Telegram user's id, an address in lower case, a number in digits. */
  readonly id: string;
  readonly name?: string;
  /** Other identifiers that the channel vouches for or not: `email`, `phone`, `username` ... */
  readonly ids?: readonly { readonly kind: string; readonly value: string; readonly verified: boolean }[];
  readonly locale?: "ru" | "en";
};

/** A file in the world; fetched by `connector.fetch`. `bytes`: it came with the event. */
export type RemoteFile = {
  readonly name: string;
  readonly type: string;
  readonly size?: number;
  /** What `fetch` needs to find it. */
  readonly ref: Json;
  readonly bytes?: Uint8Array;
};

/** What every event has. `id`: unique within the channel, the same when it comes again. `at`: when it was written there. */
type Common = { readonly id: string; readonly at: Ms; readonly user: InboundUser; readonly address: Json };

/**
 * One thing that happened in the channel. `address` is what `send` needs to answer this user (a chat's id, a mailbox); the
 * latest one is kept. Ids of other messages (`of`, `replyTo`, `refs`) are external ones: of the user's messages the `id` or
 * `external` that they came with, of ours what `send` told.
 */
export type InboundEvent =
  | (Common & {
      readonly t: "message";
      /** By what other events will name this message, where that is not `id` (Telegram: message id in its chat). */
      readonly external?: string;
      readonly text: string;
      readonly files?: readonly RemoteFile[];
      readonly replyTo?: string;
      /** Messages that it belongs to, nearest first (mail: In-Reply-To, References); a dialog's own id stands for the dialog (token of the subject). */
      readonly refs?: readonly string[];
      readonly subject?: string;
      /** What agents should see beside it (shared/channels names them): `html`, `quoted`, `from`, `cc` ... */
      readonly extra?: FieldSet;
      /** Written by a program (auto-reply, list): admitted, but nothing answers it by itself. */
      readonly automatic?: boolean;
    })
  | (Common & { readonly t: "edit"; readonly of: string; readonly text: string })
  | (Common & { readonly t: "erase"; readonly of: string })
  /** A button was pressed: `value` as `render` gave it. */
  | (Common & { readonly t: "press"; readonly value: string; readonly label: string })
  /** The chat was opened by a deep link: a public link's token, which names asset and room. */
  | (Common & { readonly t: "start"; readonly payload?: string })
  /** The user shared who he is: kept in his person. `blocked`: he has just closed his ears to us, or opened them again. */
  | (Common & { readonly t: "profile"; readonly blocked?: boolean })
  /** A place where the desk does not speak (a group): answered once, politely. */
  | (Common & { readonly t: "refuse"; readonly why: "group" })
  /** Of one of ours, or of all up to it. */
  | {
      readonly t: "receipt";
      readonly of: string;
      readonly state: "delivered" | "read";
      readonly at: Ms;
      readonly upTo: boolean;
    }
  /** Something of ours came to nothing after it had left (a bounce, a status "failed"). */
  | {
      readonly t: "bounce";
      readonly of: string;
      readonly code: DeliveryCode;
      readonly detail?: string;
      readonly at: Ms;
    }
  | { readonly t: "typing"; readonly user: string; readonly on: boolean }
  /** A telephone call that is over (S47); `at`: when it began. The user is who is not of the desk. */
  | (Common & {
      readonly t: "call";
      readonly direction: "in" | "out";
      readonly outcome: "answered" | "missed" | "busy" | "failed";
      readonly from: string;
      readonly to: string;
      /** Of the agent who spoke, or was to. */
      readonly extension?: string;
      readonly seconds?: number;
      readonly recording?: string;
    })
  /** How a call goes at this moment, for the agent of that extension; kept nowhere. */
  | ({ readonly t: "ringing" } & PhoneRing);

/** What could not be read: kept with its reason; an admin sees it and may have it read again. `raw` at most 256 kB, longer ones are cut. */
export type SetAside = {
  readonly t: "aside";
  /** A code: `unknown-kind`, `broken`, `too-large`, `too-old`, `loop` ... */
  readonly reason: string;
  readonly detail?: string;
  readonly raw: Json;
};

/** Where events go. Both resolve when it is durable; only then may the connector acknowledge. They reject when the store does not answer: do not acknowledge, try again. */
export type InboundSink = {
  readonly take: (events: readonly (InboundEvent | SetAside)[]) => Promise<void>;
  /** The connector's place in its feed (an update's id, a marker, UIDs), kept across restarts. */
  readonly place: () => Promise<Json | undefined>;
  readonly keepPlace: (place: Json) => Promise<void>;
};

/** What is to be said, before the channel's form of it. Words are chosen already: notices are put into the user's language by the core. */
export type Outgoing = {
  /** Unique and for ever the same for this item: keys of parts derive from it. */
  readonly key: string;
  readonly text: string;
  readonly files: readonly OutFile[];
  /** At most `abilities.buttons`; where that is 0 the core has put them into the text. */
  readonly choices: readonly { readonly label: string; readonly value: string }[];
  /** External id of the message that it answers. */
  readonly replyTo?: string;
  /** Shown name of the agent; absent for notices. */
  readonly by?: string;
  readonly extra?: FieldSet;
  /** Of the dialog: its subject, and what its latest inbound messages were named (mail). */
  readonly subject?: string;
  readonly refs: readonly string[];
  /** The dialog, for a token in a mail's subject. */
  readonly thread: ThreadId;
  readonly locale: "ru" | "en";
  /** Written by the desk itself: mail says so in its headers. */
  readonly automatic: boolean;
};

/** A file on its way out. Larger than the channel takes, or of a kind that it does not take: `link` is already in the text, and it is not here. */
export type OutFile = FileRef & { readonly open: () => Promise<AsyncIterable<Uint8Array>> };

/** One message of the channel, as `render` made it; equal inputs make equal parts. */
export type OutPart = { readonly kind: string } & { readonly [name: string]: unknown };

export type SendOutcome =
  /** `external`: how the channel names it. */
  | { readonly t: "sent"; readonly external: string }
  /** For ever. */
  | { readonly t: "failed"; readonly code: DeliveryCode; readonly detail?: string }
  /** Surely not sent; to be tried again after a while, by this chat or by the whole channel. */
  | { readonly t: "later"; readonly afterMs?: Ms; readonly scope: "chat" | "channel"; readonly detail?: string }
  /** It may have been sent. */
  | { readonly t: "unknown"; readonly detail?: string };

/** An incoming web hook. `path` is what stands behind the channel's hook address. */
export type HookRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Uint8Array;
};
export type HookAnswer = { readonly status: number; readonly body?: string; readonly type?: string };

export type TestAnswer =
  /** `name`: how the channel calls us (@bot, mailbox, page), shown to the admin. */
  | { readonly ok: true; readonly name: string; readonly link?: string }
  /** `code`: `auth`, `unreachable`, `config`, `forbidden`, `no-hook` ...; words in the settings. */
  | { readonly ok: false; readonly code: string; readonly detail?: string };

export type DialAsk = { readonly extension: string; readonly number: string; readonly signal: AbortSignal };
/** `code`: `unreachable`, `refused`, `number` ... */
export type DialAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly detail?: string };

/** The world failed: the core tells the admin, waits (jitter, doubling to 5 min), and calls `receive` again. */
export class ChannelError extends Error {
  override readonly name = "ChannelError";
  readonly code: string;
  readonly afterMs: Ms | undefined;
  constructor(code: string, message: string, afterMs?: Ms) {
    super(message);
    this.code = code;
    this.afterMs = afterMs;
  }
}

/** An open channel. */
export type Connector = {
  /** Listens until `signal` aborts; rejects when the world fails. Absent: it only hears its hook. */
  readonly receive?: (sink: InboundSink, signal: AbortSignal) => Promise<void>;
  /** Answers the other side's call, after what it brought is durable. Checks secret or signature itself: 401 or 403 without them. */
  readonly hook?: (request: HookRequest, sink: InboundSink) => Promise<HookAnswer>;
  /** Reads what was set aside again, after an update or a correction; may ask the other side for the whole of it. */
  readonly reread?: (raw: Json) => readonly (InboundEvent | SetAside)[] | Promise<readonly (InboundEvent | SetAside)[]>;
  /** Pure: equal inputs make equal parts. */
  readonly render: (outgoing: Outgoing, address: Json) => readonly OutPart[];
  /** One part. Never rejects for what the channel answers; must not try twice by itself. */
  readonly send: (
    part: OutPart,
    to: Json,
    given: { readonly key: string; readonly signal: AbortSignal },
  ) => Promise<SendOutcome>;
  /** A user's file; rejects with a ChannelError when it cannot be had now. */
  readonly fetch?: (file: RemoteFile, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  readonly typing?: (to: Json, on: boolean) => Promise<void>;
  /** Has the exchange ring that extension and connect it with the number (S47). Absent: it cannot. */
  readonly dial?: (ask: DialAsk) => Promise<DialAnswer>;
  readonly test: (signal: AbortSignal) => Promise<TestAnswer>;
  /** Told to the other side when the channel is set up or its address changes: sets the web hook. */
  readonly install?: (hookUrl: string | undefined, signal: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** What a connector is opened with. */
export type ConnectorParts = {
  /** The channel's thread. */
  readonly channel: ThreadId;
  /** Values of the setup's fields, secrets included, checked against the setup. */
  readonly settings: Readonly<Record<string, Json>>;
  readonly clock: () => Ms;
  readonly random: () => number;
  readonly log: Log;
  /** The address under which the other side reaches this channel's hook; absent where the desk has no address of its own outside. */
  readonly hookUrl?: string;
  /** Of the desk itself, without a trailing slash: for links. */
  readonly deskUrl: string;
};

/** One kind of channel. */
export type ChannelModule = {
  readonly kind: ChannelKind;
  readonly abilities: ChannelAbilities;
  readonly setup: ChannelSetup;
  readonly open: (parts: ConnectorParts) => Connector;
};
