import type { Ms } from "../../../shared/kernel/clock.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { Environment } from "../../platform/environment.ts";
import { ReplicaError } from "../errors.ts";
import type { Inbox } from "../inbox-record.ts";
import type { BootstrapPart, LocalStore } from "../store/port.ts";
import { type CatchUpParts, catchUp, compare, type Failure } from "./catch-up.ts";
import type { Place } from "./place.ts";
import { retryWait } from "./retry.ts";

/** When digests are compared: soon after a crash, else every few hours. */
const DIGEST = { soonMs: 5_000, everyMs: 4 * 3_600_000, checkMs: 60_000 } as const;
/** A full disk is not asked again at once. */
const FULL_AGAIN_MS = 30_000;

export type SyncParts = {
  readonly environment: Environment;
  readonly store: LocalStore;
  readonly inbox: Inbox;
  readonly place: Place;
  readonly take: CatchUpParts["take"];
  readonly tell: (part: BootstrapPart) => void;
  readonly isUp: () => boolean;
  /** The device is up to date; `streamed`: much came past the screens, straight into the store. */
  readonly caughtUp: (streamed: boolean) => Promise<void>;
  readonly failed: (failure: Failure) => void;
};

/** Brings the device up to date whenever it is asked to, one run at a time, with waits after failures (I13). */
export class SyncLoop {
  readonly #parts: SyncParts;
  #run: AbortController | undefined;
  #isWantedAgain = false;
  #attempt = 0;
  #comparesNext = false;
  #isAfterCrash = false;
  #streamed = false;
  #stopRetry: (() => void) | undefined;
  #stopDigest: () => void = () => undefined;

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  /** The leader before us did not end in order: what it thought kept may not be. */
  isAfterCrash(): void {
    this.#isAfterCrash = true;
  }

  /** Once more if asked while it runs. Resolves when it has run or failed; never rejects. */
  async sync(): Promise<void> {
    if (this.#run !== undefined) {
      this.#isWantedAgain = true;
      return;
    }
    this.#stopRetry?.();
    this.#stopRetry = undefined;
    const run = new AbortController();
    this.#run = run;
    do {
      this.#isWantedAgain = false;
      const done = await this.#once(run.signal).catch((error: unknown): Failure => failureOf(error));
      if (typeof done !== "string") {
        this.#run = undefined;
        if (!run.signal.aborted) this.failed(done);
        else this.#parts.place.failed();
        return;
      }
      this.#attempt = 0;
      await this.#pulled(done);
    } while ((this.#isWantedAgain || this.#parts.place.wantsPull) && !run.signal.aborted);
    this.#run = undefined;
  }

  /** A frame said that something is missing; while a failed run waits for its next attempt, that one will do. */
  syncUnlessWaiting(): void {
    if (this.#stopRetry === undefined) void this.sync();
  }

  /** Tries again after a wait. */
  failed(failure: Failure): void {
    const { environment, place, isUp } = this.#parts;
    place.failed();
    this.#parts.failed(failure);
    if (failure.why === "signed-out") return;
    const least = failure.why === "busy" ? failure.afterMs : failure.why === "storage-full" ? FULL_AGAIN_MS : 0;
    const wait = retryWait(this.#attempt, environment.random(), least);
    this.#attempt += 1;
    this.#stopRetry?.();
    this.#stopRetry = environment.setTimer(() => {
      this.#stopRetry = undefined;
      if (isUp()) void this.sync();
    }, wait);
  }

  /** The line is up and its frames go on from where the device stands. */
  standsAlready(): void {
    this.#digestLater();
  }

  /** The line is gone: what is under way will not come. */
  hungUp(): void {
    this.#run?.abort();
    this.#stopRetry?.();
    this.#stopRetry = undefined;
  }

  close(): void {
    this.hungUp();
    this.#stopDigest();
  }

  async #once(signal: AbortSignal): Promise<string | Failure> {
    const { environment, store, inbox, place, take } = this.#parts;
    const token = place.beginPull();
    const parts: CatchUpParts = {
      fetch: (path, init) => environment.fetch(path, init),
      store,
      take,
      tell: (part) => {
        this.#streamed = true;
        this.#parts.tell(part);
      },
      signal,
    };
    if (!this.#comparesNext || token === undefined) {
      const caught = await catchUp(parts, token);
      return caught.ok ? caught.value : caught.error;
    }
    const compared = await compare(parts, { givesBackAll: false });
    if (!compared.ok) return compared.error;
    this.#comparesNext = false;
    this.#isAfterCrash = false;
    await inbox.comparedAt(environment.now()).catch(() => undefined);
    return compared.value;
  }

  async #pulled(token: string): Promise<void> {
    const { place, take, isUp, caughtUp } = this.#parts;
    const removed: readonly ThreadId[] = place.pulled(token);
    if (removed.length > 0) await take([], removed).catch(() => undefined);
    if (!isUp()) return;
    const streamed = this.#streamed;
    this.#streamed = false;
    await caughtUp(streamed);
    this.#digestLater();
  }

  #digestLater(): void {
    this.#stopDigest();
    const wait: Ms = this.#isAfterCrash ? DIGEST.soonMs : DIGEST.checkMs;
    this.#stopDigest = this.#parts.environment.setTimer(() => void this.#checkDigest(), wait);
  }

  async #checkDigest(): Promise<void> {
    const { inbox, environment, isUp } = this.#parts;
    const at = await inbox.lastComparedAt().catch(() => environment.now());
    const isDue = this.#isAfterCrash || environment.now() - at >= DIGEST.everyMs;
    if (!isDue || !isUp()) return this.#digestLater();
    this.#comparesNext = true;
    await this.sync();
  }
}

export const failureOf = (error: unknown): Failure =>
  error instanceof ReplicaError && error.code === "storage-full" ? { why: "storage-full" } : { why: "unreachable" };
