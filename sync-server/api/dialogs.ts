import type { StampedItem, VerdictReason } from "../../shared/items/stamp.ts";
import { CHANNEL_DEVICE, type ItemId } from "../../shared/kernel/ids.ts";
import type { ApiMessage } from "../../shared/protocol/v1/dialogs.ts";
import type { ApiCode } from "../../shared/protocol/v1/parts.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Gateway } from "../gateway/index.ts";
import { type Handlers, headNow, headOf, type ThreadLog } from "./call.ts";
import { limitOf, makeCursor, pageOfHeads, readCursor } from "./paging.ts";
import { type FileLink, presentDialog, presentMessage, presentMessages } from "./present.ts";
import { Problem } from "./problem.ts";
import type { Program } from "./tokens.ts";
import type { Writer } from "./write.ts";

type Parts = {
  readonly gateway: Pick<Gateway, "visibleHead" | "visibleHeads" | "head">;
  readonly reader: ThreadLog;
  readonly writer: Writer;
  readonly fileLink: FileLink;
};

type Names =
  | "listDialogs"
  | "getDialog"
  | "listMessages"
  | "createMessage"
  | "createNote"
  | "createReply"
  | "claimDialog"
  | "closeDialog";

/** Dialogs: what a program may do there is what an agent may, by the same door and with the same verdicts. */
export function dialogCalls({ gateway, reader, writer, fileLink }: Parts): Handlers<Names> {
  const dialogOf = (call: {
    readonly program: Program;
    readonly params: Readonly<Record<string, string>>;
  }): DeviceHead => headOf(gateway, { program: call.program, id: call.params["dialog"] }, "dialog");
  const said = (item: StampedItem): ApiMessage => {
    const message = presentMessage(headNow(gateway, item.thread), item, fileLink);
    if (message === undefined) throw new Problem("changed"); // moved into a dialog that follows
    return message;
  };

  return {
    listDialogs: async ({ program, query }) => {
      const heads = gateway.visibleHeads(program.who.actor).filter((head) => head.kind === "dialog");
      const { heads: page, next } = pageOfHeads(
        heads.filter((head) => fits(head, query)),
        query,
      );
      return { items: page.map(presentDialog), next };
    },
    getDialog: async (call) => presentDialog(dialogOf(call)),
    listMessages: async (call) => {
      const thread = await reader.read(dialogOf(call)._id);
      if (thread === undefined) throw new Problem("not-found");
      const after = call.query.cursor === undefined ? 0 : readCursor(call.query.cursor)[0];
      const limit = limitOf(call.query);
      const all = presentMessages(thread.head, thread.items, fileLink).filter(({ n }) => n > after);
      const items = all.slice(0, limit);
      const last = items.at(-1);
      return { items, next: all.length > limit && last !== undefined ? makeCursor([last.n, last.id]) : null };
    },
    createMessage: async (call) => {
      const head = dialogOf(call);
      if (head.user === null) throw new Problem("forbidden");
      const { text } = call.body;
      const user = { actor: { kind: "user", id: head.user }, device: CHANNEL_DEVICE, session: "api" } as const;
      const item = await writer.write(
        { ...call.program, who: user },
        { kind: "message", thread: head._id, cause: `${call.program.id}:${call.cause}` },
        { words: () => ({ text, extra: { api: call.program.id } }), isSame: (other) => other.text === text },
      );
      return said(item);
    },
    createNote: async (call) => {
      const { text } = call.body;
      const item = await writer.write(
        call.program,
        { kind: "note", thread: dialogOf(call)._id, cause: call.cause },
        { words: () => ({ text }), isSame: (other) => other.text === text },
      );
      return said(item);
    },
    createReply: async (call) => {
      const { program, cause } = call;
      const head = dialogOf(call);
      const { text, seen, replyTo } = call.body;
      const item = await writer.write(
        program,
        { kind: "reply", thread: head._id, cause },
        {
          isSame: (other) => other.text === text,
          words: () => {
            if (head.owner !== program.who.actor.id) throw new Problem("not-owner");
            return {
              text,
              under: { inc: head.inc, epoch: head.epoch },
              seen: { inc: head.inc, n: Math.min(seen ?? head.n, head.n) },
              ...(replyTo === undefined ? {} : { replyTo: replyTo as ItemId }), // its shape was read by the schema
            };
          },
        },
      );
      if (item.stamp.verdict !== "held") return said(item);
      // CL21: nobody would look after what a program holds; it is told, and may say it again.
      await writer.write(
        program,
        { kind: "discard", thread: head._id, cause: `${cause}:discard` },
        { words: () => ({ of: item.id }) },
      );
      throw new Problem(codeOf(item.stamp.reason));
    },
    claimDialog: async (call) => {
      const head = dialogOf(call);
      const { stamp } = await writer.write(
        call.program,
        { kind: "claim", thread: head._id, cause: call.cause },
        { words: () => ({}) },
      );
      if (stamp.verdict !== "won" && stamp.verdict !== "noop") throw new Problem(codeOf(stamp.reason));
      return presentDialog(headNow(gateway, head._id));
    },
    closeDialog: async (call) => {
      const { program } = call;
      const head = dialogOf(call);
      const { seen, reason } = call.body;
      const { stamp } = await writer.write(
        program,
        { kind: "close", thread: head._id, cause: call.cause },
        {
          words: () => {
            if (head.owner !== program.who.actor.id) throw new Problem("not-owner");
            return {
              base: { inc: head.inc, epoch: head.epoch },
              seen: { inc: head.inc, n: Math.min(seen ?? head.n, head.n) },
              ...(reason === undefined ? {} : { reason }),
            };
          },
        },
      );
      if (stamp.verdict !== "won" && stamp.verdict !== "noop") throw new Problem(codeOf(stamp.reason));
      return presentDialog(headNow(gateway, head._id));
    },
  };
}

type Filter = {
  readonly state?: string | undefined;
  readonly team?: string | undefined;
  readonly owner?: string | undefined;
  readonly contact?: string | undefined;
};

/** Whether a dialog or a ticket is one of those that were asked for. */
export const fits = (head: DeviceHead, { state, team, owner, contact }: Filter): boolean =>
  (state === undefined || head.state === state) &&
  (team === undefined || head.team === team) &&
  (owner === undefined || (owner === "none" ? head.owner === null : head.owner === owner)) &&
  (contact === undefined || head.person === contact);

/** A verdict's reason as the code of a refusal. */
export function codeOf(reason: VerdictReason | undefined): ApiCode {
  switch (reason) {
    case "owned":
    case "away":
    case "live":
      return "owned";
    case "not-owner":
      return "not-owner";
    case "unseen-message":
    case "unseen-reply":
      return "unseen";
    case "closed":
      return "closed";
    case "no-status":
    case "not-allowed":
      return "no-status";
    case "required":
      return "required";
    default:
      return "changed";
  }
}
