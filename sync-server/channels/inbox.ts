import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import { type AuthorId, derivedItemId, personOfUser, userOfIdentifier } from "../../shared/kernel/ids.ts";
import type { Submission } from "../arbiter/port.ts";
import { pause } from "../reactions/pause.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { type Effect, makeSystemItem } from "../reactions/reaction.ts";
import { takeCall, tellRinging } from "./inbox-calls.ts";
import { takeCorrection } from "./inbox-corrections.ts";
import { eventAsJson, type InboxDesk, type InboxParts, RefusedError } from "./inbox-desk.ts";
import { takeFeedback } from "./inbox-feedback.ts";
import { takeGreeting } from "./inbox-greetings.ts";
import { takeMessage, takePress } from "./inbox-messages.ts";
import { makeKeyedTurns } from "./keyed-turns.ts";
import { personEffect } from "./person-facts.ts";
import type { InboundEvent, SetAside } from "./port.ts";
import { backoff, type ChannelWorld, isStoreFault, ShelfError } from "./ports.ts";
import type { Place } from "./records.ts";

/** Takes what a channel brings; resolves when it is durable, rejects when the store does not answer. */
export type Inbox = {
  readonly take: (events: readonly (InboundEvent | SetAside)[]) => Promise<void>;
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>;
};

/** Conversations beside each other in one call. */
const MOST_AT_ONCE = 8;
const RAW_BYTES = 256 * 1024;

export function makeInbox(parts: InboxParts): Inbox {
  const { channel, module, world, records } = parts;
  const { abilities, kind } = module;
  const turns = makeKeyedTurns();

  async function admit(submissions: readonly Submission[]): Promise<readonly StampedItem[]> {
    for (let attempt = 1; ; attempt += 1) {
      const answers = await world.arbiter.submit(submissions);
      const items: StampedItem[] = [];
      for (const [at, answer] of answers.entries()) {
        const submitted = submissions[at]?.item;
        if (answer.answer === "ok" || answer.answer === "dup") items.push(answer.item);
        else if (answer.answer === "refused") items.push(await storedInstead(answer.code, submitted));
      }
      if (items.length === submissions.length) return items;
      const asked = answers.find((answer) => answer.answer === "retry");
      if (attempt >= world.times.storeTries || parts.signal.aborted) {
        // What it stands on is not there and will not come: that must not hold up what is behind it.
        const isMissing = asked?.answer === "retry" && (asked.why === "deps" || asked.why === "after-undecided");
        if (isMissing && !parts.signal.aborted) throw new RefusedError(asked.why);
        throw new ShelfError("the arbiter is busy");
      }
      const wait = asked?.answer === "retry" ? asked.afterMs : undefined;
      await pause(wait ?? Math.min(backoff(attempt, world), 5_000), parts.signal);
    }
  }

  /** What stands under its id already counts: a run before a crash has read the same event, perhaps another way. */
  async function storedInstead(code: string, item: Item | undefined): Promise<StampedItem> {
    const stored = code === "id-taken" && item !== undefined ? await world.item(item.thread, item.id) : undefined;
    if (stored === undefined) throw new RefusedError(code);
    return stored;
  }

  const admitOwn = async (effect: Effect): Promise<void> => {
    await admit([{ item: makeSystemItem(effect), actor: SYSTEM_ACTOR }]);
  };

  // Who writes by the same account elsewhere is the same: telegram's users, numbers, addresses. Others know theirs only.
  const isWorldWide = kind !== "api" && (abilities.verifies || kind === "email" || kind === "phone");
  const userOf = (id: string): AuthorId => userOfIdentifier(kind, isWorldWide ? id : `${channel}:${id}`);

  const desk: InboxDesk = {
    ...parts,
    at: async (point) => world.at?.(point),
    admit,
    admitOwn,
    userOf,
    chatOf: (user, dialog) => (abilities.threading === "references" && dialog !== undefined ? dialog : user),
    keepPerson: async (event) => {
      const user = userOf(event.user.id);
      const head = world.head(personOfUser(user));
      const effect = personEffect(head, {
        user,
        who: event.user,
        kind,
        channel,
        verifies: abilities.verifies,
        ...(event.t === "profile" && event.blocked === true ? { blocked: true } : {}),
        at: world.clock(),
      });
      if (effect === undefined) return;
      await admitOwn(effect);
      await world.at?.("person-kept");
    },
    keepAside: async ({ reason, detail, raw }, of) => {
      const isNew = await records.keepAside(channel, {
        at: world.clock(),
        reason: reason.slice(0, 60),
        raw: fittingRaw(raw),
        ...(detail === undefined ? {} : { detail: detail.slice(0, 500) }),
        ...(of === undefined ? {} : { of }),
      });
      parts.onAside(isNew);
    },
    find: async (external) => {
      const place = await records.placeOf(channel, external);
      return place === undefined ? undefined : await placeNow(world, place);
    },
  };

  async function takeOne(event: InboundEvent): Promise<void> {
    await desk.at("taken");
    try {
      await handle(desk, event);
    } catch (error) {
      if (isStoreFault(error) || isFileFault(error) || parts.signal.aborted) throw error;
      // One that the desk cannot bear must not stop the channel: it is set aside, and the rest flows.
      const isRefused = error instanceof RefusedError;
      world.log.warn({ err: error, channel, kind: event.t }, "an event of a channel was set aside");
      const reason = isRefused ? "refused" : "failed";
      const detail = isRefused ? error.code : error instanceof Error ? error.message : "unknown";
      await desk.keepAside({ t: "aside", reason, detail, raw: eventAsJson(event) }, "event");
    }
  }

  async function takeAll(key: string, events: readonly (InboundEvent | SetAside)[]): Promise<void> {
    await turns.run(key, async () => {
      for (const event of events) {
        if (parts.signal.aborted) throw new ShelfError("closing");
        if (event.t === "aside") await desk.keepAside(event);
        else await takeOne(event);
      }
    });
  }

  return {
    idle: turns.idle,
    take: async (events) => {
      const byChat = new Map<string, (InboundEvent | SetAside)[]>();
      for (const event of events) {
        const key = conversationOf(event);
        byChat.set(key, [...(byChat.get(key) ?? []), event]);
      }
      const waiting = [...byChat];
      const faults: unknown[] = [];
      const worker = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          try {
            await takeAll(...next);
          } catch (error) {
            faults.push(error);
          }
        }
      };
      await Promise.all(Array.from({ length: MOST_AT_ONCE }, worker));
      if (faults.length > 0) throw faults[0];
      if (events.some((event) => event.t !== "aside" && event.t !== "typing" && event.t !== "ringing")) parts.onTaken();
    },
  };
}

