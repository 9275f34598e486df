import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import { type ItemId, itemDocId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Device } from "./device.ts";
import type { DigestRow } from "./local-share.ts";
import type { Door, Push } from "./process.ts";
import type { World } from "./world.ts";

/**
 * A server at a branch: while its line to the centre is cut it takes its people's signed items, confirms nothing, and sends
 * everything upstream when the line is back, in no particular order.
 */
export class Site implements Door {
  isCut = false;
  readonly #world: World;
  readonly #carried = new Map<ItemId, { readonly item: Item; readonly actor: Actor }>();

  constructor(world: World) {
    this.#world = world;
  }

  hello(device: Device, session: number): void {
    const { centre, scheduler } = this.#world;
    if (!this.isCut) return centre.hello(device, session);
    this.#answer(device, () => device.welcomed(session, scheduler.now));
  }

  ask(device: Device, session: number, digest: readonly DigestRow[]): void {
    if (!this.isCut) return this.#world.centre.ask(device, session, digest);
    this.#answer(device, () => device.gotNews(session, { heads: [], items: [], gone: [] }));
  }

  push(device: Device, push: Push): void {
    if (!this.isCut) return this.#world.centre.push(device, push);
    for (const item of push.items) this.#carried.set(item.id, { item, actor: device.actor });
    const answers = push.items.map(
      (item): ItemAnswer => ({ id: itemDocId(item.thread, item.id), answer: "retry", why: "not-ready" }),
    );
    this.#answer(device, () => device.answered(push.ref, answers));
  }

  giveBack(device: Device, items: readonly StampedItem[]): void {
    if (!this.isCut) this.#world.centre.giveBack(device, items);
  }

  cut(): void {
    this.isCut = true;
  }

  /** The branch's own machine starts again: what it carried is with the devices all the same. */
  crash(): void {
    this.#carried.clear();
    this.#world.reached.count("site crashes");
  }

  /** The line is back. Answers go to nobody: devices learn of it by pulling, or by sending again. */
  returned(): void {
    this.isCut = false;
    const { process } = this.#world.centre;
    const carried = this.#world.chaos.shuffle([...this.#carried.values()]);
    if (carried.length === 0 || !process.isAlive || !process.isReady) return;
    this.#carried.clear();
    this.#world.reached.count("site returns");
    process.arbiter.collect();
    process.submit(carried, () => {});
  }

  #answer(device: Device, deliver: () => void): void {
    const { life } = device;
    device.line.toDevice(() => {
      if (device.life === life && device.isAlive) deliver();
    });
  }
}
