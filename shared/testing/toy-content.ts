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

  constructor(names: ReadonlySet<string>) {
    this.names = names;
  }

  with({ data }: Pick<ItemOf<"change">, "data">): ToyAnswer {
    const [name = "", ...deps] = data.split("-");
    if (name.startsWith("broken")) return { ok: false, fault: "change-broken" };
    if (!deps.every((dep) => this.names.has(dep))) return { ok: false, fault: "deps" };
    return { ok: true, state: new ToyContent(new Set([...this.names, name])) };
  }

  /** The names in the title, and every name that begins with `f` as a filled field. */
  projection(): FieldSet {
    const names = [...this.names].sort();
    const fields = names.filter((name) => name.startsWith("f")).map((name): [string, string] => [`f.${name}`, name]);
    return { title: names.join(" "), ...Object.fromEntries(fields) };
  }
}

/** Opens toy contents as the arbiter does its own. */
export const toyContents = {
  async open(changes: readonly Pick<ItemOf<"change">, "data">[]): Promise<ToyContent> {
    let state = new ToyContent(new Set());
    for (const change of changes) {
      const next = state.with(change);
      if (next.ok) state = next.state;
    }
    return state;
  },
};
