import type { Item } from "../../shared/items/registry.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import { YIELD_POINTS, type YieldPoint } from "../../sync-server/arbiter/settings.ts";
import type { CommitStep } from "./invariants-at-commit.ts";

/** What 500 seeds must have reached at the least; fewer seeds in proportion. */
export const LEAST_OF_500: Readonly<Record<string, number>> = {
  "off-line chains claim-reply-close": 300,
  "off-line chains won whole": 60,
  "replies held": 1_000,
  "held replies sent after all": 100,
  "held replies dropped": 100,
  "closes refused by seen": 50,
  "takeovers won": 100,
  reopenings: 100,
  "restores with give-back": 100,
  "items taken back": 500,
  "arbiters moved": 100,
  "replies by a ticket sent": 100,
  "changes of a ticket admitted": 4_000,
  "statuses won": 400,
  "visits held": 100,
  "visits accepted": 20,
  "tickets transferred": 20,
  "claims lost": 300,
  "messages moved to the next thread": 20,
  "site returns": 100,
  kills: 1_000,
  "orders of arrival compared": 100,
};

/** What a run went through. A fuzz that reaches nothing proves nothing. */
export class Reached {
  readonly counts = new Map<string, number>();
  readonly crashes = new Map<YieldPoint, number>();
  readonly passes = new Map<YieldPoint, number>();
  /** Items of off-line chains that are not all decided. */
  readonly #chains = new Map<ItemId, { left: number; isWhole: boolean }>();
  #isGivingBack = false;

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  passed(point: YieldPoint): void {
    this.passes.set(point, (this.passes.get(point) ?? 0) + 1);
  }

  crashed(point: YieldPoint): void {
    this.crashes.set(point, (this.crashes.get(point) ?? 0) + 1);
  }

  /** Items that a device called saved, written in one go. */
  wrote(items: readonly Item[]): void {
    this.count("items written", items.length);
    const [claim, reply, close] = items;
    if (claim?.kind !== "claim" || reply?.kind !== "reply" || close?.kind !== "close" || claim.mode !== "offline")
      return;
    const chain = { left: 3, isWhole: true };
    for (const item of [claim, reply, close]) this.#chains.set(item.id, chain);
  }

  restored(): void {
    this.count("restores");
    this.#isGivingBack = true;
  }

  committed({ before, item, after }: CommitStep): void {
    const { verdict, reason, was } = item.stamp;
    this.count("items admitted");
    if (was !== undefined) {
      this.count("items taken back");
      if (this.#isGivingBack) this.count("restores with give-back");
      this.#isGivingBack = false;
      return;
    }
    this.#inChain(item.id, verdict === "won" || verdict === "sent");
    if (before?.state === "closed" && after.state === "open") this.count("reopenings");
    if (verdict === "moved") this.count("messages moved to the next thread");
    if (verdict === "held") this.count(`held: ${reason}`);
    if (item.kind === "reply" && verdict === "held") this.count("replies held");
    if (item.kind === "resend" && verdict === "sent") this.count("held replies sent after all");
    if (item.kind === "discard" && verdict === "won") this.count("held replies dropped");
    if (item.kind === "resend" && verdict === "stale") this.count("resends that stayed held");
    if (item.kind === "change") this.count("changes of a ticket admitted");
    if (item.kind === "status" && verdict === "held") this.count("visits held");
    if (item.kind === "status" && verdict === "won")
      this.count(item.of === undefined ? "statuses won" : "visits accepted");
    if (item.kind === "transfer" && verdict === "won" && after.kind === "ticket") this.count("tickets transferred");
    if (item.kind === "takeover") this.count(verdict === "won" ? "takeovers won" : "takeovers lost");
    if (item.kind === "claim" && verdict === "lost")
      this.count(reason === "away" ? "claims lost, owner away" : "claims lost");
    if (item.kind === "close" && reason === "unseen-message") this.count("closes refused by seen");
    if (item.kind === "reply" && item.via !== undefined) this.count(`replies by a ticket ${verdict}`);
    if (verdict === "stale" && reason === "offline") this.count("displacements from off line refused");
  }

  /** Adds another run's counts. */
  add(other: Reached): void {
    for (const [what, n] of other.counts) this.count(what, n);
    for (const [point, n] of other.crashes) this.crashes.set(point, (this.crashes.get(point) ?? 0) + n);
    for (const [point, n] of other.passes) this.passes.set(point, (this.passes.get(point) ?? 0) + n);
  }

  /** What falls short of the least that so many seeds must reach. */
  shortOf(seeds: number): readonly string[] {
    const short: string[] = [];
    for (const [what, least] of Object.entries(LEAST_OF_500)) {
      const need = Math.floor((least * seeds) / 500);
      const got = this.counts.get(what) ?? 0;
      if (got < need) short.push(`${what}: ${got} of at least ${need}`);
    }
    if (seeds < 100) return short;
    for (const point of YIELD_POINTS) if (!this.crashes.has(point)) short.push(`no crash at ${point}`);
    return short;
  }

  #inChain(id: ItemId, isGood: boolean): void {
    const chain = this.#chains.get(id);
    if (chain === undefined) return;
    this.#chains.delete(id);
    chain.left -= 1;
    chain.isWhole &&= isGood;
    if (chain.left > 0) return;
    this.count("off-line chains claim-reply-close");
    if (chain.isWhole) this.count("off-line chains won whole");
  }
}
