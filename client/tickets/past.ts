import type { StampedItem } from "../../shared/items/stamp.ts";
import type { AnyItem } from "../../shared/ticket/attribution.ts";
import { fieldHistory } from "../../shared/ticket/field-history.ts";
import { createTimeline, knowledgeAt, type Timeline } from "../../shared/ticket/history.ts";
import { EngineError, type PastEngine } from "./engine-port.ts";

type Past = { readonly items: readonly AnyItem[]; readonly timeline: Timeline };

/** Pasts in this thread. `start` loads Automerge. */
export function makePast(start: () => Promise<void>): PastEngine & { readonly close: () => void } {
  const held = new Map<string, Past>();
  function pastOf(key: string): Past {
    const found = held.get(key);
    if (found === undefined) throw new EngineError("lost");
    return found;
  }
  return {
    openPast: async (key, { items, type }) => {
      if (items.some(({ kind }) => kind === "change")) await start();
      const admitted = items.filter((item): item is StampedItem => item.stamp !== undefined);
      held.get(key)?.timeline.close();
      const timeline = createTimeline(admitted, type === undefined ? {} : { type });
      held.set(key, { items, timeline });
      return timeline.moments;
    },
    stateAt: async (key, moment) => pastOf(key).timeline.stateAt(moment),
    stateAfter: async (key, n) => pastOf(key).timeline.stateAfter(n),
    knowledgeAt: async (key, moment) => knowledgeAt(pastOf(key).items, moment),
    fieldHistory: async (key) => fieldHistory(pastOf(key).items),
    dropPast: async (key) => {
      held.get(key)?.timeline.close();
      held.delete(key);
    },
    close: () => {
      for (const { timeline } of held.values()) timeline.close();
      held.clear();
    },
  };
}
