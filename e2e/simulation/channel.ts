import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { Delivery } from "../../sync-server/arbiter/settings.ts";
import type { World } from "./world.ts";

/** What a user has got in one dialog, in the order in which it came. */
type Inbox = { readonly keys: Set<string>; readonly got: StampedItem[] };

/**
 * The way from the desk to the users: a connector that takes a key for each delivery and passes a key that it has had
 * already over. It is slow, fails, and fails to say that it did not fail.
 */
export class Channel {
  /** Share of deliveries that fail, and of those that succeed without saying so. */
  failing = 0;
  silent = 0;
  repeats = 0;
  readonly #world: World;
  readonly #inboxes = new Map<ThreadId, Inbox>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Resolves when the user has it; a rejection says nothing. `isAlive`: whether the sender still hears. */
  async deliver({ key, item }: Delivery, isAlive: () => boolean): Promise<void> {
    const { scheduler, chaos } = this.#world;
    await scheduler.sleep(chaos.whole(3, 40));
    if (chaos.is(this.failing)) return this.#fail(isAlive);
    this.#take(key, item);
    await scheduler.sleep(chaos.whole(1, 20));
    if (chaos.is(this.silent)) return this.#fail(isAlive);
    if (!isAlive()) await NEVER;
  }

  /** What came, oldest first. */
  inbox(thread: ThreadId): readonly StampedItem[] {
    return this.#inboxes.get(thread)?.got ?? [];
  }

  #take(key: string, item: StampedItem): void {
    let inbox = this.#inboxes.get(item.thread);
    if (inbox === undefined) {
      inbox = { keys: new Set(), got: [] };
      this.#inboxes.set(item.thread, inbox);
    }
    if (inbox.keys.has(key)) {
      this.repeats += 1;
      return;
    }
    inbox.keys.add(key);
    this.#world.witness.delivered(item, inbox.got);
    inbox.got.push(item);
  }

  async #fail(isAlive: () => boolean): Promise<void> {
    if (!isAlive()) await NEVER;
    throw new Error("the channel did not say that it has it");
  }
}

/** What a dead process waits for. */
export const NEVER: Promise<never> = new Promise(() => {});
