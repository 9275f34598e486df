import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from "solid-js";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { LeaseState, PresenceState } from "../../shared/protocol/board.ts";
import type { LiveEdge, Somebody } from "./live-edge.ts";
import type { Connection } from "./replica-types.ts";

/** A colleague in one thread, as it is shown: pen, eye, faded, or last heard some time ago. */
export type Companion = {
  readonly author: AuthorId;
  readonly state: "writing" | "viewing" | "away" | "gone";
  readonly heardAt: Ms;
  readonly unsent: number;
};

export type PresenceView = {
  /** Colleagues in a thread, without oneself; writing first. */
  readonly inThread: (thread: ThreadId) => readonly Companion[];
  /** What is known of a colleague anywhere. */
  readonly of: (author: AuthorId) => Companion | undefined;
  readonly lease: (thread: ThreadId) => LeaseState;
  /** Who is taking a thread at this moment, not decided yet. */
  readonly takenBy: (thread: ThreadId) => AuthorId | undefined;
  readonly view: (thread: ThreadId | undefined) => void;
  readonly write: (thread: ThreadId | undefined) => void;
};

/** Not heard for so long: no longer shown as present, whatever the last word was (U12). */
const SILENT_MS: Ms = 45_000;
const WRITING_ENDS_MS: Ms = 4_000;
const AWAY_AFTER_MS: Ms = 3 * 60_000;

const ORDER: Readonly<Record<Companion["state"], number>> = { writing: 0, viewing: 1, away: 2, gone: 3 };

/** How a person is shown at a moment. */
export function companionOf(person: Somebody, thread: ThreadId | undefined, now: Ms): Companion {
  const isSilent = person.gone === true || now - person.heardAt > SILENT_MS;
  const state = isSilent
    ? "gone"
    : person.away === true
      ? "away"
      : thread !== undefined && person.writing === thread
        ? "writing"
        : "viewing";
  return { author: person.author, state, heardAt: person.heardAt, unsent: person.unsent ?? 0 };
}

/** Of a person's several tabs the one that tells most: writing, then viewing, then the last heard. */
export function onePerAuthor(people: readonly Somebody[]): readonly Somebody[] {
  const weight = (person: Somebody): number =>
    person.gone === true ? 0 : person.writing ? 3 : person.viewing && person.away !== true ? 2 : 1;
  const best = new Map<AuthorId, Somebody>();
  for (const person of people) {
    const other = best.get(person.author);
    if (other === undefined || weight(person) > weight(other)) best.set(person.author, person);
  }
  return [...best.values()];
}

/** Presence of colleagues, and what this person tells of himself. Belongs to the owner under which it is made. */
export function createPresence(from: {
  readonly live: LiveEdge;
  readonly me: AuthorId;
  readonly connection: Accessor<Connection>;
  readonly seconds: Accessor<Ms>;
}): PresenceView {
  const [version, bump] = createSignal(0);
  onCleanup(from.live.subscribe(() => bump((n) => n + 1)));
  const people = createMemo<readonly Somebody[]>(() => {
    version();
    return onePerAuthor(from.live.people()).filter((person) => person.author !== from.me);
  });
  const coarse = createMemo(() => Math.floor(from.seconds() / 5000) * 5000);

  const [viewing, view] = createSignal<ThreadId | undefined>();
  const [writing, setWriting] = createSignal<ThreadId | undefined>();
  const [isAway, setAway] = createSignal(false);
  let writingEnds: ReturnType<typeof setTimeout> | undefined;
  let awayBegins: ReturnType<typeof setTimeout> | undefined;

  function stir(): void {
    setAway(document.visibilityState !== "visible");
    clearTimeout(awayBegins);
    awayBegins = setTimeout(() => setAway(true), AWAY_AFTER_MS);
  }
  for (const type of ["pointerdown", "keydown", "visibilitychange"]) document.addEventListener(type, stir);
  stir();
  onCleanup(() => {
    for (const type of ["pointerdown", "keydown", "visibilitychange"]) document.removeEventListener(type, stir);
    clearTimeout(awayBegins);
    clearTimeout(writingEnds);
  });

  const mine = createMemo<PresenceState>(
    () => {
      const connection = from.connection();
      return {
        viewing: viewing() ?? null,
        writing: writing() ?? null,
        away: isAway(),
        unsent: connection.unsent,
        oldestUnsentAt: connection.state === "offline" ? connection.oldestUnsentAt : null,
      };
    },
    {},
    { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  createEffect(() => from.live.say(mine()));

  return {
    inThread: (thread) => {
      const now = coarse();
      return people()
        .filter((person) => person.viewing === thread || person.writing === thread)
        .map((person) => companionOf(person, thread, now))
        .sort((a, b) => ORDER[a.state] - ORDER[b.state]);
    },
    of: (author) => {
      const person = people().find((one) => one.author === author);
      return person ? companionOf(person, person.writing ?? undefined, coarse()) : undefined;
    },
    lease: (thread) => {
      version();
      return from.live.lease(thread) ?? "live";
    },
    takenBy: (thread) => {
      version();
      return from.live.pending(thread)?.author;
    },
    view: (thread) => void view(() => thread),
    write: (thread) => {
      clearTimeout(writingEnds);
      setWriting(() => thread);
      if (thread !== undefined) writingEnds = setTimeout(() => setWriting(undefined), WRITING_ENDS_MS);
    },
  };
}
