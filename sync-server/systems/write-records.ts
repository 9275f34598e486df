import { hash } from "node:crypto";
import { canonicalJson } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { personOfUser, type ThreadId } from "../../shared/kernel/ids.ts";
import { type History, type HistoryPlaces, itemsOfHistory, userOfHistory } from "../../shared/systems/history.ts";
import type { SyncWrite } from "../../shared/systems/plan.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Arbiter, Submission } from "../arbiter/port.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { type Effect, makeSystemItem } from "../reactions/reaction.ts";

type Parts = {
  readonly arbiter: Pick<Arbiter, "submit">;
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  readonly clock: () => Ms;
  readonly pause: (ms: number) => Promise<void>;
};

/** What became of what was to be written: refused with a code, or how many items of it are new. */
export type Written = { readonly ok: true; readonly added: number } | { readonly ok: false; readonly code: string };

/** The store does not take it now; the run is to be gone on with later. */
export class NotNowError extends Error {
  override readonly name = "NotNowError";
}

/** Items of one thread in one call: the arbiter's `pend` takes 32. */
const AT_ONCE = 24;
const TRIES = 40;
const AGAIN_MS = 250;

/** In order, and again where the arbiter is busy; what was there already counts as written. */
async function submitAll(parts: Parts, submissions: readonly Submission[]): Promise<Written> {
  let added = 0;
  for (let at = 0, tries = 0; at < submissions.length; ) {
    const answers = await parts.arbiter.submit(submissions.slice(at, at + AT_ONCE));
    for (const answer of answers) {
      if (answer.answer === "retry") break;
      // The same thing with other words: it was changed over there after it had been brought here.
      if (answer.answer === "refused") return { ok: false, code: answer.code === "id-taken" ? "changed" : answer.code };
      if (answer.answer === "ok") added += 1;
      at += 1;
      tries = 0;
    }
    const isStuck = answers.some(({ answer }) => answer === "retry");
    if (!isStuck) continue;
    tries += 1;
    if (tries > TRIES) throw new NotNowError("the store does not take it now");
    await parts.pause(AGAIN_MS);
  }
  return { ok: true, added };
}

/** One record of a source, as a thread of the directory. */
export async function writeRecord(parts: Parts, write: SyncWrite): Promise<Written> {
  const { thread, set } = write;
  const head = parts.head(thread);
  const at = parts.clock();
  // The same change after the same state is the same item: a run that is repeated after a crash adds nothing.
  const cause = `record:${thread}:${head?.inc ?? 0}.${head?.n ?? 0}:${hash("sha256", canonicalJson(set))}`;
  const effect: Effect = write.isNew
    ? { kind: "open", thread, cause: `record:${thread}`, at, set }
    : { kind: "set-field", thread, cause, at, set };
  const done = await submitAll(parts, [{ item: makeSystemItem(effect), actor: SYSTEM_ACTOR }]);
  // Begun by a run that a crash broke off, with other values: those of now are set.
  if (done.ok || done.code !== "changed" || !write.isNew) return done;
  const next: Effect = { kind: "set-field", thread, cause, at, set };
  return submitAll(parts, [{ item: makeSystemItem(next), actor: SYSTEM_ACTOR }]);
}

/** U18: one dialog as it was. What somebody works in by now is left alone. */
export async function writeHistory(parts: Parts, history: History, places: HistoryPlaces): Promise<Written> {
  const past = itemsOfHistory(history, places);
  const first = past[0];
  if (first === undefined) return { ok: false, code: "broken" };
  const head = parts.head(first.item.thread);
  if (head !== undefined && head.n > past.length) return { ok: false, code: "in-work" };
  const user = userOfHistory(places.source, history);
  const person = personOfUser(user);
  if (parts.head(person) === undefined) {
    const { name, email, phone } = history.user;
    const set = {
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { email, "id.email": { value: email.toLowerCase(), verified: false } }),
      ...(phone === undefined ? {} : { phone }),
    };
    const at = history.createdAt;
    const open: Effect = { kind: "open", thread: person, cause: `person-of-import:${person}`, at, user, set };
    const done = await submitAll(parts, [{ item: makeSystemItem(open), actor: SYSTEM_ACTOR }]);
    if (!done.ok && done.code !== "changed") return done;
  }
  return submitAll(
    parts,
    past.map(({ item, happenedAt }) => ({ item, happenedAt, actor: SYSTEM_ACTOR })),
  );
}
