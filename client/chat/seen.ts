import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { PortalTickets } from "../../shared/protocol/portal.ts";
import { callIfChanged } from "./api.ts";
import type { ChatDatabase } from "./database.ts";

/** An answer as it was last seen on this device. `at`: when it was known to be so, by the device's clock. */
export type Seen<Answer> = { readonly answer: Answer; readonly at: Ms; readonly etag?: string };

/** What was asked of the desk once and is read again without a network. One place a question. */
export interface SeenAnswer<Answer> {
  /** As last seen here. */
  known(): Promise<Seen<Answer> | undefined>;
  /** Asks the desk; rejects with `CallError`. What a full device cannot keep is answered all the same. */
  fetch(): Promise<Seen<Answer>>;
  /** Puts in place what this device itself has just learnt, until it is asked again. */
  put(answer: Answer): Promise<void>;
  forget(): Promise<void>;
}

/** `name` is the place on the device: one person's, so it bears his id. */
export function seenAnswer<Answer>(
  database: Pick<ChatDatabase, "meta" | "setMeta">,
  question: { readonly name: string; readonly url: string; readonly secret: string },
): SeenAnswer<Answer> {
  const key = `seen:${question.name}`;
  const known = async (): Promise<Seen<Answer> | undefined> =>
    (await database.meta<Seen<Answer> | null>(key)) ?? undefined;
  const keep = (seen: Seen<Answer> | null): Promise<void> => database.setMeta(key, seen).catch(() => undefined);
  return {
    known,
    fetch: async () => {
      const before = await known();
      const next = await callIfChanged<Answer>(question.url, { secret: question.secret, etag: before?.etag });
      const at = Date.now();
      if (next === undefined) {
        if (before === undefined) throw new TypeError("unchanged, but never seen");
        const seen = { ...before, at };
        await keep(seen);
        return seen;
      }
      const { answer, etag } = next;
      const seen = { answer, at, ...(etag === undefined ? {} : { etag }) };
      await keep(seen);
      return seen;
    },
    // Without its tag: the next answer of the desk takes its place.
    put: async (answer) => keep({ answer, at: (await known())?.at ?? Date.now() }),
    forget: () => keep(null),
  };
}

/** The user's tickets (S19, S42): the same place for the chat and the portal. */
export const ticketsOf = (
  database: Pick<ChatDatabase, "meta" | "setMeta">,
  whose: { readonly user: AuthorId; readonly secret: string },
): SeenAnswer<PortalTickets> =>
  seenAnswer(database, { name: `${whose.user}:tickets`, url: "/api/portal/tickets", secret: whose.secret });
