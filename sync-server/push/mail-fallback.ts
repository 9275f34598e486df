import * as v from "valibot";
import { type NoticeLocale, noticeText } from "../../shared/channels/notice-words.ts";
import { abilitiesOf } from "../../shared/channels/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { Log } from "../platform/log.ts";
import { runDuty, type Timers } from "../reactions/duty.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { mailedDoc } from "./push-docs.ts";

/**
 * Users who left an address and went away from their page are told of answers by mail: one mail for all that they have not
 * got, some minutes after the last of it, and none twice. What is told is kept before the mail leaves.
 */
export type MailFallback = {
  /** Looks at every head once, as after a start. */
  readonly begin: (heads: Iterable<DeviceHead>) => void;
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A mail to be sent by a mailbox of the team, or by any. */
export type FallbackMail = {
  readonly key: string;
  readonly team: TeamId | null;
  readonly thread: ThreadId;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly locale: NoticeLocale;
};

type Parts = {
  /** `desk-server`. */
  readonly database: StoreDatabase;
  readonly arbiter: Pick<Arbiter, "onCommit">;
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  readonly read: (thread: ThreadId) => Promise<{ readonly items: readonly StampedItem[] } | undefined>;
  readonly nameOf: (author: AuthorId) => string | undefined;
  readonly deskName: () => string;
  /** Where his chat is; nothing where its link leads nowhere any more. */
  readonly chatOf: (link: ThreadId | undefined) => string | undefined;
  /** `none`: there is no mailbox. `later`: it surely did not leave. */
  readonly mail: (mail: FallbackMail) => Promise<"sent" | "later" | "none" | "over">;
  readonly clock: () => Ms;
  readonly timers: Timers;
  readonly log: Log;
};

const MINUTE = 60_000;
/** So long a page has to fetch an answer. */
export const WAIT_MS = 10 * MINUTE;
/** Older ones are no news any more: a desk that was off for long writes to nobody. */
const TOO_OLD_MS = 24 * 60 * MINUTE;
const AGAIN_MS = 5 * MINUTE;

const WORDS = {
  ru: { subject: (desk: string) => `Вам ответили — ${desk}`, open: "Открыть чат и ответить:", file: "Файл" },
  en: { subject: (desk: string) => `You have an answer — ${desk}`, open: "Open the chat and answer:", file: "File" },
} as const;

/** Pure: the address that a user has left, where he is to be told of a dialog by mail at all. */
export function addressToTell(dialog: DeviceHead, person: DeviceHead | undefined): string | undefined {
  if (dialog.kind !== "dialog" || abilitiesOf(dialog.channel).carried !== "page") return undefined;
  if (dialog.u <= dialog.cursors.userDelivered.upTo) return undefined;
  const email = person?.fields["email"]?.value;
  return typeof email === "string" && /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/.test(email) ? email : undefined;
}

/** Pure: what was said to him behind `u`, in order; an import and his own words are no news. */
export function toTell(
  items: readonly StampedItem[],
  given: { readonly user: AuthorId | null; readonly after: number },
): readonly StampedItem[] {
  return items
    .filter(({ kind, author, stamp }) => {
      const isSaid = kind === "reply" || kind === "resend" || kind === "notice";
      return isSaid && author !== given.user && stamp.imported !== true && (stamp.u ?? 0) > given.after;
    })
    .sort((a, b) => a.stamp.n - b.stamp.n);
}

export function runMailFallback(parts: Parts): MailFallback {
  const { database, clock } = parts;

  async function mailedUpTo(thread: ThreadId): Promise<v.InferOutput<typeof mailedDoc> | undefined> {
    const doc = await database.get(`push-mail:${thread}`);
    const read = doc === undefined ? undefined : v.safeParse(mailedDoc, doc);
    return read?.success === true ? read.output : undefined;
  }

  async function keep(thread: ThreadId, u: number, rev: string | undefined): Promise<string> {
    const row = await database.put({
      _id: `push-mail:${thread}`,
      ...(rev === undefined ? {} : { _rev: rev }),
      u,
      at: clock(),
    });
    if (!row.ok) throw new Error(`that a user is told could not be kept: ${row.error}`);
    return row.rev;
  }

  /** A reply that was held and sent as it was has its words in another item. */
  function textOf(
    items: readonly StampedItem[],
    { locale, all }: { readonly locale: NoticeLocale; readonly all: readonly StampedItem[] },
  ): string {
    const held = new Map(all.map((item) => [item.id, item]));
    return items
      .flatMap((item) => {
        if (item.kind === "notice") return noticeText(item, { locale })?.text ?? [];
        const reply = item.kind === "resend" ? held.get(item.of) : undefined;
        const text =
          ("text" in item ? item.text : undefined) ?? (reply?.kind === "reply" ? reply.text : undefined) ?? "";
        const files = "files" in item ? (item.files ?? []).map(({ name }) => `[${WORDS[locale].file}: ${name}]`) : [];
        const name = parts.nameOf(item.author);
        return [[name === undefined ? "" : `${name}:`, text, ...files].filter(Boolean).join("\n")];
      })
      .join("\n\n");
  }

  /** Tells now, or says when to look again. */
  async function act(thread: ThreadId): Promise<Ms | undefined> {
    const head = parts.head(thread);
    const person = head?.person === null || head === undefined ? undefined : parts.head(head.person);
    const to = head === undefined ? undefined : addressToTell(head, person);
    if (head === undefined || to === undefined) return undefined;
    const wait = head.lastAt + WAIT_MS - clock();
    if (wait > 0) return wait;
    const mailed = await mailedUpTo(thread);
    const after = Math.max(head.cursors.userDelivered.upTo, mailed?.u ?? 0);
    if (head.u <= after) return undefined;
    const all = (await parts.read(thread))?.items ?? [];
    const news = toTell(all, { user: head.user, after });
    const last = news.at(-1);
    if (last === undefined || clock() - last.stamp.at > TOO_OLD_MS) return undefined;
    const locale: NoticeLocale =
      (head.fields["locale"]?.value ?? person?.fields["locale"]?.value) === "en" ? "en" : "ru";
    const chat = parts.chatOf(head.link);
    const words = WORDS[locale];
    const text = [textOf(news, { locale, all }), chat === undefined ? "" : `${words.open}\n${chat}`]
      .filter(Boolean)
      .join("\n\n");
    const rev = await keep(thread, head.u, mailed?._rev);
    const outcome = await parts.mail({
      key: `told:${last._id}`,
      team: head.team,
      thread,
      to,
      subject: words.subject(parts.deskName()),
      text,
      locale,
    });
    if (outcome !== "later") return undefined;
    await keep(thread, mailed?.u ?? 0, rev);
    return AGAIN_MS;
  }

  const duty = runDuty({ name: "mail-fallback", act, timers: parts.timers, log: parts.log });
  const consider = (head: DeviceHead): void => {
    if (head.kind !== "dialog" || head.u <= head.cursors.userDelivered.upTo) return;
    if (abilitiesOf(head.channel).carried === "page" && clock() - head.lastAt < TOO_OLD_MS) duty.look(head._id);
  };
  const stop = parts.arbiter.onCommit(({ head }) => consider(head));
  return {
    begin: (heads) => {
      for (const head of heads) consider(head);
    },
    idle: duty.idle,
    close: async () => {
      stop();
      await duty.close();
    },
  };
}
