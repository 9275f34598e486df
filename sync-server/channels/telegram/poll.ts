import { type Api, GrammyError } from "grammy";
import type { Update } from "grammy/types";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { InboundSink } from "../port.ts";
import { channelErrorOf } from "./api.ts";
import { botOf } from "./settings.ts";
import { ALLOWED_UPDATES } from "./update.ts";

/** How long Telegram may keep a question open; it answers at once when something comes. */
const POLL_SECONDS = 25;

/** After a week without updates Telegram begins its count anew at random: a place that old would acknowledge unseen ones. */
const PLACE_KEPT_MS = 6 * 24 * 3600 * 1000;

type Poll = {
  readonly api: Api;
  readonly token: string;
  readonly clock: () => Ms;
  readonly sink: InboundSink;
  /** Resolves when all of it is durable. */
  readonly take: (raws: readonly Json[], sink: InboundSink) => Promise<void>;
  readonly signal: AbortSignal;
};

/** The bot (a place of another one says nothing), the next update's number, and when it was learnt. */
type Place = { readonly bot: string; readonly offset: number; readonly at: Ms };

/**
 * Asks for updates until `signal` aborts. An update is acknowledged by the next question's offset, so only after it was
 * taken; what was taken and not yet acknowledged at a crash comes again and is known by its id.
 */
export async function pollUpdates(poll: Poll): Promise<void> {
  const { api, sink, signal, clock } = poll;
  const bot = botOf(poll.token);
  let place = readPlace(await sink.place(), bot);
  while (!signal.aborted) {
    const fresh = place !== undefined && clock() - place.at < PLACE_KEPT_MS;
    const offset = fresh && place !== undefined ? { offset: place.offset } : {};
    const updates = await ask(api, offset, signal);
    if (updates === undefined || updates.length === 0) continue;
    await poll.take(updates, sink);
    place = { bot, offset: Math.max(...updates.map(idOf)) + 1, at: clock() };
    await sink.keepPlace(place);
  }
}

async function ask(
  api: Api,
  offset: { readonly offset?: number },
  signal: AbortSignal,
): Promise<readonly Json[] | undefined> {
  try {
    const asked = { ...offset, timeout: POLL_SECONDS, allowed_updates: ALLOWED_UPDATES };
    const updates: readonly Update[] = await api.getUpdates(asked, signal as Parameters<Api["getUpdates"]>[1]);
    return updates as readonly unknown[] as readonly Json[]; // read by a schema, each on its own
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!isHookInTheWay(error)) throw channelErrorOf(error);
    await dropHook(api, signal);
    return undefined;
  }
}

/** A web hook that was set before, by us or by another program: while there is one nobody may poll. */
const isHookInTheWay = (error: unknown): boolean =>
  error instanceof GrammyError && error.error_code === 409 && /webhook/i.test(error.description);

async function dropHook(api: Api, signal: AbortSignal): Promise<void> {
  try {
    await api.deleteWebhook({}, signal as Parameters<Api["deleteWebhook"]>[1]);
  } catch (error) {
    if (!signal.aborted) throw channelErrorOf(error);
  }
}

function idOf(update: Json): number {
  const id: unknown = update !== null && typeof update === "object" ? Reflect.get(update, "update_id") : undefined;
  return typeof id === "number" ? id : -1;
}

function readPlace(kept: Json | undefined, bot: string): Place | undefined {
  if (kept === undefined || kept === null || typeof kept !== "object") return undefined;
  const { bot: of, offset, at } = kept as { readonly [name: string]: Json };
  if (of !== bot || typeof offset !== "number" || typeof at !== "number") return undefined;
  return { bot, offset, at };
}
