import type { TicketActor } from "../../shared/ticket/actor.ts";
import { fromBase64url } from "../../shared/ticket/base64url.ts";
import { loadTicket, type TicketDoc } from "../../shared/ticket/document.ts";
import { type FieldEdit, portionsOf } from "../../shared/ticket/edits.ts";
import {
  EngineError,
  type Made,
  type MadeChange,
  type PictureAnswer,
  type Taken,
  type TicketEngine,
} from "./engine-port.ts";
import { makePast } from "./past.ts";
import type { TextFieldName } from "./port.ts";

type Held = { doc: TicketDoc; readonly actor: TicketActor };

/**
 * An engine in this thread. `start` loads Automerge and is called before the first document; `shrink` makes a photo small.
 */
export function makeEngine(options: {
  readonly start: () => Promise<void>;
  readonly shrink: (file: Blob) => Promise<PictureAnswer>;
}): TicketEngine {
  const held = new Map<string, Held>();
  let starting: Promise<void> | undefined;

  async function started(): Promise<void> {
    starting ??= options.start();
    try {
      await starting;
    } catch (cause) {
      starting = undefined; // off line without the file: the next call tries again
      throw new EngineError("unavailable", { cause });
    }
  }
  function heldOf(key: string): Held {
    const found = held.get(key);
    if (found === undefined) throw new EngineError("lost");
    return found;
  }

  const past = makePast(started);
  return {
    ...past,
    open: async (key, { changes, actor }) => {
      await started();
      held.get(key)?.doc.close();
      const opened = load(changes);
      held.set(key, { doc: opened.doc, actor });
      return opened.taken;
    },
    take: async (key, changes) => {
      await started();
      const document = heldOf(key);
      let waiting = changes;
      const broken: Taken["broken"][number][] = [];
      for (let before = waiting.length + 1; waiting.length < before; ) {
        before = waiting.length;
        waiting = waiting.filter((data) => {
          const bytes = fromBase64url(data);
          const next = bytes === undefined ? undefined : document.doc.with(bytes);
          if (next?.ok === true) document.doc = next.doc;
          else if (next?.fault !== "deps") broken.push({ data, fault: next?.fault ?? "broken" });
          return next?.ok === false && next.fault === "deps";
        });
      }
      return { content: document.doc.content(), waiting, broken };
    },
    edit: async (key, { edits, at }) => {
      await started();
      const document = heldOf(key);
      const changes: MadeChange[] = [];
      const refused: Made["refused"][number][] = [];
      for (const portion of portionsOf(edits)) {
        const made = editOnce(document, portion, at);
        if (made === "nothing") continue;
        if (typeof made !== "string") changes.push(made);
        else {
          // One bad edit does not take the others with it.
          for (const edit of portion) {
            const alone = editOnce(document, [edit], at);
            if (alone === "schema" || alone === "too-large") refused.push({ edit, fault: alone });
            else if (alone !== "nothing") changes.push(alone);
          }
        }
      }
      return { changes, refused, content: document.doc.content() };
    },
    drop: async (key) => {
      held.get(key)?.doc.close();
      held.delete(key);
    },
    shrinkPicture: (file) => options.shrink(file),
    close: () => {
      for (const { doc } of held.values()) doc.close();
      held.clear();
      past.close();
    },
  };
}

function load(changes: readonly string[]): { readonly doc: TicketDoc; readonly taken: Taken } {
  const readable: string[] = [];
  const bytes: Uint8Array[] = [];
  const broken: Taken["broken"][number][] = [];
  for (const data of changes) {
    const read = fromBase64url(data);
    if (read === undefined) broken.push({ data, fault: "broken" });
    else {
      readable.push(data);
      bytes.push(read);
    }
  }
  const doc = loadTicket(bytes);
  const waiting: string[] = [];
  for (const { index, fault } of doc.setAside) {
    const data = readable[index] ?? "";
    if (fault === "deps") waiting.push(data);
    else broken.push({ data, fault });
  }
  return { doc, taken: { content: doc.content(), waiting, broken } };
}

function editOnce(
  document: Held,
  edits: readonly FieldEdit[],
  at: number,
): MadeChange | "nothing" | "schema" | "too-large" {
  const before = document.doc.content();
  const edited = document.doc.edit(edits, document.actor, at);
  if (!edited.ok) return edited.fault;
  document.doc = edited.doc;
  const from: { -readonly [Field in TextFieldName]?: string } = {};
  for (const edit of edits) if (edit.f === "text") from[edit.field] = before[edit.field];
  return { data: edited.data, edits, from };
}
