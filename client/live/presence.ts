import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import { type GonePeople, PRESENCE_LIMITS, type PresenceState } from "../../shared/protocol/board.ts";
import type { Environment } from "../platform/environment.ts";
import { type PresenceEntry, presenceMessage } from "./messages.ts";
import type { Somebody } from "./port.ts";

/** Said again while it stays so: who is silent for longer is shown as gone. */
const AGAIN_MS: Ms = 15_000;

/** What others say of themselves, by client (a tab each), over all boards. */
export class PeopleHeard {
  readonly #states = new Map<number, { readonly clock: number; readonly somebody: Somebody }>();
  readonly #gone = new Map<AuthorId, { readonly heardAt: Ms; readonly unsent: number }>();

  /** Whether anything changed. */
  hear(entries: readonly PresenceEntry[]): boolean {
    let isNews = false;
    for (const { client, clock, state } of entries) {
      const before = this.#states.get(client);
      if (before !== undefined && before.clock > clock) continue;
      isNews = true;
      if (state === null) this.#states.delete(client);
      else if (isGone(state)) this.#takeGone(state);
      else if (isSomebody(state)) this.#states.set(client, { clock, somebody: state });
    }
    return isNews;
  }

  /** Everybody, each under a key that is the same on every board. */
  *entries(): Generator<readonly [key: string, somebody: Somebody]> {
    for (const [client, { somebody }] of this.#states) yield [`client:${client}`, somebody];
    for (const [author, facts] of this.#gone) yield [`gone:${author}`, { author, ...facts, gone: true }];
  }

  #takeGone({ gone }: GonePeople): void {
    this.#gone.clear();
    for (const [author, facts] of Object.entries(gone)) this.#gone.set(author as AuthorId, facts); // the record's own keys
  }
}

/** Says what this person does: at most twice a second, the newest only, and again while it stays so. */
export function makeSpeaker(environment: Environment, client: number, send: (message: Uint8Array) => void) {
  let state: PresenceState | undefined;
  let clock = 0;
  let saidAt = 0;
  let stopTimer: () => void = () => undefined;

  function speak(): void {
    if (state === undefined) return;
    saidAt = environment.now();
    clock += 1;
    send(presenceMessage({ client, clock, state }));
    stopTimer();
    stopTimer = environment.setTimer(speak, AGAIN_MS);
  }

  return {
    say: (next: PresenceState): void => {
      state = next;
      const wait = saidAt + 1_000 / PRESENCE_LIMITS.perSecond - environment.now();
      stopTimer();
      if (wait <= 0) speak();
      else stopTimer = environment.setTimer(speak, wait);
    },
    /** To one room that has just opened. */
    introduce: (to: (message: Uint8Array) => void): void => {
      if (state !== undefined) to(presenceMessage({ client, clock: Math.max(1, clock), state }));
    },
    close: (): void => {
      stopTimer();
      if (state !== undefined) send(presenceMessage({ client, clock: clock + 1, state: null }));
    },
  };
}

const isGone = (state: unknown): state is GonePeople =>
  typeof state === "object" &&
  state !== null &&
  "gone" in state &&
  typeof state.gone === "object" &&
  state.gone !== null;
const isSomebody = (state: unknown): state is Somebody =>
  typeof state === "object" && state !== null && "author" in state && "heardAt" in state;
