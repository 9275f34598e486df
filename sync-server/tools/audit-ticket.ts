import type { FieldSet } from "../../shared/items/base.ts";
import type { ItemOf } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Head } from "../../shared/thread/head.ts";
import { actorDevice } from "../../shared/ticket/actor.ts";
import { fromBase64url } from "../../shared/ticket/base64url.ts";
import { emptyTicket, type TicketDoc } from "../../shared/ticket/document.ts";
import { projectionOf } from "../../shared/ticket/projection.ts";
import type { TicketType } from "../../shared/ticket/type.ts";

/** What is wrong with a ticket beside what is wrong with a thread. */
export type TicketFault =
  | "number" // no number, or another ticket's
  | "content" // a change that does not stand on those before it, or is no ticket's change
  | "projection"; // what lists show is not what the content says

export type TicketToAudit = {
  readonly head: Head;
  /** The thread's items by `n`. */
  readonly items: readonly StampedItem[];
  /** Its type as it is now. `isAsBefore`: it has not changed since the ticket's last change was decided. */
  readonly type: { readonly type: TicketType; readonly isAsBefore: boolean };
};

/** Looks at one ticket's content, whatever its number. Automerge must have been started. */
export function auditTicket({ head, items, type }: TicketToAudit): readonly TicketFault[] {
  const changes = items.filter((item): item is StampedItem & ItemOf<"change"> => item.kind === "change");
  if (changes.length === 0) return [];
  const doc = everyPrefix(head, changes);
  if (doc === undefined) return ["content"];
  const said = projectionOf(doc.content(), type.type);
  doc.close();
  return isShown(head, said, type) ? [] : ["projection"];
}

/** [I12] The content, change by change in the order of `n`: each must be one that can be taken where it stands. */
function everyPrefix(head: Head, changes: readonly ItemOf<"change">[]): TicketDoc | undefined {
  // After a restore a change may stand before one that it depends on, which was given back later (CL27).
  const mayWait = head.starts.length > 0;
  let waiting: Uint8Array[] = [];
  let doc = emptyTicket();
  for (const { data, device } of changes) {
    const bytes = fromBase64url(data);
    const next = bytes === undefined ? undefined : doc.with(bytes, device);
    if (bytes === undefined || next === undefined) return undefined;
    if (next.ok && actorDevice(next.change.actor) !== device) return undefined;
    if (next.ok) {
      doc = next.doc;
      for (let before = -1; before !== waiting.length; ) {
        before = waiting.length;
        waiting = waiting.filter((late) => {
          const come = doc.with(late);
          if (come.ok) doc = come.doc;
          return !come.ok;
        });
      }
    } else if (next.fault === "deps" && mayWait) waiting.push(bytes);
    else return undefined;
  }
  return doc;
}

const PROJECTED = /^(?:title|checks|conflicts|finishedAt|f\..*)$/;

/** Whether the head's fields are what the content says; what a changed type makes of its checklists is left out. */
function isShown(head: Head, said: FieldSet, { type, isAsBefore }: TicketToAudit["type"]): boolean {
  const lists = type.fields.filter(({ kind }) => kind === "checklist").map(({ id }) => `f.${id}`);
  const names = new Set([...Object.keys(said), ...Object.keys(head.fields).filter((name) => PROJECTED.test(name))]);
  return [...names].every((name) => {
    if (!isAsBefore && (name === "checks" || lists.includes(name))) return true;
    return (head.fields[name]?.value ?? null) === (said[name] ?? null);
  });
}
