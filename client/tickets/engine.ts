import type { TicketActor } from "../../shared/ticket/actor.ts";
import { fromBase64url } from "../../shared/ticket/base64url.ts";
import type { TicketContent } from "../../shared/ticket/content.ts";
import { loadTicket, type TicketDoc } from "../../shared/ticket/document.ts";
import { type FieldEdit, portionsOf } from "../../shared/ticket/edits.ts";
import { previewTicket, type TicketPreview } from "../../shared/ticket/preview.ts";
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
/** A document of which the content is known and which Automerge has not taken yet. */
type Previewed = {
  readonly changes: readonly Uint8Array[];
  readonly preview: TicketPreview;
  readonly actor: TicketActor;
};

/**
 * An engine in this thread. `start` loads Automerge and is called before the first document, `reach` makes sure that it can be
 * loaded; `shrink` makes a photo small. `later` does something when what is asked now has been answered and shown; where it
 * is absent, nothing is done before it is needed.
 */
export function makeEngine(options: {
  readonly start: () => Promise<void>;
  readonly reach?: () => Promise<void>;
  readonly shrink: (file: Blob) => Promise<PictureAnswer>;
  readonly later?: (act: () => void) => void;
}): TicketEngine {
  const held = new Map<string, Held>();
  const previewed = new Map<string, Previewed>();
  /** Keys whose changes Automerge and the preview have read differently: it alone is asked. */
  const doubted = new Set<string>();
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
  /** Gives what is previewed to Automerge. What it reads otherwise is lost: whoever asks next opens it again. */
  function settle(key: string): void {
    const waiting = previewed.get(key);
    if (waiting === undefined) return;
    previewed.delete(key);
    const doc = loadTicket(waiting.changes, waiting.preview);
    if (doc.setAside.length === 0 && isSame(doc.content(), waiting.preview.content)) {
      held.set(key, { doc, actor: waiting.actor });
      return;
    }
    doc.close();
    doubted.add(key);
  }
  function heldOf(key: string): Held {
    settle(key);
    const found = held.get(key);
    if (found === undefined) throw new EngineError("lost");
    return found;
  }
  function forget(key: string): void {
    held.get(key)?.doc.close();
    held.delete(key);
    previewed.delete(key);
  }

  /** A ticket that is shown for editing can be written in soon. */
  async function reached(): Promise<void> {
    if (options.reach === undefined) return started();
    started().catch(() => undefined); // whoever needs it meets the failure
    try {
      await options.reach();
    } catch (cause) {
      throw new EngineError("unavailable", { cause });
    }
  }

  const past = makePast(started);
  return {
    ...past,
    // Whether it can be had shows when a ticket is opened.
    warm: async () => void reached().catch(() => undefined),
    open: async (key, { changes, actor }) => {
      const reaching = reached();
      const read = decode(changes);
      const preview = doubted.has(key) || read.broken.length > 0 ? undefined : previewTicket(read.bytes);
      await reaching;
      forget(key);
      if (preview === undefined) {
        await started();
        const opened = load(read);
        held.set(key, { doc: opened.doc, actor });
        return opened.taken;
      }
      previewed.set(key, { changes: read.bytes, preview, actor });
      options.later?.(
        () =>
          void started().then(
            () => settle(key),
            () => undefined,
          ),
      );
      return { content: preview.content, waiting: [], broken: [] };
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
      forget(key);
      doubted.delete(key);
    },
    shrinkPicture: (file) => options.shrink(file),
    close: () => {
      for (const { doc } of held.values()) doc.close();
      held.clear();
      previewed.clear();
      past.close();
    },
  };
}

/** Changes as bytes, beside how they came, and those that are no bytes at all. */
type Decoded = {
  readonly readable: readonly string[];
  readonly bytes: readonly Uint8Array[];
  readonly broken: Taken["broken"];
};

function decode(changes: readonly string[]): Decoded {
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
  return { readable, bytes, broken };
}

/** Both were made by `readContent`, member by member in the same order. */
const isSame = (a: TicketContent, b: TicketContent): boolean => JSON.stringify(a) === JSON.stringify(b);

function load(read: Decoded): { readonly doc: TicketDoc; readonly taken: Taken } {
  const { readable, bytes } = read;
  const broken = [...read.broken];
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
