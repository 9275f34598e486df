import type { NoticeLocale } from "../../shared/channels/notice-words.ts";
import type { FileRef } from "../../shared/items/base.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { derivedThreadId, itemDocId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { type Effect, makeSystemItem } from "../reactions/reaction.ts";
import { areNumbered, composeOutgoing, type Given, leavesAsFile, type Said, sayingOf } from "./compose.ts";
import type { ChannelModule, Connector, OutPart, SendOutcome } from "./port.ts";
import { backoff, type ChannelWorld, isStoreFault, ShelfError } from "./ports.ts";
import { type Chat, type DeliveryRecord, MOST_REFS, type Records } from "./records.ts";

/** What became of an item: it is done with (sent, failed, unknown, nothing to say), or it waits. */
export type Delivered =
  | {
      readonly t: "done";
      readonly outcome: "sent" | "failed" | "unknown" | "nothing";
      readonly code?: string;
      readonly detail?: string;
    }
  | { readonly t: "wait"; readonly ms: Ms; readonly scope: "chat" | "channel"; readonly detail?: string };

export type CarrierParts = {
  readonly channel: ThreadId;
  readonly module: ChannelModule;
  readonly connector: Connector;
  readonly world: ChannelWorld;
  readonly records: Records;
  readonly zone: () => string | undefined;
  readonly signal: AbortSignal;
  /** Takes secrets out of what the channel says. */
  readonly hide: (text: string) => string;
};

/** What is to be delivered. `tries`: how often somebody asked for it again; 0 the first time. */
export type Job = { readonly item: StampedItem; readonly head: Head; readonly tries: number };

/** Carries items of one channel to its users, each part recorded before it is sent. */
export type Carrier = {
  readonly deliver: (job: Job) => Promise<Delivered>;
};

/** Why nothing of it can leave: told without a connector. */
export type Obstacle = { readonly code: "no-channel" | "no-user" };

