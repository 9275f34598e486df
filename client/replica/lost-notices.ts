import type { ItemId } from "../../shared/kernel/ids.ts";
import type { ReplicaEvent, Unsent } from "./port.ts";
import type { LostCommands } from "./store/port.ts";

type LostEvent = Extract<ReplicaEvent, { t: "lost" }>;

/** Own lost commands as they are shown: one that this device has acknowledged is gone at once, also with no network (CL20). */
export class LostNotices {
  #lost: LostCommands = [];
  #told = "";
  /** Stays known when the acknowledgement is admitted: the store says so a moment later. */
  readonly #acknowledged = new Set<ItemId>();

  set(lost: LostCommands): void {
    this.#lost = lost;
  }

  now(unsent: readonly Unsent[]): LostEvent {
    for (const { item, state } of unsent) {
      if (item.kind !== "ack") continue;
      if (state === "refused") this.#acknowledged.delete(item.of);
      else this.#acknowledged.add(item.of);
    }
    return { t: "lost", items: this.#lost.filter(({ id }) => !this.#acknowledged.has(id)) };
  }

  /** The event, when it differs from the last one. */
  news(unsent: readonly Unsent[]): LostEvent | undefined {
    const event = this.now(unsent);
    const said = event.items.map(({ id }) => id).join();
    if (said === this.#told) return undefined;
    this.#told = said;
    return event;
  }
}
