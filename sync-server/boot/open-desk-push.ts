import type { Ms } from "../../shared/kernel/clock.ts";
import type { Head } from "../../shared/thread/head.ts";
import { linkStatus } from "../identity/directory.ts";
import { sessionId } from "../identity/sessions.ts";
import type { Log } from "../platform/log.ts";
import { postSafely } from "../platform/signed-post.ts";
import { type MailFallback, runMailFallback } from "../push/mail-fallback.ts";
import { openPush, type Push } from "../push/open-push.ts";
import { wallTimers } from "../reactions/duty.ts";
import type { Channels } from "./open-channels.ts";
import type { Core } from "./open-core.ts";

/** For tests: push services on this machine, and no patience. */
export type PushSettings = { readonly privateNetwork?: boolean; readonly patienceMs?: Ms };

type Parts = {
  readonly core: Core;
  readonly deskName: () => string;
  readonly url: () => string;
  readonly clock: () => Ms;
  readonly log: Log;
  readonly settings: PushSettings;
};

/** Calls by push, with what they are to say taken from the desk's directory. */
export function openDeskPush({ core, deskName, url, clock, log, settings }: Parts): Promise<Push> {
  const { identity, gateway, directory, arbiter, reader } = core;
  const textOf = (head: Pick<Head, "fields"> | undefined, name: string): string => {
    const value = head?.fields[name]?.value;
    return typeof value === "string" ? value : "";
  };
  return openPush({
    database: core.databases.server,
    arbiter,
    agentOf: (author) => {
      const actor = identity.actorOf(author);
      return actor?.kind === "agent" ? { teams: actor.teams } : undefined;
    },
    isSessionOpen: async (author, session) =>
      (await identity.sessions.ofAuthor(author, clock())).some((one) => sessionId(one) === session),
    item: reader.item,
    nameOfThread: (head) => {
      if (head.kind === "ticket") return `№ ${head.number ?? ""} ${textOf(head, "title")}`.trim();
      const person = head.person === null ? "" : textOf(gateway.head(head.person), "name");
      return person || textOf(head, "subject");
    },
    nameOf: directory.nameOf,
    teamName: directory.teamName,
    deskName,
    deskUrl: url,
    post: postSafely,
    privateNetwork: settings.privateNetwork ?? false,
    clock,
    log,
    ...(settings.patienceMs === undefined ? {} : { patienceMs: settings.patienceMs }),
  });
}

/** Mails to users who left an address, by the desk's own mailboxes. */
export function openMailFallback({
  core,
  channels,
  deskName,
  url,
  clock,
  log,
}: Omit<Parts, "settings"> & { readonly channels: Channels }): MailFallback {
  const { gateway, directory, arbiter, reader } = core;
  const fallback = runMailFallback({
    database: core.databases.server,
    arbiter,
    head: (thread) => gateway.head(thread),
    read: reader.read,
    nameOf: directory.nameOf,
    deskName,
    chatOf: (link) => {
      const found = directory.links().find((one) => one.thread === link);
      return linkStatus(found, clock()) === "open" && found !== undefined ? `${url()}/c/${found.token}` : undefined;
    },
    mail: async ({ key, team, thread, to, subject, text, locale }) => {
      const outgoing = { key, text, files: [], choices: [], refs: [], thread, locale, automatic: true, subject };
      const outcome = await channels.lines.speak({ kind: "email", team, to, outgoing });
      if (outcome === undefined) return "none";
      return outcome.t === "sent" ? "sent" : outcome.t === "later" ? "later" : "over";
    },
    clock,
    timers: wallTimers,
    log,
  });
  fallback.begin(gateway.heads());
  return fallback;
}