/** What goes one after another. */
function conversationOf(event: InboundEvent | SetAside): string {
  switch (event.t) {
    case "aside":
      return "aside";
    case "typing":
      return "typing";
    case "ringing":
      return "ringing";
    case "receipt":
    case "bounce":
      return "receipts";
    default:
      return `user ${event.user.id}`;
  }
}

async function handle(desk: InboxDesk, event: InboundEvent): Promise<void> {
  switch (event.t) {
    case "message":
      return takeMessage(desk, event);
    case "press":
      return takePress(desk, event);
    case "edit":
    case "erase":
      return takeCorrection(desk, event);
    case "start":
    case "refuse":
      return takeGreeting(desk, event);
    case "profile":
      return desk.keepPerson(event);
    case "receipt":
    case "bounce":
    case "typing":
      return takeFeedback(desk, event);
    case "call":
      return takeCall(desk, event);
    case "ringing":
      return tellRinging(desk, event);
  }
}

/** Where an item stands that moved on with its dialog (CL23). */
async function placeNow(world: Pick<ChannelWorld, "item">, place: Place): Promise<Place> {
  const item = await world.item(place.thread, place.item);
  const to = item?.stamp.verdict === "moved" ? item.stamp.to : undefined;
  return to === undefined ? place : placeNow(world, { thread: to, item: derivedItemId(`moved:${place.item}`) });
}

function fittingRaw(raw: Json): Json {
  const text = JSON.stringify(raw);
  if (Buffer.byteLength(text) <= RAW_BYTES) return raw;
  return {
    cut: Buffer.from(text)
      .subarray(0, RAW_BYTES - 1_024)
      .toString("utf8"),
  };
}

const isFileFault = (error: unknown): boolean => error instanceof Error && error.name === "BlobsError";
