import * as v from "valibot";
import webPush from "web-push";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ItemId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import type { PushMessage } from "../../shared/protocol/push.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { Arbiter, Commit } from "../arbiter/port.ts";
import type { Log } from "../platform/log.ts";
import type { Post, PostAnswer } from "../platform/signed-post.ts";
import { pause } from "../reactions/pause.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { agentWords, callsOf, type PushCall, userWords } from "./decide-push.ts";
import { keysDoc, type SubscriptionDoc } from "./push-docs.ts";
import { type PushKeys, type PushOutcome, sendPush } from "./send-push.ts";
import { openSubscriptions, type Subscriptions } from "./subscriptions.ts";

/** Calls people where they have no page open (S46). A call is a hint: what it tells of is in the thread. */
export type Push = {
  readonly key: string;
  readonly subscriptions: Subscriptions;
  /** Resolves when nothing waits to be sent. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

type Parts = {
  /** `desk-server`. */
  readonly database: StoreDatabase;
  readonly arbiter: Pick<Arbiter, "onCommit" | "head">;
  /** Teams of a signed-in agent; nothing when that session has ended. */
  readonly agentOf: (author: AuthorId) => { readonly teams: readonly TeamId[] } | undefined;
  readonly isSessionOpen: (author: AuthorId, session: string) => Promise<boolean>;
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
  /** What a thread's list row is called: its person, or the ticket's number and title; nothing where nobody knows. */
  readonly nameOfThread: (head: Head) => string;
  readonly nameOf: (author: AuthorId) => string | undefined;
  readonly teamName: (team: TeamId) => string | undefined;
  readonly deskName: () => string;
  readonly deskUrl: () => string;
  readonly post: (post: Post) => Promise<PostAnswer>;
  readonly privateNetwork: boolean;
  readonly clock: () => Ms;
  readonly log: Log;
  /** How long somebody who has the page open gets to see it there. */
  readonly patienceMs?: Ms;
};

/** Longer than it takes until what was read on a page is written down. */
const PATIENCE_MS = 3_000;
/** Calls that wait at a time; more of them are nobody's to read. */
const MOST_WAITING = 2_000;
const TRIES = 4;
const AGAIN_MS = 5_000;

/** The keys of this desk, for ever: made once, and the winner of two programs' first start counts. */
async function openKeys(database: StoreDatabase): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  for (;;) {
    const known = v.safeParse(keysDoc, await database.get("push-keys"));
    if (known.success) return known.output;
    const row = await database.put({ _id: "push-keys", ...webPush.generateVAPIDKeys() });
    if (!row.ok && row.error !== "conflict") throw new Error(`the keys for push could not be kept: ${row.error}`);
  }
}

/** Opens it and listens to commits from now on. */
export async function openPush(parts: Parts): Promise<Push> {
  const { arbiter, log } = parts;
  const made = await openKeys(parts.database);
  const subscriptions = await openSubscriptions(parts.database);
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();

  const keys = (): PushKeys => {
    const url = parts.deskUrl();
    return { ...made, subject: url.startsWith("https:") ? url : "mailto:desk@localhost.invalid" };
  };

  async function messageFor(call: PushCall, to: SubscriptionDoc, head: Head): Promise<PushMessage | undefined> {
    if (call.to === "agent") {
      const team = head.team === null ? "" : (parts.teamName(head.team) ?? "");
      const words = agentWords(call.call, { head, name: parts.nameOfThread(head), team, locale: to.locale });
      const place = head.kind === "ticket" ? "tickets" : "inbox";
      return { v: 1, ...words, tag: head._id, path: `/#/${place}/${head._id}` };
    }
    const { item } = call;
    const held = item.kind === "resend" ? await parts.item(item.thread, item.of) : undefined;
    const name = parts.nameOf(item.author) ?? "";
    const words = userWords(item, { desk: parts.deskName(), name, held, locale: to.locale });
    if (words === undefined) return undefined;
    return { v: 1, ...words, tag: head._id, path: `/c/${encodeURIComponent(to.link ?? "")}` };
  }

  /** Whether he has seen it on a page meanwhile, or it is nobody's any more. */
  function isSeen(call: PushCall, head: Head): boolean {
    if (call.to === "user") return head.cursors.userRead.upTo >= call.u;
    const isHis = head.owner === call.who || head.owner === null;
    return !isHis || head.state === "closed" || head.cursors.teamRead.upTo >= call.n;
  }

  async function deliver(to: SubscriptionDoc, message: PushMessage): Promise<void> {
    let outcome: PushOutcome = "later";
    for (let tries = 1; tries <= TRIES && outcome === "later" && !closing.signal.aborted; tries += 1) {
      if (tries > 1) await pause(AGAIN_MS * 4 ** (tries - 2), closing.signal);
      outcome = await sendPush({ ...parts, keys: keys() }, to, message);
    }
    if (outcome === "gone") await subscriptions.end(to.endpoint);
    else if (outcome !== "sent") log.info({ outcome }, "a call by push did not leave");
  }

  async function make(call: PushCall, thread: ThreadId): Promise<void> {
    await pause(parts.patienceMs ?? PATIENCE_MS, closing.signal);
    const head = closing.signal.aborted ? undefined : await arbiter.head(thread);
    if (head === undefined || isSeen(call, head)) return;
    for (const to of subscriptions.of(call.who)) {
      const isOpen = to.session === undefined || (await parts.isSessionOpen(call.who, to.session));
      if (!isOpen) {
        await subscriptions.end(to.endpoint);
        continue;
      }
      const message = await messageFor(call, to, head);
      if (message !== undefined) await deliver(to, message);
    }
  }

  function follow({ head, before, items }: Commit): void {
    const agents = subscriptions.agents().flatMap((me) => {
      const agent = parts.agentOf(me);
      return agent === undefined ? [] : [{ me, teams: agent.teams }];
    });
    for (const call of callsOf({ head, ...(before === undefined ? {} : { before }), items, agents })) {
      if (underWay.size >= MOST_WAITING || subscriptions.of(call.who).length === 0) continue;
      const work = make(call, head._id).catch((error: unknown) => log.warn({ err: error }, "a call by push failed"));
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    }
  }
  const stop = arbiter.onCommit(follow);

  return {
    key: made.publicKey,
    subscriptions,
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close: async () => {
      stop();
      closing.abort();
      await Promise.all(underWay);
    },
  };
}
