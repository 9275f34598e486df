import * as v from "valibot";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { InboundSink } from "../port.ts";
import { ChannelError } from "../port.ts";
import { type VkApi, VkError } from "./api.ts";
import * as shape from "./payload.ts";

const session = v.looseObject({ server: v.string(), key: v.string(), ts: v.union([v.string(), v.number()]) });
const place = v.looseObject({ ts: v.string() });

/** VK holds a question so long; proxies cut what is silent for longer than 30 s. */
const WAIT_SECONDS = 25;

type Parts = {
  readonly api: VkApi;
  readonly groupId: () => Promise<number>;
  /** Resolves when it is durable. */
  readonly take: (updates: readonly unknown[]) => Promise<void>;
  readonly sink: InboundSink;
};

/**
 * Bots Long Poll: asks from our place on, moves the place when what came is durable, and so acknowledges it. VK forgets its
 * history after some time: then it says so (`failed` 1), and that there is a hole is set aside for an admin to see.
 */
export async function hearLongPoll({ api, groupId, take, sink }: Parts, signal: AbortSignal): Promise<void> {
  const id = await asked(groupId());
  const open = async () =>
    v.parse(session, await asked(api.call("groups.getLongPollServer", { group_id: String(id) }, signal)));
  let line = await open();
  const kept = v.safeParse(place, await sink.place());
  let ts = kept.success ? kept.output.ts : String(line.ts);
  if (!kept.success) await sink.keepPlace({ ts });

  while (!signal.aborted) {
    const question = new URLSearchParams({ act: "a_check", key: line.key, ts, wait: String(WAIT_SECONDS) });
    let raw: unknown;
    try {
      raw = await asked(
        api.json(`${withScheme(line.server)}?${question.toString()}`, { signal, waitMs: (WAIT_SECONDS + 15) * 1000 }),
      );
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    const answer = v.safeParse(shape.pollAnswer, raw);
    if (!answer.success) throw new ChannelError("unreachable", "VK's Long Poll answered otherwise than documented");
    const { failed, updates } = answer.output;
    const next = answer.output.ts === undefined ? undefined : String(answer.output.ts);
    if (failed === 1) {
      await sink.take([
        { t: "aside", reason: "too-old", detail: `history before ${next ?? "?"} is gone`, raw: raw as Json },
      ]);
      if (next === undefined) throw new ChannelError("unreachable", "VK named no place to go on from");
    } else if (failed === 2) {
      line = await open();
      continue;
    } else if (failed !== undefined) {
      line = await open();
    } else if (updates !== undefined && updates.length > 0) await take(updates);
    const reached = failed !== undefined && failed > 1 ? String(line.ts) : (next ?? ts);
    if (reached === ts) continue;
    ts = reached;
    await sink.keepPlace({ ts });
  }
}

const withScheme = (server: string): string => (/^https?:\/\//.test(server) ? server : `https://${server}`);

/** What VK says no to, as the core wants to know it. */
async function asked<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ChannelError) throw error;
    if (!(error instanceof VkError)) {
      throw new ChannelError("unreachable", error instanceof Error ? error.message : "failed");
    }
    const { code, message } = error;
    if (code === 5 || code === 27 || code === 28) throw new ChannelError("auth", message);
    if (code === 7 || code === 15 || code === 100) throw new ChannelError("forbidden", message);
    throw new ChannelError("unreachable", message, code === 6 ? 1_000 : undefined);
  }
}
