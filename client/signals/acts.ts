import type { FieldSet, FileRef } from "../../shared/items/base.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ItemId, TeamId, ThreadId, ThreadKind } from "../../shared/kernel/ids.ts";
import { makeThreadId } from "../../shared/kernel/ids.ts";
import { baseOf, seenOf, underOf } from "../replica/chain.ts";
import type { Replica, ThreadView } from "./replica-types.ts";

/** What is said in a message or a note. */
export type Said = {
  readonly text: string;
  readonly files: readonly FileRef[];
  /** Answers that the user may choose (S15). */
  readonly buttons?: readonly string[];
  /** The user's message that it answers, where the channel can show that. */
  readonly replyTo?: ItemId;
  /** What only the dialog's channel knows. */
  readonly extra?: FieldSet;
};

/**
 * Everything that a person can do, as items. Each resolves when the item is durable on this device ("saved") and rejects
 * when it could not be kept; what the server makes of it comes later, as a stamp.
 */
export type Acts = {
  readonly take: (thread: ThreadId) => Promise<ItemId>;
  readonly takeOver: (view: ThreadView) => Promise<ItemId>;
  readonly release: (view: ThreadView) => Promise<ItemId>;
  readonly handover: (view: ThreadView, to: AuthorId) => Promise<ItemId>;
  readonly assign: (view: ThreadView, to: AuthorId) => Promise<ItemId>;
  readonly transfer: (view: ThreadView, team: TeamId) => Promise<ItemId>;
  readonly snooze: (view: ThreadView, until: Ms) => Promise<ItemId>;
  readonly close: (view: ThreadView) => Promise<ItemId>;
  readonly reopen: (thread: ThreadId) => Promise<ItemId>;
  readonly reply: (view: ThreadView, said: Said) => Promise<ItemId>;
  /** The close is decided only if the reply was sent (CL8). */
  readonly replyAndClose: (view: ThreadView, said: Said) => Promise<ItemId>;
  readonly note: (thread: ThreadId, said: Said & { readonly mentions?: readonly AuthorId[] }) => Promise<ItemId>;
  readonly resend: (view: ThreadView, of: ItemId, text?: string) => Promise<ItemId>;
  readonly discard: (thread: ThreadId, of: ItemId) => Promise<ItemId>;
  /** Of something that did not surely leave: it is tried again, or left as it is (U11). */
  readonly redeliver: (thread: ThreadId, of: ItemId, act: "again" | "leave") => Promise<ItemId>;
  readonly acknowledge: (thread: ThreadId, of: ItemId) => Promise<ItemId>;
  readonly tag: (thread: ThreadId, change: { readonly add?: string[]; readonly remove?: string[] }) => Promise<ItemId>;
  readonly setPriority: (thread: ThreadId, value: 0 | 1 | 2 | 3) => Promise<ItemId>;
  readonly setFields: (thread: ThreadId, set: FieldSet) => Promise<ItemId>;
  /** Begins a thread of the directory, or a dialog of our own. `thread`: one whose id is fixed. */
  readonly begin: (
    kind: ThreadKind,
    given: { readonly set: FieldSet; readonly team?: TeamId; readonly thread?: ThreadId },
  ) => Promise<ThreadId>;
  /** The other one is the same person as `front`, who stands for both (S3). */
  readonly merge: (front: ThreadId, other: ThreadId, reason: string) => Promise<ItemId>;
  /** He is not the same, or not any more (U14). */
  readonly unmerge: (person: ThreadId, other: ThreadId) => Promise<ItemId>;
  readonly discardRefused: (id: ItemId) => Promise<void>;
};

const chance = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 4_294_967_296;
const filesOf = (said: Said): { readonly files?: FileRef[] } =>
  said.files.length > 0 ? { files: [...said.files] } : {};

/** Of an answer: buttons, the message that it answers, what its channel asks for. */
export const moreOf = (said: Said): { buttons?: string[]; replyTo?: ItemId; extra?: FieldSet } => ({
  ...(said.buttons === undefined || said.buttons.length === 0 ? {} : { buttons: [...said.buttons] }),
  ...(said.replyTo === undefined ? {} : { replyTo: said.replyTo }),
  ...(said.extra === undefined ? {} : { extra: said.extra }),
});

/** A new thread of that kind. */
export const newThreadId = (kind: ThreadKind): ThreadId => makeThreadId(kind, Date.now(), chance);

/** Acts that write to a replica. */
export function createActs(replica: Replica): Acts {
  const withBase = (view: ThreadView) => ({ thread: view.head._id, base: baseOf(view) });
  const reply = (view: ThreadView, said: Said): Promise<ItemId> =>
    replica.write<"reply">({
      kind: "reply",
      thread: view.head._id,
      text: said.text,
      ...filesOf(said),
      ...moreOf(said),
      under: underOf(view),
      seen: seenOf(view),
    });

  return {
    take: (thread) => replica.write<"claim">({ kind: "claim", thread }),
    takeOver: (view) =>
      replica.write<"takeover">({
        kind: "takeover",
        ...withBase(view),
        ...(view.provisional.owner === null ? {} : { from: view.provisional.owner }),
      }),
    release: (view) => replica.write<"release">({ kind: "release", ...withBase(view) }),
    handover: (view, to) => replica.write<"handover">({ kind: "handover", ...withBase(view), to }),
    assign: (view, to) => replica.write<"assign">({ kind: "assign", ...withBase(view), to }),
    transfer: (view, team) => replica.write<"transfer">({ kind: "transfer", ...withBase(view), team }),
    snooze: (view, until) => replica.write<"snooze">({ kind: "snooze", ...withBase(view), seen: seenOf(view), until }),
    close: (view) => replica.write<"close">({ kind: "close", ...withBase(view), seen: seenOf(view) }),
    reopen: (thread) => replica.write<"reopen">({ kind: "reopen", thread }),
    reply,
    replyAndClose: async (view, said) => {
      const sent = await reply(view, said);
      return replica.write<"close">({ kind: "close", ...withBase(view), seen: seenOf(view), after: [sent] });
    },
    note: (thread, said) =>
      replica.write<"note">({
        kind: "note",
        thread,
        text: said.text,
        ...filesOf(said),
        ...(said.mentions && said.mentions.length > 0 ? { mentions: [...said.mentions] } : {}),
      }),
    resend: (view, of, text) =>
      replica.write<"resend">({
        kind: "resend",
        thread: view.head._id,
        of,
        seen: seenOf(view),
        ...(text === undefined ? {} : { text }),
      }),
    discard: (thread, of) => replica.write<"discard">({ kind: "discard", thread, of }),
    redeliver: (thread, of, act) => replica.write<"redeliver">({ kind: "redeliver", thread, of, act }),
    acknowledge: (thread, of) => replica.write<"ack">({ kind: "ack", thread, of }),
    tag: (thread, change) => replica.write<"tag">({ kind: "tag", thread, ...change }),
    setPriority: (thread, value) => replica.write<"priority">({ kind: "priority", thread, value }),
    setFields: (thread, set) => replica.write<"set-field">({ kind: "set-field", thread, set }),
    begin: async (kind, given) => {
      const thread = given.thread ?? newThreadId(kind);
      await replica.write<"open">({
        kind: "open",
        thread,
        set: given.set,
        ...(given.team === undefined ? {} : { team: given.team }),
      });
      return thread;
    },
    merge: (thread, other, reason) => replica.write<"merge">({ kind: "merge", thread, with: other, reason }),
    unmerge: (thread, other) => replica.write<"unmerge">({ kind: "unmerge", thread, with: other }),
    discardRefused: (id) => replica.discardRefused(id),
  };
}
