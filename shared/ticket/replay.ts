import type { OpenedChunk } from "./chunk.ts";
import type { ContentSource, StandingValue } from "./content.ts";
import type { MapRoot } from "./genesis.ts";
import { MAP_ROOTS, TEXT_ROOTS } from "./genesis.ts";
import type { CellScalar, TicketOp } from "./ops.ts";
import { readNamedOps } from "./ops.ts";
import type { ChangeOfOp } from "./source.ts";

/**
 * A ticket's changes played by our own hand, as Automerge would; each comes after all that it stands on. It reads what stands
 * there afterwards; it writes nothing. Of Automerge's rules it needs two: a character stands behind the one that its author
 * saw, nearer to it than those with smaller names; a value stands in its cell until somebody writes who saw it. Names are
 * ordered by counter, then by actor.
 */
export type Replay = {
  /**
   * Throws {@link ChunkError} where the change is no ticket's. False when an operation stands on none that was played, or a
   * text is so tangled that it would take too long.
   */
  readonly play: (chunk: OpenedChunk) => boolean;
  readonly source: (changeOfOp: ChangeOfOp) => Omit<ContentSource, "length">;
};

/** An operation's name as one number: its counter times {@link ACTORS}, and its actor's place among all that were met. */
type Name = number;
type Op = TicketOp<Name>;
/** A character of a text; removed ones stay, because others may stand behind them. */
type Character = { readonly name: Name; readonly text: string; isRemoved: boolean; next: Character | undefined };
type Value = { readonly name: Name; readonly value: CellScalar };

/** More actors than a ticket has changes; counters times this are exact. */
const ACTORS = 2 ** 20;
/** Characters that may be passed over, all together: a text in which people write has next to none. */
const MOST_STEPS = 1_000_000;

export function makeReplay(): Replay {
  const actors: string[] = [];
  const places = new Map<string, number>();
  const texts = new Map(TEXT_ROOTS.map((root) => [root, beginning()]));
  const characters = new Map<Name, Character>();
  const cells = new Map(MAP_ROOTS.map((root) => [root, new Map<string, readonly Value[]>()]));
  let steps = 0;

  function placeOf(actor: string): number {
    const known = places.get(actor);
    if (known !== undefined) return known;
    places.set(actor, actors.length);
    return actors.push(actor) - 1;
  }
  function compare(a: Name, b: Name): number {
    const counters = counterOf(a) - counterOf(b);
    if (counters !== 0 || a === b) return counters;
    return (actors[a % ACTORS] ?? "") < (actors[b % ACTORS] ?? "") ? -1 : 1;
  }
  function insert({ id, root, after, text }: Extract<Op, { kind: "insert" }>): boolean {
    let before = after === undefined ? texts.get(root) : characters.get(after);
    if (before === undefined) return false;
    while (before.next !== undefined && compare(before.next.name, id) > 0) {
      before = before.next;
      steps += 1;
    }
    const character = { name: id, text, isRemoved: false, next: before.next };
    before.next = character;
    characters.set(id, character);
    return steps <= MOST_STEPS;
  }
  function remove(name: Name): boolean {
    const character = characters.get(name);
    if (character !== undefined) character.isRemoved = true;
    return character !== undefined;
  }
  function write(op: Extract<Op, { kind: "put" | "drop" }>): boolean {
    const cell = cells.get(op.root);
    const standing = (cell?.get(op.key) ?? []).filter(({ name }) => !op.replaces.includes(name));
    if (op.kind === "put") standing.push({ name: op.id, value: op.value });
    cell?.set(op.key, standing);
    return true;
  }
  function playOne(op: Op): boolean {
    switch (op.kind) {
      case "insert":
        return insert(op);
      case "remove":
        return op.removes.every(remove);
      case "put":
      case "drop":
        return write(op);
    }
  }

  return {
    play: (chunk) => {
      const known = chunk.actors.map(placeOf);
      if (actors.length > ACTORS) return false;
      return readNamedOps(chunk, (counter, place) => counter * ACTORS + (known[place] ?? 0)).every(playOne);
    },
    source: (changeOfOp) => ({
      text: (root) => textOf(texts.get(root)),
      keys: (root) => keysOf(cells, root),
      values: (root, key) =>
        [...(cells.get(root)?.get(key) ?? [])]
          .sort((a, b) => compare(a.name, b.name))
          .map(({ name, value }): StandingValue => {
            const counter = counterOf(name);
            return { value, counter, change: changeOfOp(counter, actors[name % ACTORS] ?? "") };
          }),
    }),
  };
}

const counterOf = (name: Name): number => Math.floor(name / ACTORS);
const beginning = (): Character => ({ name: 0, text: "", isRemoved: true, next: undefined });

function textOf(from: Character | undefined): string {
  const parts: string[] = [];
  for (let at = from; at !== undefined; at = at.next) if (!at.isRemoved) parts.push(at.text);
  return parts.join("");
}

const keysOf = (cells: ReadonlyMap<MapRoot, ReadonlyMap<string, readonly Value[]>>, root: MapRoot): string[] =>
  [...(cells.get(root) ?? [])].flatMap(([key, standing]) => (standing.length > 0 ? [key] : []));
