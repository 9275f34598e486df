import type { FieldSet } from "../items/base.ts";
import type { ItemOf } from "../items/registry.ts";

/** `deps`: what it stands on is not there. */
type ToyAnswer =
  | { readonly ok: true; readonly state: ToyContent }
  | { readonly ok: false; readonly fault: "deps" | "change-broken" };

/**
 * A ticket's content for tests of the deciding that need no Automerge: a set of names. The data of a change is its name
 * and the names that it stands on, as `c3-c1-c2`; a name that begins with `broken` never merges.
 */
export class ToyContent {
  readonly names: ReadonlySet<string>;
  /** Changes that stand before what they stand on, as after a restore. */
  readonly waiting: readonly string[];

  constructor(names: ReadonlySet<string>, waiting: readonly string[] = []) {
    this.names = names;
    this.waiting = waiting;
  }

  with({ data }: Pick<ItemOf<"change">, "data">): ToyAnswer {
    if (data.startsWith("broken")) return { ok: false, fault: "change-broken" };
    const names = new Set(this.names);
    if (!take(names, data)) return { ok: false, fault: "deps" };
    let left = this.waiting;
    for (let before = -1; before !== left.length; ) {
      before = left.length;
      left = left.filter((late) => !take(names, late));
    }
    return { ok: true, state: new ToyContent(names, left) };
  }

  /** The names in the title, and every name that begins with `f` as a filled field. */
  projection(): FieldSet {
    const names = [...this.names].sort();
    const fields = names.filter((name) => name.startsWith("f")).map((name): [string, string] => [`f.${name}`, name]);
    return { title: names.join(" "), ...Object.fromEntries(fields) };
  }
}

/** Takes a change's name in, where all that it stands on is there. */
function take(names: Set<string>, data: string): boolean {
  const [name = "", ...deps] = data.split("-");
  if (!deps.every((dep) => names.has(dep))) return false;
  names.add(name);
  return true;
}

/** Opens toy contents as the arbiter does its own. */
export const toyContents = {
  async open(changes: readonly Pick<ItemOf<"change">, "data">[]): Promise<ToyContent> {
    return toyContentOf(changes);
  },
};

/** The content after these changes, in the order of `n`. */
export function toyContentOf(changes: readonly Pick<ItemOf<"change">, "data">[]): ToyContent {
  let state = new ToyContent(new Set());
  for (const change of changes) {
    const next = state.with(change);
    if (next.ok) state = next.state;
    else if (next.fault === "deps") state = new ToyContent(state.names, [...state.waiting, change.data]);
  }
  return state;
}
