import type { Hono } from "hono";
import type { ItemAnswer, RefusalCode, StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type Random, randomDigits, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { PushAnswer } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead, Head } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { Identity, Who } from "../identity/port.ts";
import type { Log } from "../platform/log.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { Allowances } from "./allowance.ts";
import { apiRoutes } from "./api-routes.ts";
import { Checkpoints } from "./checkpoints.ts";
import { dbRoutes } from "./db-routes.ts";
import { DocTexts } from "./doc-texts.ts";
import { type Connection, Fan } from "./fan.ts";
import { Feed } from "./feed.ts";
import { HeadIndex } from "./head-index.ts";
import type { NamedFiles } from "./named-files.ts";
import { answerNotNow, type DoorParts, receive } from "./receive.ts";
import { Rights } from "./rights.ts";
import { Ring } from "./ring.ts";
import { Signatures } from "./signature.ts";
import { sees, viewerOf } from "./viewer.ts";
import { Walker } from "./walk.ts";

/** What the gateway stands on. */
export type GatewayDeps = {
  /** Threads: heads and items. */
  readonly database: StoreDatabase;
  /** Where replicators' checkpoints are kept: `desk-server`. */
  readonly serverDatabase: StoreDatabase;
  readonly arbiter: Arbiter;
  readonly identity: Pick<Identity, "authenticate" | "deviceKey" | "actorOf" | "onRightsChanged">;
  readonly clock: () => Ms;
  readonly random: Random;
  readonly log: Log;
  /** Whether one of the server's keys made this signature over this text; without it no history is taken back. */
  readonly verifyStamp?: (text: string, signature: string) => boolean;
  /** Takes stamped items back that a restore lost (CL27). */
  readonly giveBack?: (items: readonly StampedItem[]) => Promise<readonly ItemAnswer[]>;
  /** Keeps which files an item names, before it is decided (`NamedFiles`). */
  readonly named?: NamedFiles["named"];
  /** Told of each refused item. */
  readonly onRefused?: (code: RefusalCode) => void;
  /** When frames of what was committed are made: once, at the end of the turn; each act once however often it is asked for. */
  readonly afterCommits?: (act: () => void) => void;
  /** How many changes are kept for devices that come back; for tests. */
  readonly ringSize?: number;
};

/** The only door to the threads. */
export type Gateway = {
  /** Mounted at `/db`: one virtual database in CouchDB's replication protocol. */
  readonly db: Hono;
  /** Mounted at `/api`: push, pull, digest, thread, threads, bootstrap (shared/protocol/sync.ts). */
  readonly api: Hono;
  /** The door: an answer an item, in order. `items` are as the wire brought them. */
  receive(items: readonly unknown[], who: Who): Promise<readonly ItemAnswer[]>;
  /** The same, with the heads of the threads that the items name, as the person may see them. */
  push(items: readonly unknown[], who: Who): Promise<PushAnswer>;
  /** Heads of all that this person may see; by id. */
  visibleHeads(actor: Actor): readonly DeviceHead[];
  /** A head, when this person may see it; anything else is absent. */
  visibleHead(actor: Actor, thread: ThreadId): DeviceHead | undefined;
  /** A head, for the server's own use. */
  head(thread: ThreadId): DeviceHead | undefined;
  /** All heads, for the server's own use; in no order. */
  heads(): Iterable<DeviceHead>;
  /** Feeds a desk socket: JSON texts of `docs` and `poke` frames, none before the next turn of the event loop. */
  connect(who: Who, fromRing: string | null, send: (frame: string) => void): Connection;
  /** For `/metrics`. */
  numbers(): { readonly heads: number; readonly ring: number; readonly connections: number };
  /** Takes a head in that the start's scan met. Nobody is let in before it has told all; commits are heard meanwhile. */
  takeHead(head: Head): void;
  close(): Promise<void>;
};

export type { Connection };

const ringSize = 50_000;