export function makeCarrier(parts: CarrierParts): Carrier {
  const { channel, module, connector, world, records, signal } = parts;
  const { abilities } = module;
  /** Parts that are recorded as being sent by a write of this run that failed: they surely were not. */
  const notSent = new Set<string>();
  const failures = new Map<string, number>();

  async function deliver(job: Job): Promise<Delivered> {
    const { item, head } = job;
    const found = await records.delivery(item._id);
    const before = found === undefined || found.tries < job.tries ? undefined : found;
    if (before !== undefined && isOver(before)) return conclude(job, before);
    const isLost =
      found === undefined
        ? job.tries === 0 && wasBackedUp(item, head)
        : job.tries === found.tries && found.inc < head.inc;
    const begun = before ?? freshRecord(job, found);
    // A store that was restored does not know what had left after its backup was made: people decide.
    if (isLost) return conclude(job, await end(job, begun, { state: "unknown", code: "restored" }));
    const plan = await planOf(job, begun);
    if (plan === undefined) return { t: "done", outcome: "nothing" };
    if (plan === "no-user") return conclude(job, await end(job, begun, { state: "failed", code: "no-user" }));
    return sendParts(job, plan.record, plan);
  }

  const freshRecord = ({ head, tries }: Job, found: DeliveryRecord | undefined): DeliveryRecord => ({
    channel,
    state: "waiting",
    tries,
    // What left of it already is not sent again.
    part: found?.part ?? 0,
    externals: found?.externals ?? [],
    inc: head.inc,
    since: world.clock(),
    at: world.clock(),
    ...(found?.given === undefined ? {} : { given: found.given }),
  });

  type Plan = {
    readonly record: DeliveryRecord;
    readonly parts: readonly OutPart[];
    readonly to: Json;
    readonly said: Said;
  };

  async function planOf(job: Job, record: DeliveryRecord): Promise<Plan | "no-user" | undefined> {
    const { item, head } = job;
    const locale = localeOf(head);
    const zone = parts.zone();
    const held = item.kind === "resend" ? await world.item(item.thread, item.of) : undefined;
    const kept = record.given as unknown as (Given & { readonly to: Json }) | undefined; // written below
    const said = sayingOf(item, {
      held,
      locale: kept?.locale ?? locale,
      ...((kept?.zone ?? zone) === undefined ? {} : { zone: kept?.zone ?? zone }),
    } as Parameters<typeof sayingOf>[1]);
    if (said === undefined) return undefined;
    // RFC 3834: what a program wrote is answered by people, never by the desk itself.
    if (said.automatic && kept === undefined && (await isOfProgram(head))) return undefined;
    const given = kept ?? (await givenOf(job, said, { locale, zone }));
    if (given === undefined) return "no-user";
    const { to, ...facts } = given;
    const outgoing = composeOutgoing(item, { said, given: facts, abilities, open: openFile });
    return { record: { ...record, given }, parts: connector.render(outgoing, to), to, said };
  }

  /** What the message needs from outside of its item; nothing when nobody knows where the user is. */
  async function givenOf(
    { item, head }: Job,
    said: Said,
    { locale, zone }: { readonly locale: NoticeLocale; readonly zone: string | undefined },
  ): Promise<(Given & { readonly to: Json }) | undefined> {
    const chats = await chatsOf(head);
    const to = chats.map((chat) => chat?.address).find((address) => address !== undefined) ?? firstAddress(head);
    if (to === undefined) return undefined;
    const links: Record<string, string> = {};
    for (const file of said.files) {
      if (!leavesAsFile(file, abilities)) links[file.sha] = await world.linkOfFile(item, file);
    }
    const by = said.automatic ? undefined : world.directory.nameOf(item.author);
    const subject = head.fields["subject"]?.value;
    const replyTo = "replyTo" in item && item.replyTo !== undefined ? await externalOf(item, item.replyTo) : undefined;
    return {
      to,
      locale,
      links,
      refs: chats[0]?.refs ?? [],
      ...(by === undefined ? {} : { by }),
      ...(typeof subject === "string" ? { subject } : {}),
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(zone === undefined ? {} : { zone }),
    };
  }

  /** What is kept of the conversation: of the dialog where the channel threads by references, then of the user. */
  async function chatsOf(head: Head): Promise<readonly (Chat | undefined)[]> {
    const ofUser = head.user === null ? undefined : await records.chat(channel, head.user);
    return abilities.threading === "references" ? [await records.chat(channel, head._id), ofUser] : [ofUser];
  }

  /** Whether a program wrote the latest message here. */
  const isOfProgram = async (head: Head): Promise<boolean> =>
    (await chatsOf(head)).find((chat) => chat !== undefined)?.program === true;

  /** Of a dialog that the desk began: where its first message goes, as whoever began it said. */
  function firstAddress(head: Head): Json | undefined {
    return abilities.writesFirst ? head.fields["address"]?.value : undefined;
  }

  async function externalOf(item: StampedItem, replyTo: StampedItem["id"]): Promise<string | undefined> {
    const message = await world.item(item.thread, replyTo);
    if (message?.kind === "message") {
      const external = message.extra?.["external"];
      return typeof external === "string" ? external : undefined;
    }
    return (await records.delivery(itemDocId(item.thread, replyTo)))?.externals[0];
  }

  const localeOf = (head: Head): NoticeLocale => {
    const own =
      head.fields["locale"]?.value ??
      (head.person === null ? undefined : world.head(head.person)?.fields["locale"]?.value);
    const desk = world.directory.field(derivedThreadId("settings", "desk"), "defaultLocale");
    return (own ?? desk) === "en" ? "en" : "ru";
  };

  const openFile = (file: FileRef) => async (): Promise<AsyncIterable<Uint8Array>> => {
    const opened = await world.files.open(file.sha);
    // On its way from the agent's device: it is waited for.
    if (opened === undefined) throw new ShelfError("the file has not come yet");
    return opened.bytes;
  };

  async function sendParts(job: Job, start: DeliveryRecord, plan: Plan): Promise<Delivered> {
    let record = start;
    for (let at = record.part; at < plan.parts.length; at = record.part) {
      const key = keyOf(job, at);
      if (record.state === "sending" && !abilities.dedupes && !notSent.has(key)) {
        // A run before this one did not hear what became of it.
        return conclude(job, await end(job, record, { state: "unknown", code: "no-answer" }));
      }
      const part = plan.parts[at];
      if (part === undefined) break;
      if (await isMissingFile(plan)) return { t: "wait", ms: waitOf(job), scope: "chat", detail: "file" };
      record = await begin(job, { ...record, state: "sending", part: at, at: world.clock() });
      await world.at?.("recorded");
      const outcome = await sendOne(part, plan.to, key);
      await world.at?.("sent");
      const next = await afterSending(job, record, { outcome, isLast: at === plan.parts.length - 1 });
      if ("t" in next) return next;
      record = next;
    }
    if (record.state !== "sent") record = await end(job, record, { state: "sent" });
    await noteChat(job, { record, said: plan.said });
    return conclude(job, record);
  }

  /** Files that an agent named off line may come hours later (CL21): then the message waits as a whole. */
  async function isMissingFile({ said }: Plan): Promise<boolean> {
    for (const file of said.files) {
      if (!leavesAsFile(file, abilities)) continue;
      const opened = await world.files.open(file.sha);
      if (opened === undefined) return true;
      await opened.bytes[Symbol.asyncIterator]().return?.();
    }
    return false;
  }

  async function begin({ item, tries }: Job, record: DeliveryRecord): Promise<DeliveryRecord> {
    const key = keyOf({ item, tries }, record.part);
    try {
      await records.saveDelivery(item._id, record);
      notSent.delete(key);
      return record;
    } catch (error) {
      notSent.add(key);
      throw error;
    }
  }

  async function sendOne(part: OutPart, to: Json, key: string): Promise<SendOutcome> {
    const stop = AbortSignal.any([signal, AbortSignal.timeout(world.times.sendMs)]);
    const silence = new Promise<SendOutcome>((resolve) => {
      stop.addEventListener("abort", () => setTimeout(() => resolve({ t: "unknown", detail: "no answer" }), 50), {
        once: true,
      });
    });
    try {
      return await Promise.race([connector.send(part, to, { key, signal: stop }), silence]);
    } catch (error) {
      if (isStoreFault(error)) return { t: "later", scope: "chat" }; // a file that could not be read: nothing was sent
      const detail = error instanceof Error ? parts.hide(`${error.name}: ${error.message}`) : "unknown";
      world.log.error({ channel, detail }, "a connector broke while it was sending");
      return { t: "unknown", detail: "broke" };
    }
  }

  /** The record after an answer, or what the item came to. */
  async function afterSending(
    job: Job,
    record: DeliveryRecord,
    { outcome, isLast }: { readonly outcome: SendOutcome; readonly isLast: boolean },
  ): Promise<DeliveryRecord | Delivered> {
    const { item } = job;
    if (outcome.t === "sent") {
      failures.delete(item._id);
      const { code: _code, detail: _detail, ...kept } = record;
      const next: DeliveryRecord = {
        ...kept,
        state: isLast ? "sent" : "waiting",
        part: record.part + 1,
        externals: [...record.externals, outcome.external],
        at: world.clock(),
      };
      await records.noteSent(item._id, {
        record: next,
        external: outcome.external,
        place: { thread: item.thread, item: item.id },
      });
      await world.at?.("noted");
      return next;
    }
    const detail = outcome.detail === undefined ? undefined : parts.hide(outcome.detail);
    if (outcome.t === "failed") {
      return conclude(job, await end(job, record, { state: "failed", code: outcome.code, ...optional(detail) }));
    }
    if (signal.aborted) throw new ShelfError("closing");
    const isOld = world.clock() - record.since >= world.times.giveUpMs;
    if (outcome.t === "unknown" && (isOld || !abilities.dedupes)) {
      return conclude(job, await end(job, record, { state: "unknown", code: "no-answer", ...optional(detail) }));
    }
    if (outcome.t === "later" && isOld) {
      return conclude(job, await end(job, record, { state: "failed", code: "gave-up", ...optional(detail) }));
    }
    if (outcome.t === "later") {
      await records.saveDelivery(item._id, { ...record, state: "waiting", at: world.clock() });
      return { t: "wait", ms: outcome.afterMs ?? waitOf(job), scope: outcome.scope, ...optional(detail) };
    }
    // The channel makes one message of two with the same key: asked again until it answers.
    return { t: "wait", ms: waitOf(job), scope: "chat", ...optional(detail) };
  }

  function waitOf({ item }: Job): Ms {
    const count = (failures.get(item._id) ?? 0) + 1;
    failures.set(item._id, count);
    return backoff(count, world);
  }

  async function end(
    { item }: Job,
    record: DeliveryRecord,
    outcome: Pick<DeliveryRecord, "state" | "code" | "detail">,
  ): Promise<DeliveryRecord> {
    const next: DeliveryRecord = { ...record, ...outcome, at: world.clock() };
    await records.saveDelivery(item._id, next);
    failures.delete(item._id);
    return next;
  }

  /** What was shown last, and by what the next message of the dialog refers to it. */
  async function noteChat(
    { head }: Job,
    { record, said }: { readonly record: DeliveryRecord; readonly said: Said },
  ): Promise<void> {
    const numbered = areNumbered(said.choices, abilities);
    if (head.user !== null) {
      await records.saveChat(channel, abilities.threading === "references" ? head._id : head.user, (now) => {
        const { choices: _choices, numbered: _numbered, ...rest } = now;
        const refs = [...record.externals].reverse();
        const isThreaded = abilities.threading === "references";
        return {
          ...rest,
          ...(said.choices.length === 0 ? {} : { choices: said.choices }),
          ...(numbered ? { numbered: true as const } : {}),
          ...(isThreaded
            ? { refs: [...refs, ...(now.refs ?? []).filter((ref) => !refs.includes(ref))].slice(0, MOST_REFS) }
            : {}),
        };
      });
    }
  }

  /** Tells the thread what it must know: what failed or is unknown, and what left after all. */
  async function conclude({ item, tries }: Job, record: DeliveryRecord): Promise<Delivered> {
    const outcome = record.state === "sent" || record.state === "failed" ? record.state : "unknown";
    if (outcome !== "sent" || tries > 0) await tellThread(world, { item, record, outcome });
    if (outcome === "sent") return { t: "done", outcome };
    return {
      t: "done",
      outcome,
      ...(record.code === undefined ? {} : { code: record.code }),
      ...optional(record.detail),
    };
  }

  return { deliver };
}

