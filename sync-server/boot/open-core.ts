import { hash } from "node:crypto";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { adoptSha256 } from "../../shared/kernel/hash.ts";
import { kindOf, type Random } from "../../shared/kernel/ids.ts";
import type { AuditAct } from "../../shared/protocol/audit.ts";
import { createArbiter } from "../arbiter/create-arbiter.ts";
import type { DeskArbiter } from "../arbiter/port.ts";
import { makeTicketContents } from "../arbiter/ticket-contents.ts";
import { createGateway, type Gateway } from "../gateway/index.ts";
import { makeNamedFiles, type NamedFiles } from "../gateway/named-files.ts";
import { type AuditBook, openAuditBook } from "../identity/audit-book.ts";
import { type Directory, makeDirectory } from "../identity/directory.ts";
import { type OpenIdentity, openIdentity } from "../identity/open-identity.ts";
import { isStampSignature } from "../identity/stamp-key.ts";
import { makeTurn, type Turn } from "../live/turn.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Blobs } from "../stores/blobs.ts";
import { type DeskDatabases, setUpDatabases } from "../stores/setup.ts";
import type { Store } from "../stores/store.ts";
import { FIRST_TEAM, makeFirstDesk } from "./first-desk.ts";
import { type Incarnation, openIncarnation } from "./incarnation.ts";
import { makeThreadReader, type ThreadReader } from "./thread-reader.ts";

/** What decides, keeps and lets in: everything below the doors. */
export type Core = {
  readonly databases: DeskDatabases;
  readonly identity: OpenIdentity;
  readonly arbiter: DeskArbiter;
  readonly gateway: Gateway;
  readonly directory: Directory;
  readonly reader: ThreadReader;
  readonly namedFiles: NamedFiles;
  /** A head, when this person may see it: agents what the gateway shows them, users their own dialog. */
  readonly visibleHead: Gateway["visibleHead"];
  readonly incarnation: Incarnation;
  readonly audit: AuditBook;
  /** What is done once at the end of this turn of the event loop: frames, and their one write a client. */
  readonly turn: Turn;
};

export type CoreParts = {
  readonly store: Store;
  readonly files: Blobs;
  readonly dataDir: string;
  readonly clock: () => Ms;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
};

/**
 * Writing an item costs the store about a millisecond of this thread, which is no part of an answer. Answers and frames
 * leave in the check phase after the commit or the one after that.
 */
const afterAnswers = (run: () => void): void => void setImmediate(() => setImmediate(run));

/** Three megabytes that a desk without tickets never needs. */
const startAutomerge = async (): Promise<void> => (await import("../platform/automerge.ts")).startAutomerge();

/** Opens the core in the one order that is right: keys, incarnation, then arbiter and door with one scan of the store. */
export async function openCore(parts: CoreParts): Promise<Core> {
  adoptSha256((text) => hash("sha256", text));
  const { store, clock, random, log, metrics } = parts;
  const databases = await setUpDatabases(store);
  const { desk: database, server: serverDatabase } = databases;
  const identity = await openIdentity({ database: serverDatabase, clock, random, firstTeams: [FIRST_TEAM] });
  const audit = openAuditBook({
    database: databases.audit,
    clock,
    onLost: (act, error) => log.error({ err: error, act }, "an act could not be written into the audit"),
  });
  const incarnation = await openIncarnation({ database: serverDatabase, folder: parts.dataDir, clock });
  const arbiter = createArbiter({
    database,
    clock,
    random,
    inc: incarnation.inc,
    wasClosed: incarnation.wasClosed,
    signStamp: identity.stampKey.sign,
    afterAnswers,
    contents: makeTicketContents(startAutomerge),
    onBroken: (error) => log.error({ err: error }, "the arbiter met a broken promise"),
  });
  if (incarnation.isRestored) {
    const count = await arbiter.restore();
    log.warn({ inc: incarnation.inc, ...count }, "the store is older than the one that ran here last: restored");
    audit.note({ act: "backup-restored", inc: incarnation.inc }, {});
  }
  await incarnation.settle();
  const turn = makeTurn();
  const gateway = createGateway({
    afterCommits: turn.afterChanges,
    database,
    serverDatabase,
    arbiter,
    identity,
    clock,
    random,
    log,
    verifyStamp: (text, signature) => isStampSignature(identity.stampKey.keys, text, signature),
    giveBack: (items) => arbiter.giveBack(items),
    named: (item, actor) => namedFiles.named(item, actor),
    onRefused: (code) => metrics.setAside.inc({ where: code }),
  });
  const reader = makeThreadReader(database, arbiter);
  const visibleHead: Gateway["visibleHead"] = (actor, thread) => {
    if (actor.kind !== "user") return gateway.visibleHead(actor, thread);
    const head = gateway.head(thread);
    return head?.user === actor.id && head.kind === "dialog" ? head : undefined;
  };
  const namedFiles = makeNamedFiles({ blobs: parts.files, visibleHead, item: reader.item });
  const directory = makeDirectory();
  arbiter.onCommit(({ head }) => directory.apply(head));
  arbiter.onCommit(() => {
    metrics.commits.inc();
    incarnation.noteCommit();
  });
  arbiter.onCommit(({ items }) => {
    for (const item of items) {
      const act = linkAct(item);
      if (act !== undefined) audit.note(act, { by: item.author });
    }
  });
  // One scan of the store: what a crash left is finished, and whoever keeps something of each head is told it.
  await arbiter.start((head) => {
    gateway.takeHead(head);
    directory.apply(head);
  });
  await makeFirstDesk({ arbiter, serverDatabase, random, clock });
  return {
    databases,
    identity,
    arbiter,
    gateway,
    directory,
    reader,
    namedFiles,
    visibleHead,
    incarnation,
    audit,
    turn,
  };
}

/** What of a link's items is an act on the desk: whoever has a link may write in. */
function linkAct({ thread, kind, ...item }: StampedItem): AuditAct | undefined {
  if (kindOf(thread) !== "link") return undefined;
  if (kind === "open") return { act: "link-made", link: thread };
  const set = "set" in item ? item.set : undefined;
  return kind === "set-field" && set?.["revoked"] === true ? { act: "link-revoked", link: thread } : undefined;
}
