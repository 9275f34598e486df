import type { Json } from "../../../shared/kernel/canonical.ts";
import type { InboundSink } from "../port.ts";
import { channelErrorOf, type MaxApi } from "./api.ts";
import { botOf } from "./settings.ts";
import { UPDATE_TYPES } from "./update.ts";

/** How long MAX may keep a question open; it answers at once when something comes. */
const POLL_SECONDS = 30;

type Poll = {
  readonly api: MaxApi;
  readonly token: string;
  readonly sink: InboundSink;
  /** Resolves when all of it is durable. */
  readonly take: (raws: readonly Json[], sink: InboundSink) => Promise<void>;
  readonly signal: AbortSignal;
};

/**
 * Asks for updates until `signal` aborts. Passing a marker tells MAX that everything before it was taken: so only after it
 * was. Without one MAX gives what was never confirmed.
 */
export async function pollUpdates({ api, token, sink, take, signal }: Poll): Promise<void> {
  const bot = botOf(token);
  let marker = markerIn(await sink.place(), bot);
  await heard(signal, () => dropHooks(api, undefined, signal));
  while (!signal.aborted) {
    const query = { timeout: String(POLL_SECONDS), limit: "100", types: UPDATE_TYPES.join(",") };
    const given = marker === undefined ? query : { ...query, marker: String(marker) };
    const page = await heard(signal, () => api({ method: "GET", path: "/updates", query: given, signal }));
    const { updates, next } = readPage(page);
    if (updates.length > 0) await take(updates, sink);
    if (next === undefined || next === marker) continue;
    marker = next;
    await sink.keepPlace({ bot, marker });
  }
}

/** What MAX answered; nothing when we stop, and the channel's error when it does not answer. */
async function heard<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw channelErrorOf(error);
  }
}

/** Takes web hooks away, all but `kept`: with another one MAX would tell everything twice, and with any nobody may poll. */
export async function dropHooks(api: MaxApi, kept: string | undefined, signal: AbortSignal): Promise<void> {
  const answer = await api({ method: "GET", path: "/subscriptions", signal });
  const list: unknown = Reflect.get(Object(answer), "subscriptions");
  for (const one of Array.isArray(list) ? (list as readonly unknown[]) : []) {
    const url: unknown = Reflect.get(Object(one), "url");
    if (typeof url !== "string" || url === kept) continue;
    await api({ method: "DELETE", path: "/subscriptions", query: { url }, signal });
  }
}

function readPage(page: unknown): { readonly updates: readonly Json[]; readonly next: number | undefined } {
  const updates: unknown = Reflect.get(Object(page), "updates");
  const next: unknown = Reflect.get(Object(page), "marker");
  return {
    updates: Array.isArray(updates) ? (updates as readonly Json[]) : [], // read by a schema, each on its own
    next: typeof next === "number" ? next : undefined,
  };
}

/** A place of another bot says nothing. */
function markerIn(kept: Json | undefined, bot: string): number | undefined {
  if (kept === undefined || kept === null || typeof kept !== "object") return undefined;
  const { bot: of, marker } = kept as { readonly [name: string]: Json };
  return of === bot && typeof marker === "number" ? marker : undefined;
}
