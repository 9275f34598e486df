import type { Item, ItemKind, ItemOf } from "../items/registry.ts";
import { signedText } from "../items/revision.ts";
import type { Hlc, Ms } from "../kernel/clock.ts";
import { nextHlc } from "../kernel/clock.ts";
import type { AuthorId, DeviceId, ItemId, Random, ThreadId } from "../kernel/ids.ts";
import { itemDocId, makeItemId } from "../kernel/ids.ts";

/** What a kind adds to an item, and what a test may want to say of its circumstances. */
export type FactoryDraft<Kind extends ItemKind> = { readonly kind: Kind; readonly thread: ThreadId } & Omit<
  ItemOf<Kind>,
  "_id" | "id" | "thread" | "author" | "device" | "hlc" | "at" | "offset" | "mode" | "sig" | "after" | "kind"
> & { readonly after?: readonly ItemId[]; readonly mode?: "online" | "offline" };

/** One author on one device. `sign` makes a base64url signature; users' devices have none. */
export type FactoryDevice = {
  readonly author: AuthorId;
  readonly device: DeviceId;
  readonly sign?: (text: string) => string;
};

/** Makes items as devices make them; the device's clock shows the time it is given, its offset is 0. */
export function createItemFactory(random: Random) {
  const clocks = new Map<DeviceId, Hlc>();
  return <Kind extends ItemKind>(from: FactoryDevice, at: Ms, draft: FactoryDraft<Kind>): Item => {
    const hlc = nextHlc(clocks.get(from.device), at);
    clocks.set(from.device, hlc);
    const id = makeItemId(from.device, at, random);
    const { thread, after, mode, ...own } = draft;
    const item = {
      _id: itemDocId(thread, id),
      id,
      thread,
      author: from.author,
      device: from.device,
      hlc: [hlc[0], hlc[1]],
      at,
      offset: 0,
      mode: mode ?? "online",
      ...(after === undefined ? {} : { after: [...after] }),
      ...own,
    } as unknown as Item; // the draft's type has made sure of the kind's own fields
    return from.sign === undefined ? item : { ...item, sig: from.sign(signedText(item)) };
  };
}

export type ItemFactory = ReturnType<typeof createItemFactory>;
