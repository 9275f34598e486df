import type { FileRef } from "../../shared/items/base.ts";
import type { Item } from "../../shared/items/registry.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import {
  type AuthorId,
  channelItemId,
  derivedThreadId,
  type ItemId,
  isThreadId,
  personOfUser,
  type ThreadId,
} from "../../shared/kernel/ids.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { type ChatLink, linkStatus } from "../identity/directory.ts";
import { keepFiles, type LostFile } from "./inbound-files.ts";
import { eventAsJson, type InboxDesk, RefusedError } from "./inbox-desk.ts";
import type { InboundEvent } from "./port.ts";
import { choiceByNumber, readPress } from "./press.ts";
import { type Chat, MOST_REFS, type Place } from "./records.ts";
import { faultOfItem, filesByItem, fittingExtra, makeUserItem, type Origin, textsOf } from "./user-items.ts";

type Message = Extract<InboundEvent, { readonly t: "message" }>;
type Pressed = Extract<InboundEvent, { readonly t: "press" }>;
/** A message, or a button's words as one. */
type Spoken = Message | (Pressed & { readonly text: string });

/** A user's message: one item (or several, where one does not hold it), however often it comes. */
export async function takeMessage(desk: InboxDesk, event: Message): Promise<void> {
  const user = desk.userOf(event.user.id);
  const chat = await desk.records.chat(desk.channel, desk.chatOf(user, desk.dialogs.latest(desk.channel, user)));
  const choice = (event.files ?? []).length > 0 ? undefined : choiceByNumber(event.text, chat ?? {});
  if (choice === undefined) return takeSpoken(desk, event);
  const { text: _text, ...rest } = event;
  return takePress(desk, { ...rest, t: "press", ...choice });
}

/** A pressed button: a rating, an answer to "please check", or the button's words. */
export async function takePress(desk: InboxDesk, event: Pressed): Promise<void> {
  const user = desk.userOf(event.user.id);
  const thread = desk.dialogs.latest(desk.channel, user);
  const chat = (await desk.records.chat(desk.channel, desk.chatOf(user, thread))) ?? {};
  const press = readPress({ value: event.value, label: event.label }, chat);
  if (thread !== undefined && press.t === "rate") {
    return takeAnswer(desk, { event, thread, user }, (origin) =>
      makeUserItem(origin, "rating", { score: press.score }),
    );
  }
  if (press.t === "check") {
    const { of, via, answer } = press;
    const dialog = await dialogOfNotice(desk, user, press);
    if (dialog !== undefined) {
      return takeAnswer(desk, { event, thread: dialog, user }, (origin) =>
        makeUserItem(origin, "accept", { of, via, answer }),
      );
    }
  }
  return takeSpoken(desk, { ...event, text: press.t === "say" ? press.text : event.label });
}

type Answering = { readonly event: Pressed; readonly thread: ThreadId; readonly user: AuthorId };

async function takeAnswer(
  desk: InboxDesk,
  { event, thread, user }: Answering,
  make: (origin: Origin) => Item,
): Promise<void> {
  const { channel, records } = desk;
  const known = await records.event(channel, event.id);
  if (known !== undefined && (await desk.world.item(known.thread, known.item)) !== undefined) return;
  const item = make({ channel, event: event.id, thread: known?.thread ?? thread, user, at: event.at });
  await records.keepEvent(channel, {
    id: event.id,
    external: undefined,
    place: { thread: item.thread, item: item.id },
  });
  await desk.at("placed");
  await desk.admit([{ item, actor: { kind: "user", id: user } }]);
  await desk.at("admitted");
}

/** The dialog of his in which the desk asked about this ticket. */
async function dialogOfNotice(
  { channel, dialogs, world }: InboxDesk,
  user: AuthorId,
  { of, via }: { readonly of: ItemId; readonly via: ThreadId },
): Promise<ThreadId | undefined> {
  for (const thread of dialogs.of(channel, user)) {
    const notice = await world.item(thread, of);
    if (notice?.kind === "notice" && notice.via === via) return thread;
  }
  return undefined;
}

/** Where a message goes, before anything of it is admitted. `opens`: the dialog begins with it. */
type Going = { readonly thread: ThreadId; readonly opens: boolean };