/** Makes the door. It knows the heads that it is given (`takeHead`) and those of commits from now on: make it before the start. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { database, arbiter, identity, clock, log } = deps;
  const run = randomDigits(deps.random, 8);
  const index = new HeadIndex();
  const texts = new DocTexts(database, index);
  const ring = new Ring(deps.ringSize ?? ringSize);
  const walker = new Walker({ index, database, texts });
  const feed = new Feed({ index, walker, ring });
  const rights = new Rights(ring);
  const afterCommits = deps.afterCommits ?? onceATurn();
  const fan = new Fan({ run, ring, feed, index, texts, afterCommits });
  const checkpoints = new Checkpoints(deps.serverDatabase, log);

  const stopCommits = arbiter.onCommit(({ head, items }) => {
    const change = index.put(head);
    if (change === undefined) return;
    const { before, row } = change;
    const docs = items.map((item) => ({ id: item._id, rev: texts.ofCommitted(item).rev }));
    if (before !== undefined && sameScopeList(before.scopes, row.scopes)) {
      ring.addCommit({ thread: row.id, items: docs });
      return;
    }
    // A thread that is new here but has earlier items comes into sight like one that was there and nobody saw.
    const earlier = before?.scopes ?? (row.head.n > items.length ? [] : null);
    ring.addCommit({ thread: row.id, items: docs, change: { before: earlier, after: row.scopes } });
  });
  const stopRights = identity.onRightsChanged((author) => rights.change(author, identity.actorOf(author)));

  const door: DoorParts = {
    index,
    texts,
    arbiter,
    signatures: new Signatures(identity),
    allowances: new Allowances(clock),
    verifyStamp: deps.verifyStamp ?? (() => false),
    giveBack: deps.giveBack ?? (async (items) => items.map(notTaken)),
    named: deps.named ?? (async () => {}),
    setAside: deps.onRefused ?? (() => {}),
  };
  const visibleHead = (actor: Actor, thread: ThreadId): DeviceHead | undefined => {
    const row = index.row(thread);
    const isSeen = row !== undefined && (actor.kind === "system" || sees(viewerOf(actor).scopes, row.scopes));
    return isSeen ? row.head : undefined;
  };
  // A socket stays open while rights change: what he may do is asked anew each time.
  const actorNow = ({ actor }: Who): Actor | undefined => (actor.kind === "agent" ? identity.actorOf(actor.id) : actor);
  const receiveNow = async (items: readonly unknown[], who: Who): Promise<readonly ItemAnswer[]> => {
    const actor = actorNow(who);
    return actor === undefined ? items.map(answerNotNow) : receive(door, items, { ...who, actor });
  };
  const push = async (items: readonly unknown[], who: Who): Promise<PushAnswer> => {
    const answers = await receiveNow(items, who);
    const actor = actorNow(who);
    const heads = new Map<ThreadId, DeviceHead>();
    for (const { id } of answers) {
      const thread = id.slice(0, Math.max(0, id.indexOf(":"))) as ThreadId; // looked up only
      const head = actor === undefined || heads.has(thread) ? undefined : visibleHead(actor, thread);
      if (head !== undefined) heads.set(thread, head);
    }
    return { answers, heads: [...heads.values()], now: clock() };
  };
  const parts = { run, index, texts, ring, feed, walker, rights, checkpoints, identity, arbiter, clock, log, push };

  return {
    db: dbRoutes(parts),
    api: apiRoutes(parts),
    receive: receiveNow,
    push,
    visibleHeads: (actor) => index.visible(viewerOf(actor).scopes).flatMap((thread) => index.row(thread)?.head ?? []),
    visibleHead,
    head: (thread) => index.row(thread)?.head,
    *heads() {
      for (const { head } of index.rows()) yield head;
    },
    connect(who, fromRing, send) {
      const { author } = rights.note(who.actor.id, actorNow(who));
      return fan.connect(() => rights.now(author), fromRing, send);
    },
    takeHead: (head) => void index.put(head),
    numbers: () => ({ heads: index.size, ring: ring.end, connections: fan.size }),
    async close() {
      stopCommits();
      stopRights();
      fan.close();
      await checkpoints.close();
    },
  };
}

function onceATurn(): (act: () => void) => void {
  const asked = new Set<() => void>();
  return (act) => {
    if (asked.has(act)) return;
    asked.add(act);
    setImmediate(() => {
      asked.delete(act);
      act();
    });
  };
}

const notTaken = ({ _id }: StampedItem): ItemAnswer =>
  ({ id: _id, answer: "refused", code: "bad-revision" }) as ItemAnswer; // the id is the item's own

const sameScopeList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((scope, at) => scope === b[at]);
