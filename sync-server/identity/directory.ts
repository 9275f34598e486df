import type { Json } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, TeamId, ThreadId, ThreadKind } from "../../shared/kernel/ids.ts";
import { parseWidgetSettings, type WidgetSettings } from "../../shared/protocol/widget.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/** A public chat link as its thread's fields say it. */
export type ChatLink = {
  readonly thread: ThreadId;
  readonly token: string;
  readonly team: TeamId | null;
  readonly title: string;
  readonly greeting?: string;
  readonly expiresAt?: Ms;
  readonly revoked: boolean;
  readonly asset?: ThreadId;
  readonly room?: string;
  /** A site shows it in a frame. */
  readonly widget?: WidgetSettings;
};

/** A link at a moment. */
export type LinkStatus = "open" | "expired" | "revoked" | "unknown";

/**
 * Teams, agents, links, assets, channels and settings in memory, by what their heads say: names for screens, links by token. Fed
 * with heads, oldest or newest first: the newer view stays (CL16).
 */
export type Directory = {
  readonly apply: (head: DeviceHead) => void;
  readonly linkOf: (token: string) => ChatLink | undefined;
  readonly links: () => readonly ChatLink[];
  readonly teamName: (team: TeamId) => string | undefined;
  readonly teams: () => readonly TeamId[];
  /** The name that users see; nothing for the desk itself and for users. */
  readonly nameOf: (author: AuthorId) => string | undefined;
  readonly field: (thread: ThreadId, name: string) => Json | undefined;
};

const KEPT: ReadonlySet<ThreadKind> = new Set(["team", "agent", "link", "asset", "settings", "channel"]);

export function makeDirectory(): Directory {
  const heads = new Map<ThreadId, DeviceHead>();
  const links = new Map<string, ThreadId>();

  const field = (thread: ThreadId, name: string): Json | undefined => heads.get(thread)?.fields[name]?.value;
  const words = (thread: ThreadId, ...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = field(thread, name);
      if (typeof value === "string" && value !== "") return value;
    }
    return undefined;
  };

  function readLink(thread: ThreadId): ChatLink | undefined {
    const token = words(thread, "token");
    if (token === undefined) return undefined;
    const expiresAt = field(thread, "expiresAt");
    const greeting = words(thread, "greeting");
    const asset = words(thread, "asset");
    const room = words(thread, "room");
    const widget = parseWidgetSettings(field(thread, "widget"));
    return {
      thread,
      token,
      team: heads.get(thread)?.team ?? null,
      title: words(thread, "title") ?? "",
      revoked: field(thread, "revoked") === true,
      ...(greeting === undefined ? {} : { greeting }),
      ...(typeof expiresAt === "number" ? { expiresAt } : {}),
      ...(asset === undefined || !heads.has(asset as ThreadId) ? {} : { asset: asset as ThreadId }), // known, so an id
      ...(room === undefined ? {} : { room }),
      ...(widget === undefined ? {} : { widget }),
    };
  }

  return {
    apply: (head) => {
      if (!KEPT.has(head.kind)) return;
      const known = heads.get(head._id);
      if (known !== undefined && (known.inc - head.inc || known.v - head.v) >= 0) return;
      heads.set(head._id, head);
      if (head.kind !== "link") return;
      const token = head.fields["token"]?.value;
      const holder = typeof token === "string" ? links.get(token) : undefined;
      // A token belongs to the link that had it first: a copy of it leads nowhere.
      if (typeof token === "string" && (holder === undefined || holder === head._id)) links.set(token, head._id);
    },
    linkOf: (token) => {
      const thread = links.get(token);
      const link = thread === undefined ? undefined : readLink(thread);
      return link?.token === token ? link : undefined;
    },
    links: () => [...links.values()].flatMap((thread) => readLink(thread) ?? []),
    teamName: (team) => words(team, "title.ru", "title.en", "name"),
    teams: () => [...heads.values()].filter((head) => head.kind === "team").map((head) => head._id),
    nameOf: (author) => words(author as string as ThreadId, "name"), // an agent's author id is his thread's id
    field,
  };
}

/** Whether a link may be written by now. */
export function linkStatus(link: ChatLink | undefined, now: Ms): LinkStatus {
  if (link === undefined || link.team === null) return "unknown";
  if (link.revoked) return "revoked";
  return link.expiresAt !== undefined && link.expiresAt <= now ? "expired" : "open";
}
