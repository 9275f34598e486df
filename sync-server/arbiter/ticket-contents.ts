import type { FieldSet } from "../../shared/items/base.ts";
import type { ItemOf } from "../../shared/items/registry.ts";
import { actorDevice } from "../../shared/ticket/actor.ts";
import { fromBase64url } from "../../shared/ticket/base64url.ts";
import type { TicketDoc } from "../../shared/ticket/document.ts";
import { CHANGE_REFUSALS, loadTicket } from "../../shared/ticket/document.ts";
import { projectionOf } from "../../shared/ticket/projection.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import type { TicketContents, TicketState } from "./content-shelf.ts";

type Change = ItemOf<"change">;

/** Contents as Automerge documents. `ready` loads what they need, before the first is opened. */
export const makeTicketContents = (ready: () => Promise<void>): TicketContents => ({
  async open(changes) {
    await ready();
    const whole = changes.map(bytesOf).filter((bytes) => bytes !== undefined);
    const doc = loadTicket(whole);
    // After a restore a change may stand where one that it depends on is not back yet: it counts as soon as it is (CL27).
    const waiting = doc.setAside.flatMap(({ index, fault }) => (fault === "deps" ? (whole[index] ?? []) : []));
    return new DocumentState(doc, waiting);
  },
});

class DocumentState implements TicketState {
  readonly #doc: TicketDoc;
  readonly #waiting: readonly Uint8Array[];

  constructor(doc: TicketDoc, waiting: readonly Uint8Array[]) {
    this.#doc = doc;
    this.#waiting = waiting;
  }

  with(change: Change): ReturnType<TicketState["with"]> {
    const bytes = bytesOf(change);
    if (bytes === undefined) return { ok: false, fault: "change-broken" };
    const next = this.#doc.with(bytes, change.device);
    if (!next.ok) return { ok: false, fault: next.fault === "deps" ? "deps" : CHANGE_REFUSALS[next.fault] };
    // The very bytes of another device under an id of his own would make him the author of its words.
    if (actorDevice(next.change.actor) !== change.device) return { ok: false, fault: "change-actor" };
    return { ok: true, state: new DocumentState(...withWaiting(next.doc, this.#waiting)) };
  }

  projection(type: TicketType): FieldSet {
    return projectionOf(this.#doc.content(), type);
  }
}

/** The document with all of the waiting changes that can be taken by now, and those that still wait. */
function withWaiting(doc: TicketDoc, waiting: readonly Uint8Array[]): readonly [TicketDoc, readonly Uint8Array[]] {
  let [now, left] = [doc, waiting];
  for (;;) {
    const still = left.filter((bytes) => {
      const next = now.with(bytes);
      if (next.ok) now = next.doc;
      return !next.ok && next.fault === "deps";
    });
    if (still.length === left.length) return [now, still];
    left = still;
  }
}

const bytesOf = ({ data }: Change): Uint8Array | undefined => fromBase64url(data);
