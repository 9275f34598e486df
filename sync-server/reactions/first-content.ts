import { sha256Hex } from "../../shared/kernel/hash.ts";
import { SYSTEM_DEVICE } from "../../shared/kernel/ids.ts";
import { actorFor } from "../../shared/ticket/actor.ts";
import { emptyTicket } from "../../shared/ticket/document.ts";
import { firstEdits, portionsOf } from "../../shared/ticket/edits.ts";
import type { FirstContent } from "./reaction.ts";

const SESSION_DIGITS = 12;

/**
 * The first changes of a ticket that the desk makes by itself, each for an item's `data`, in their order. Automerge's session
 * follows from the ticket, so that equal content makes equal changes; what Automerge does not take is left out.
 */
export function firstContent({ ticket, type, at, title, description }: FirstContent): readonly string[] {
  const actor = actorFor(SYSTEM_DEVICE, sha256Hex(`content:${ticket}`).slice(0, SESSION_DIGITS));
  const changes: string[] = [];
  let doc = emptyTicket();
  for (const portion of portionsOf(firstEdits(type, { title, description }))) {
    const made = doc.edit(portion, actor, at);
    if (!made.ok) continue;
    doc = made.doc;
    changes.push(made.data);
  }
  return changes;
}
