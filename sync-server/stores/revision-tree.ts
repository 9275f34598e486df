/**
 * A document's revision tree, as CouchDB and PouchDB define it: leaves are the present versions, the winner is the living
 * leaf with the highest generation, then the highest hash; when no leaf lives, the highest deleted one.
 * Only leaves keep their bodies (as after compaction).
 */
import type { Revisions } from "./store.ts";

/** How many ancestors are told; CouchDB's default `revs_limit`. */
const toldAncestors = 1000;

/** One revision. `body` is there on leaves only; an ancestor that was only named has none. */
export type RevisionNode<T> = {
  readonly rev: string;
  readonly generation: number;
  readonly hash: string;
  readonly deleted: boolean;
  parent: RevisionNode<T> | undefined;
  children: number;
  body: T | undefined;
};

/** The tree of one document; never empty after the first `graft`. */
export class RevisionTree<T> {
  readonly #nodes = new Map<string, RevisionNode<T>>();
  #leaves: RevisionNode<T>[] = [];
  #winner: RevisionNode<T> | undefined;

  /** The winning leaf; throws on an empty tree. */
  get winner(): RevisionNode<T> {
    if (this.#winner === undefined) throw new Error("an empty revision tree has no winner");
    return this.#winner;
  }

  /** All leaves, in no particular order. */
  get leaves(): readonly RevisionNode<T>[] {
    return this.#leaves;
  }

  /** Number of leaves that are not deleted. */
  get living(): number {
    let count = 0;
    for (const leaf of this.#leaves) if (!leaf.deleted) count++;
    return count;
  }

  /** The revision named, leaf or ancestor. */
  find(rev: string): RevisionNode<T> | undefined {
    return this.#nodes.get(rev);
  }

  /** Adds a revision with its ancestry; false, and nothing changed, when it is known already. */
  graft(revisions: Revisions, value: { readonly deleted: boolean; readonly body: T }): boolean {
    const { start, ids } = revisions;
    const leaf = makeNode<T>(start, ids[0], value.deleted);
    if (this.#nodes.has(leaf.rev)) return false;
    leaf.body = value.body;
    this.#nodes.set(leaf.rev, leaf);
    this.#leaves.push(leaf);
    let child = leaf;
    for (let i = 1; i < ids.length; i++) {
      const named = makeNode<T>(start - i, ids[i], false);
      const known = this.#nodes.get(named.rev);
      const parent = known ?? named;
      child.parent = parent;
      parent.children++;
      if (known === undefined) this.#nodes.set(named.rev, named);
      else if (parent.children === 1) this.#covered(parent);
      // A known root may learn its own ancestors from a longer history.
      if (known?.parent !== undefined) break;
      child = parent;
    }
    this.#winner = this.#leaves.reduce((best, next) => (beats(next, best) ? next : best));
    return true;
  }

  /** A copy that shares bodies and nothing else. */
  copy(): RevisionTree<T> {
    const copy = new RevisionTree<T>();
    for (const node of this.#nodes.values()) copy.#nodes.set(node.rev, { ...node });
    for (const node of copy.#nodes.values()) node.parent = node.parent && copy.#nodes.get(node.parent.rev);
    copy.#leaves = this.#leaves.flatMap((leaf) => copy.#nodes.get(leaf.rev) ?? []);
    copy.#winner = this.#winner && copy.#nodes.get(this.#winner.rev);
    return copy;
  }

  #covered(parent: RevisionNode<T>): void {
    parent.body = undefined;
    this.#leaves = this.#leaves.filter((leaf) => leaf !== parent);
  }
}

/** The ancestry of a revision, newest first. */
export function revisionsOf<T>(node: RevisionNode<T>): Revisions {
  const ids: string[] = [];
  for (let at: RevisionNode<T> | undefined = node; at !== undefined && ids.length < toldAncestors; at = at.parent) {
    ids.push(at.hash);
  }
  return { start: node.generation, ids };
}

function makeNode<T>(generation: number, hash: string | undefined, deleted: boolean): RevisionNode<T> {
  if (hash === undefined) throw new TypeError("_revisions names no revision");
  return { rev: `${generation}-${hash}`, generation, hash, deleted, parent: undefined, children: 0, body: undefined };
}

function beats<T>(a: RevisionNode<T>, b: RevisionNode<T>): boolean {
  if (a.deleted !== b.deleted) return b.deleted;
  if (a.generation !== b.generation) return a.generation > b.generation;
  return a.hash > b.hash;
}