async function takeSpoken(desk: InboxDesk, event: Spoken): Promise<void> {
  const { channel, records, world } = desk;
  const user = desk.userOf(event.user.id);
  const id = channelItemId(channel, event.id);
  const known = await records.event(channel, event.id);
  // Items of one event are admitted one after another: the last one says that all are there.
  const isWhole = known !== undefined && (await world.item(known.thread, lastItemOf(channel, event))) !== undefined;
  if (known !== undefined && isWhole) return;
  const going = known === undefined ? await goingOf(desk, event, user) : goingAgain(desk, known);
  const external = event.t === "message" ? event.external : undefined;
  await records.keepEvent(channel, { id: event.id, external, place: { thread: going.thread, item: id } });
  await desk.at("placed");
  await desk.keepPerson(event);
  const chat = await keepChat(desk, { event, user, going });
  await desk.at("chat-kept");

  const kept = await keptFiles(desk, event, user);
  if (kept.files.length > 0) await desk.at("file-kept");
  const origin: Origin = { channel, event: event.id, thread: going.thread, user, at: event.at };
  const messages = await messagesOf(desk, { event, origin, ...kept });
  if (!going.opens) await takeStart(desk, { event, thread: going.thread, chat });
  const opening = going.opens ? [openingOf(desk, { event, origin, chat })] : [];
  const items = [...opening, ...messages];
  for (const item of items) {
    const fault = faultOfItem(item);
    if (fault !== undefined) throw new RefusedError(`malformed ${fault}`);
  }
  const actor: Actor = { kind: "user", id: user };
  for (const item of messages) if ("files" in item) await world.named(item, actor);
  await desk.admit(items.map((item) => ({ item, actor })));
  await desk.at("admitted");
  if (going.opens) await nameOther(desk, { event, thread: going.thread, user });
  // Not before: a run after a crash in between must know by what link he came.
  if (chat.start !== undefined) await records.saveChat(channel, user, ({ start: _start, ...rest }) => rest);
  if (kept.lost.length > 0) await tellLost(desk, event, kept.lost);
}

/** The public link by which he came, as long as it is open. */
function linkOfStart({ world }: InboxDesk, { start }: Chat): ChatLink | undefined {
  const link = start === undefined ? undefined : world.directory.linkOf(start);
  return linkStatus(link, world.clock()) === "open" ? link : undefined;
}

/** [S39] Who writes already and comes by the link of another device or room: his dialog knows them from now on. */
async function takeStart(
  desk: InboxDesk,
  { event, thread, chat }: { readonly event: Spoken; readonly thread: ThreadId; readonly chat: Chat },
): Promise<void> {
  const link = linkOfStart(desk, chat);
  const now = desk.world.head(thread)?.fields ?? {};
  const set: Record<string, Json> = {};
  if (link?.asset !== undefined && link.asset !== now["asset"]?.value) set["asset"] = link.asset;
  if (link?.room !== undefined && link.room !== now["room"]?.value) set["room"] = link.room;
  if (Object.keys(set).length === 0) return;
  const cause = `start:${desk.channel}:${event.id}`;
  await desk.admitOwn({ kind: "set-field", thread, cause, at: desk.world.clock(), set });
}

/** The message is there and says what it lacks; the row is for the admin, who may know why. */
const tellLost = (desk: InboxDesk, event: Spoken, lost: readonly LostFile[]): Promise<void> =>
  desk.keepAside({
    t: "aside",
    reason: "file-lost",
    detail: lost.map(({ name, reason }) => `${name}: ${reason}`).join(", "),
    raw: eventAsJson("value" in event ? { ...event, t: "press" } : event),
  });

function goingAgain(desk: InboxDesk, { thread }: Place): Going {
  return { thread, opens: desk.world.head(thread) === undefined };
}

/**
 * A mail that answers what stands in another user's dialog (the desk's mail to one who left his address on a page) begins a dialog
 * of its own, because a reference is anybody's word; but agents see by a link what it answers.
 */
async function nameOther(
  desk: InboxDesk,
  { event, thread, user }: { readonly event: Spoken; readonly thread: ThreadId; readonly user: AuthorId },
): Promise<void> {
  const { channel, world } = desk;
  for (const ref of event.t === "message" ? (event.refs ?? []) : []) {
    const other = isThreadId(ref) && ref.startsWith("dialog.") && ref !== thread ? world.head(ref) : undefined;
    if (other === undefined || other.user === user) continue;
    await desk.admitOwn({
      kind: "link",
      thread,
      cause: `answers:${channel}:${event.id}`,
      at: world.clock(),
      to: other._id,
      relation: "dialog",
    });
    return;
  }
}

async function goingOf(desk: InboxDesk, event: Spoken, user: AuthorId): Promise<Going> {
  const { channel, module, dialogs, world } = desk;
  const fresh = derivedThreadId("dialog", `channel:${channel}:${event.id}`);
  if (module.abilities.threading === "user") {
    const latest = dialogs.latest(channel, user);
    return latest === undefined ? { thread: fresh, opens: true } : { thread: latest, opens: false };
  }
  const refs = event.t === "message" ? [event.replyTo, ...(event.refs ?? [])] : [];
  for (const ref of refs) {
    // A dialog may be named itself, as by a token in a mail's subject.
    const thread = isThreadId(ref) ? ref : ref === undefined ? undefined : (await desk.find(ref))?.thread;
    const head = thread === undefined ? undefined : world.head(thread);
    // A reference is anybody's word: it leads into a dialog of this very user only.
    if (head?.user === user && head.link === channel) return { thread: lastOf(desk, head._id), opens: false };
  }
  return { thread: fresh, opens: true };
}

