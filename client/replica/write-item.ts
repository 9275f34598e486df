import * as v from "valibot";
import { type Item, type ItemKind, itemSchema } from "../../shared/items/registry.ts";
import { signedText } from "../../shared/items/revision.ts";
import { type Hlc, type Ms, mergeHlc, nextHlc } from "../../shared/kernel/clock.ts";
import { itemDocId, makeItemId } from "../../shared/kernel/ids.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import type { Environment } from "../platform/environment.ts";
import { afterOf } from "./chain.ts";
import { ReplicaError } from "./errors.ts";
import type { Person } from "./people.ts";
import type { Draft, Unsent } from "./port.ts";

/** What an item's circumstances are at the moment of writing. */
export type Circumstances = {
  readonly now: Ms;
  /** Server's clock minus ours at the last contact; absent when there was none. */
  readonly offset: Ms | undefined;
  readonly isOnline: boolean;
  /** Own unsent items of the thread. */
  readonly unsent: readonly Unsent[];
};

/** Turns drafts into items: ids, clock, chain (CL2). One a tab; the clocks of a person's tabs follow each other. */
export class ItemMaker {
  readonly #environment: Environment;
  readonly #person: Person;
  #hlc: Hlc | undefined;

  constructor(environment: Environment, person: Person) {
    this.#environment = environment;
    this.#person = person;
  }

  /** Another tab of this device has written. */
  saw(hlc: Hlc): void {
    this.#hlc = mergeHlc(this.#hlc, hlc, this.#environment.now());
  }

  /**
   * The item, not signed yet (signatures.ts). Throws `malformed` where the server would refuse: nothing that cannot be sent
   * gets into the journal.
   */
  make<Kind extends ItemKind>(draft: Draft<Kind>, { now, offset, isOnline, unsent }: Circumstances): Item {
    this.#hlc = nextHlc(this.#hlc, now);
    const id = makeItemId(this.#person.device, now, () => this.#environment.random());
    const own: Draft = draft;
    const after = own.after ?? afterOf(unsent, own.kind);
    const item = {
      ...own,
      _id: itemDocId(own.thread, id),
      id,
      author: this.#person.author,
      device: this.#person.device,
      hlc: [...this.#hlc],
      at: now,
      mode: isOnline ? "online" : "offline",
      ...(offset === undefined ? {} : { offset: Math.round(offset) }),
      ...(after.length === 0 ? {} : { after: [...after].slice(-LIMITS.afterIds) }),
    };
    const read = v.safeParse(itemSchema, item);
    if (!read.success) throw new ReplicaError("malformed", { detail: v.getDotPath(read.issues[0]) ?? own.kind });
    if (isTooLarge(read.output)) throw new ReplicaError("malformed", { detail: "bytes" });
    return read.output;
  }
}

/** Measured in bytes only where it can matter: the person waits for "saved". */
function isTooLarge(item: Item): boolean {
  const text = JSON.stringify(item);
  if (text.length * MOST_BYTES_A_UNIT <= LIMITS.itemBytes) return false;
  return new TextEncoder().encode(signedText(item)).length > LIMITS.itemBytes;
}

/** Of UTF-8, for one unit of UTF-16. */
const MOST_BYTES_A_UNIT = 3;
