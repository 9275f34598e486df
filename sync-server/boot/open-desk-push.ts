import type { Ms } from "../../shared/kernel/clock.ts";
import type { Head } from "../../shared/thread/head.ts";
import { sessionId } from "../identity/sessions.ts";
import type { Log } from "../platform/log.ts";
import { postSafely } from "../platform/signed-post.ts";
import { openPush, type Push } from "../push/open-push.ts";
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