function lastOf({ world }: InboxDesk, thread: ThreadId): ThreadId {
  const passed = new Set<ThreadId>();
  for (let at = thread; ; ) {
    const next = world.head(at)?.next;
    if (next === undefined || passed.has(next)) return at;
    passed.add(next);
    at = next;
  }
}

/** Keeps how the user is answered: his address, and by what his messages are referred to. */
async function keepChat(
  { channel, records, chatOf, module }: InboxDesk,
  { event, user, going }: { readonly event: Spoken; readonly user: AuthorId; readonly going: Going },
): Promise<Chat> {
  const { address } = event;
  const named = (event.t === "message" ? event.external : undefined) ?? event.id;
  const program = event.t === "message" && event.automatic === true ? { program: true as const } : {};
  let before: Chat = {};
  await records.saveChat(channel, user, (now) => {
    before = now;
    const { program: _program, ...known } = now;
    return { ...known, address, ...program };
  });
  if (module.abilities.threading !== "references") return before;
  await records.saveChat(channel, chatOf(user, going.thread), ({ program: _program, ...now }) => ({
    ...now,
    address,
    ...program,
    refs: [named, ...(now.refs ?? []).filter((ref) => ref !== named)].slice(0, MOST_REFS),
  }));
  return before;
}

async function keptFiles(
  desk: InboxDesk,
  event: Spoken,
  user: AuthorId,
): Promise<{ readonly files: readonly FileRef[]; readonly lost: readonly LostFile[] }> {
  const remote = event.t === "message" ? (event.files ?? []) : [];
  if (remote.length === 0) return { files: [], lost: [] };
  const { world, connector, typeOf, signal } = desk;
  return keepFiles({ world, connector, typeOf, signal, abilities: desk.module.abilities }, remote, user);
}

type Bringing = {
  readonly event: Spoken;
  readonly origin: Origin;
  readonly files: readonly FileRef[];
  readonly lost: readonly LostFile[];
};

/** The event as items: the first one holds what only the channel knows, the others what one item does not hold. */
async function messagesOf(desk: InboxDesk, { event, origin, files, lost }: Bringing): Promise<readonly Item[]> {
  const texts = textsOf(event.text);
  const rows = filesByItem(files);
  const count = partsOf(event);
  const extra = fittingExtra(await extraOf(desk, event, lost));
  const replyTo = event.t === "message" && event.replyTo !== undefined ? await desk.find(event.replyTo) : undefined;
  return Array.from({ length: Math.max(count, texts.length, rows.length) }, (_, at) => {
    const own = rows[at] ?? [];
    return makeUserItem({ ...origin, event: eventOfPart(event.id, at) }, "message", {
      text: texts[at] ?? "",
      ...(own.length === 0 ? {} : { files: own as FileRef[] }),
      ...(at === 0 && replyTo?.thread === origin.thread ? { replyTo: replyTo.item } : {}),
      ...(at === 0 && extra !== undefined ? { extra } : {}),
    });
  });
}

const eventOfPart = (event: string, at: number): string => (at === 0 ? event : `${event} +${at}`);

/** Known before a file is fetched, so that a second run knows which item is the last one. */
function partsOf(event: Spoken): number {
  const files = event.t === "message" ? (event.files ?? []).length : 0;
  return Math.max(textsOf(event.text).length, Math.ceil(files / LIMITS.filesPerItem), 1);
}
const lastItemOf = (channel: ThreadId, event: Spoken): ItemId =>
  channelItemId(channel, eventOfPart(event.id, partsOf(event) - 1));

async function extraOf({ module }: InboxDesk, event: Spoken, lost: readonly LostFile[]): Promise<Record<string, Json>> {
  const message = event.t === "message" ? event : undefined;
  return {
    // Where an answer can point at one message, it must know how the channel names it.
    ...(module.abilities.replies ? { external: message?.external ?? event.id } : {}),
    ...(message?.automatic === true ? { automatic: true } : {}),
    ...(lost.length === 0 ? {} : { lostFiles: lost }),
    ...message?.extra,
  };
}

/** The dialog's first item, in the user's own name. */
function openingOf(
  desk: InboxDesk,
  { event, origin, chat }: { readonly event: Spoken; readonly origin: Origin; readonly chat: Chat },
): Item {
  const { facts, world, module } = desk;
  const context = linkOfStart(desk, chat);
  const subject = event.t === "message" ? event.subject?.trim().slice(0, LIMITS.subjectLength) : undefined;
  const set: Record<string, Json> = {
    ...(subject === undefined || subject === "" ? {} : { subject }),
    ...(context?.asset === undefined ? {} : { asset: context.asset }),
    ...(context?.room === undefined ? {} : { room: context.room }),
    ...(event.user.locale === undefined ? {} : { locale: event.user.locale }),
  };
  return makeUserItem({ ...origin, event: `${event.id} open` }, "open", {
    team: context?.team ?? facts().teamAt(world.clock()),
    person: personOfUser(origin.user),
    user: origin.user,
    channel: module.kind,
    link: origin.channel,
    ...(Object.keys(set).length === 0 ? {} : { set }),
  });
}
