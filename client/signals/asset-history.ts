import { isThreadId, kindOf, type ThreadId } from "../../shared/kernel/ids.ts";
import type { ThreadView } from "./replica-types.ts";

/** Who had a device, since when and until when; the present one has no end. Times as the server admitted, of what is unsent as written. */
export type Holder = { readonly person: ThreadId; readonly from: number; readonly until?: number };

/** Who had a device, the latest first, by what its thread's items said of its field `person`. Pure. */
export function holdersOf(view: Pick<ThreadView, "items" | "unsent">): readonly Holder[] {
  const said = [
    ...[...view.items].sort((a, b) => a.stamp.n - b.stamp.n).map((item) => ({ item, at: item.stamp.at })),
    ...view.unsent.filter(({ state }) => state !== "refused").map(({ item }) => ({ item, at: item.at })),
  ];
  const holders: Holder[] = [];
  for (const { item, at } of said) {
    if (item.kind !== "open" && item.kind !== "set-field") continue;
    const value = item.set?.["person"];
    if (value === undefined) continue;
    const person = isThreadId(value) && kindOf(value) === "person" ? value : undefined;
    const last = holders.at(-1);
    if (last !== undefined && last.until === undefined) {
      if (last.person === person) continue;
      holders[holders.length - 1] = { ...last, until: at };
    }
    if (person !== undefined) holders.push({ person, from: at });
  }
  return holders.reverse();
}
