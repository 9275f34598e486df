import type { Item, ItemKind, ItemOf } from "../../shared/items/registry.ts";
import { signedText } from "../../shared/items/revision.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import { type Hlc, type Ms, nextHlc } from "../../shared/kernel/clock.ts";
import {
  type DeviceId,
  derivedDigits,
  derivedThreadId,
  type ItemId,
  itemDocId,
  type ThreadId,
  type ThreadKind,
} from "../../shared/kernel/ids.ts";
import type { Who } from "../identity/port.ts";
import { Problem } from "./problem.ts";
import type { Program } from "./tokens.ts";

/** What a kind of item holds beside what every item holds. */
export type Words<Kind extends ItemKind> = Omit<
  ItemOf<Kind>,
  "_id" | "id" | "thread" | "author" | "device" | "hlc" | "at" | "offset" | "mode" | "sig" | "after" | "kind"
>;
/** An item that a program writes. `cause` names the act: the same cause makes the same item, however often it is asked for. */
export type Draft<Kind extends ItemKind> = { readonly kind: Kind; readonly thread: ThreadId; readonly cause: string };

/** Writes as a program, by the one door for items: signed as any device's, checked as any agent's. */
export type Writer = {
  /**
   * The item as it is committed. One that stands under this cause already is answered as it was decided then, whatever the
   * head was; when `isSame` says that its words are others it is `id-taken`. `words` are asked for a new one only, and may throw.
   */
  readonly write: <Kind extends ItemKind>(
    program: Pick<Program, "who" | "sign">,
    draft: Draft<Kind>,
    given: { readonly words: () => Words<Kind>; readonly isSame?: (item: ItemOf<Kind>) => boolean },
  ) => Promise<StampedItem>;
};

type Parts = {
  readonly receive: (items: readonly unknown[], who: Who) => Promise<readonly ItemAnswer[]>;
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
  readonly clock: () => Ms;
};

/** The item of a program that follows from a cause. */
export const itemOfCause = (device: DeviceId, cause: string): ItemId =>
  `${device}-${derivedDigits(`api:${cause}`, 14)}` as ItemId;
/** The thread of a program that follows from a cause. */
export const threadOfCause = (kind: ThreadKind, program: Pick<Program, "id">, cause: string): ThreadId =>
  derivedThreadId(kind, `api:${program.id}:${cause}`);

export function makeWriter({ receive, item, clock }: Parts): Writer {
  const clocks = new Map<DeviceId, Hlc>();
  return {
    write: async (program, { kind, thread, cause }, { words, isSame }) => {
      const { actor, device } = program.who;
      const id = itemOfCause(device, cause);
      const standing = await item(thread, id);
      const checked = (found: StampedItem): StampedItem => {
        const own = found as StampedItem & ItemOf<typeof kind>; // its id follows from this very act
        if (found.kind !== kind || isSame?.(own) === false) throw new Problem("id-taken", { field: "id" });
        return found;
      };
      if (standing !== undefined) return checked(standing);
      const said = words();
      const at = clock();
      const hlc = nextHlc(clocks.get(device), at);
      clocks.set(device, hlc);
      const bare = {
        _id: itemDocId(thread, id),
        id,
        thread,
        author: actor.id,
        device,
        hlc: [hlc[0], hlc[1]],
        at,
        offset: 0,
        mode: "online",
        kind,
        ...said,
      } as unknown as Item; // the kind and its words come from one case of the union
      const signed = actor.kind === "agent" ? { ...bare, sig: program.sign(signedText(bare)) } : bare;
      const [answer] = await receive([signed], program.who);
      if (answer === undefined || answer.answer === "retry") {
        throw new Problem("busy", { retryAfterMs: answer?.afterMs ?? 1_000 });
      }
      if (answer.answer !== "refused") return answer.item;
      if (answer.code === "id-taken") {
        // Somebody else asked for the same at the same time.
        const other = await item(thread, id);
        if (other !== undefined) return checked(other);
      }
      throw problemOf(answer.code, answer.detail);
    },
  };
}

function problemOf(code: string, detail: string | undefined): Problem {
  if (code === "no-thread" || code === "not-visible") return new Problem("not-found");
  if (code === "forbidden" || code === "foreign-author") return new Problem("forbidden");
  if (code === "too-large" || code === "change-too-large") return new Problem("too-large");
  if (code === "too-deep") return new Problem("too-deep");
  if (code === "id-taken") return new Problem("id-taken", { field: "id" });
  return new Problem("malformed", { field: detail ?? code });
}