/** The key of a part: for ever the same for this item, this part and this asking. */
const keyOf = ({ item, tries }: Pick<Job, "item" | "tries">, part: number): string =>
  `${item._id}:${part}${tries === 0 ? "" : `:${tries}`}`;

const isOver = ({ state }: DeliveryRecord): boolean => state === "sent" || state === "failed" || state === "unknown";

/** Whether the item is older than the store's last restore: it may have left and the record of that been lost. */
const wasBackedUp = ({ stamp }: StampedItem, head: Head): boolean => stamp.was !== undefined || stamp.inc < head.inc;

const optional = (detail: string | undefined): { readonly detail?: string } =>
  detail === undefined ? {} : { detail: detail.slice(0, 300) };

/** Writes a `delivery` item; the same one however often it is asked for. */
export async function tellThread(
  world: Pick<ChannelWorld, "arbiter" | "clock">,
  {
    item,
    record,
    outcome,
  }: {
    readonly item: StampedItem;
    readonly record: Pick<DeliveryRecord, "tries" | "code" | "detail">;
    readonly outcome: "sent" | "failed" | "unknown";
  },
): Promise<void> {
  const effect: Effect = {
    kind: "delivery",
    thread: item.thread,
    cause: `delivery:${item._id}:${record.tries}:${outcome}:${record.code ?? ""}`,
    at: world.clock(),
    of: item.id,
    outcome,
    ...(outcome === "sent" || record.code === undefined ? {} : { code: record.code }),
    ...(outcome === "sent" || record.detail === undefined ? {} : { detail: record.detail }),
  };
  const [answer] = await world.arbiter.submit([{ item: makeSystemItem(effect), actor: SYSTEM_ACTOR }]);
  // Told by a run before a crash, at another moment: that one counts.
  const isTold =
    answer?.answer === "ok" || answer?.answer === "dup" || (answer?.answer === "refused" && answer.code === "id-taken");
  if (!isTold) throw new ShelfError("what became of a message could not be told");
}
