import type { Handle } from "./automerge.ts";
import type { ContentSource, StandingValue } from "./content.ts";
import { rootObject } from "./genesis.ts";
import type { CellScalar } from "./ops.ts";

/** The hash of the change that made an operation, `<counter>@<actor>`. */
export type ChangeOfOp = (counter: number, actor: string) => string;

/** An Automerge document as content is read from it; `heads` absent: as it is now. */
export function sourceOf(handle: Handle, heads: readonly string[] | undefined, changeOfOp: ChangeOfOp): ContentSource {
  const at = heads === undefined ? undefined : [...heads];
  return {
    text: (root) => handle.text(rootObject(root), at),
    length: (root) => handle.length(rootObject(root), at),
    keys: (root) => handle.keys(rootObject(root), at),
    values: (root, key) =>
      handle.getAll(rootObject(root), key, at).map(([, value, id]): StandingValue => {
        const mark = String(id).indexOf("@");
        const counter = Number(String(id).slice(0, mark));
        return { value: scalarOf(value), counter, change: changeOfOp(counter, String(id).slice(mark + 1)) };
      }),
  };
}

function scalarOf(value: unknown): CellScalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
