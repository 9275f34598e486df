import type { Item, ItemOf } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { SYSTEM, type ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { isUndone } from "../../shared/thread/restore.ts";
import type { Directory } from "./directory.ts";
import { noticeWords } from "./last-line.ts";
import { say, words } from "./words.ts";

/** What happened, in one sentence of the reader's language. */
export function eventWords(
  item: StampedItem | Item,
  head: DeviceHead,
  context: {
    readonly directory: Directory;
    readonly now: Ms;
    /** A ticket's status by its id, and a ticket by its thread, in words. */
    readonly statusOf?: (head: DeviceHead, status: string) => string;
    readonly ticketOf?: (ticket: ThreadId) => string;
  },
): string {
  const { directory, now } = context;
  const stamp = "stamp" in item ? item.stamp : undefined;
  const said = words().event;
  const name = item.author === head.user ? directory.nameOfDialog(head) : directory.nameOf(item.author);
  if (stamp?.verdict === "lost" && item.kind === "claim")
    return said.claimLost(name, directory.nameOf(stamp.owner ?? null));
  if (stamp?.verdict === "lost" && item.kind === "takeover") return said.takeoverLost(name);
  if (stamp?.verdict === "lost" || stamp?.verdict === "stale") {
    return said.notDone(actWords(item), words().reason[stamp.reason ?? "version"]);
  }
  if (stamp !== undefined && "stamp" in item && isUndone(item)) return said.undone(name, actWords(item));
  const statusWords = item.kind === "status" ? (context.statusOf?.(head, item.status) ?? item.status) : "";
  switch (item.kind) {
    case "open":
      if (head.kind === "ticket") return said.ticketOpened(item.author === SYSTEM ? said.system : name);
      return head.user === null ? said.opensDesk : said.opened(channelWords(head.channel));
    case "message":
      return said.moved;
    case "claim":
      return said.claim(name);
    case "takeover":
      return said.takeover(name, directory.nameOf(item.from ?? null));
    case "assign":
      return said.assign(name, directory.nameOf(item.to));
    case "handover":
      return said.handover(name, directory.nameOf(item.to));
    case "transfer":
      return said.transfer(name, directory.teamName(item.team));
    case "release":
      return said.release(name);
    case "close":
      return said.close(name);
    case "snooze":
      return said.snooze(name, say.since(item.until, now));
    case "reopen":
      return item.author === head.user ? said.userReopened : said.reopen(name);
    case "wake":
      return said.wake;
    case "route":
      return said.route(directory.teamName(item.team));
    case "auto-close":
      return said.autoClose;
    case "tag":
      return said.tag(name, list(item.add), list(item.remove));
    case "priority":
      return said.priority(name, words().priority[item.value]);
    case "link":
      if (item.relation === "ticket") return said.ticketOf(name, context.ticketOf?.(item.to) ?? "").trim();
      return said.link(item.author === SYSTEM ? said.system : name);
    case "set-field":
      return said.setField(name, Object.keys(item.set).map(fieldWords).join(", "));
    case "status":
      return stamp?.verdict === "held" ? said.visitResult(name, statusWords) : said.status(name, statusWords);
    case "due":
      return said.due(name);
    case "change":
      return said.change(name);
    case "told":
      return said.told;
    case "watch":
      return said.watch(name);
    case "discard":
      return said.discard(name);
    case "resend":
      return said.resend(name);
    case "rating":
      return item.comment ? said.ratingComment(item.score, item.comment) : said.rating(item.score);
    case "accept":
      if (item.answer !== "reopen") return said.accept;
      return item.text ? said.reopenText(item.text) : said.reopenAnswer;
    case "call":
      return callWords(item, directory);
    case "notice":
      return said.notice(noticeWords(item.code, item.params));
    case "note":
    case "reply":
    case "edit":
    case "erase":
    case "delivery":
    case "redeliver":
    case "merge":
    case "unmerge":
    case "ack":
      return "";
  }
}

/** Who called whom, who spoke and how long. */
function callWords(item: ItemOf<"call">, directory: Directory): string {
  const said = words().call;
  const number = item.direction === "in" ? item.from : item.to;
  const how =
    item.outcome === "answered"
      ? said[item.direction]
      : item.direction === "in" && item.outcome === "missed"
        ? said.missedIn
        : `${said[item.direction]}: ${said.ends[item.outcome]}`;
  const parts = [`${how}, ${number === "" ? said.hidden : number}`];
  if (item.agent !== undefined) parts.push(directory.nameOf(item.agent));
  if (item.seconds !== undefined && item.seconds > 0) parts.push(say.span(item.seconds * 1000));
  return parts.join(" · ");
}

/** A command by its verb: "take", "close". */
export function actWords(item: Item): string {
  const known: Readonly<Record<string, string>> = words().act;
  return known[item.kind] ?? words().act.other;
}

/** A field's name in words; one that people have made stands as it is. */
export const fieldWords = (name: string): string => words().context.fieldWords[name] ?? name;

/** A channel in words. */
export function channelWords(channel: string | null): string {
  const known: Readonly<Record<string, string>> = words().channel;
  return known[channel ?? "unknown"] ?? channel ?? "";
}

const list = (tags: readonly string[] | undefined): string => (tags ?? []).map((tag) => `«${tag}»`).join(", ");
