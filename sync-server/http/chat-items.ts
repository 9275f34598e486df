import type { RefusalCode } from "../../shared/items/stamp.ts";
import {
  type AuthorId,
  type DeviceId,
  deviceOf,
  isItemId,
  isThreadId,
  kindOf,
  personOfUser,
  type ThreadId,
} from "../../shared/kernel/ids.ts";
import { isRefusedFileName } from "../../shared/protocol/files.ts";
import type { ChatLink, LinkStatus } from "../identity/directory.ts";

/** What a chat's item is let through with: the rest is checked at the gateway's door, as for everybody. */
export type ChatItemCheck =
  | {
      readonly ok: true;
      readonly id: string;
      readonly raw: unknown;
      readonly device: DeviceId;
      readonly isOpening: boolean;
    }
  | { readonly ok: false; readonly id: string; readonly code: RefusalCode };

type Context = {
  readonly user: AuthorId;
  /** A person in whose name he may begin a dialog beside the one that stands for him. */
  readonly person?: ThreadId;
  readonly link: ChatLink | undefined;
  readonly status: LinkStatus;
  readonly isOwn: (thread: ThreadId) => boolean;
  /** Whether a ticket belongs to a dialog. */
  readonly isLinked: (dialog: ThreadId, ticket: ThreadId) => boolean;
};

const KINDS: ReadonlySet<unknown> = new Set(["open", "message", "edit", "erase", "reopen", "rating", "accept"]);
/** What a user may say when he opens a dialog; everything else is the link's or the desk's. */
const OPEN_FIELDS: ReadonlySet<string> = new Set(["subject", "asset", "room", "locale", "request"]);
const OPEN_KEYS = ["team", "person", "user", "channel", "link", "set"] as const;

type Raw = Readonly<Record<string, unknown>>;

/**
 * The rules of the user's side: kinds that users have, the user's own name, and for a new dialog an open link, whose
 * team, asset and room it must bear. A dialog of his goes on whatever became of the link.
 */
export function checkChatItem(raw: unknown, context: Context): ChatItemCheck {
  const item: Raw = typeof raw === "object" && raw !== null ? (raw as Raw) : {}; // an object has string keys
  const id = typeof item["_id"] === "string" ? item["_id"].slice(0, 120) : "";
  const code = faultOf(item, context);
  if (code !== undefined) return { ok: false, id, code };
  if (!isItemId(item["id"])) return { ok: false, id, code: "malformed" };
  return { ok: true, id, raw, device: deviceOf(item["id"]), isOpening: item["kind"] === "open" };
}

function faultOf(item: Raw, context: Context): RefusalCode | undefined {
  const { user, link, status, isOwn } = context;
  const { kind, thread, author } = item;
  if (!isThreadId(thread) || typeof kind !== "string") return "malformed";
  if (!KINDS.has(kind)) return "forbidden";
  if (author !== user) return "foreign-author";
  if ("stamp" in item) return "bad-revision";
  // Only channels and programs say by what else a message is known: words of a page would count as theirs.
  if ("extra" in item) return "forbidden";
  if (hasRefusedFile(item["files"])) return "file-kind";
  if (isOwn(thread)) return kind === "accept" ? faultOfAnswer(item, thread, context) : undefined;
  // What follows a refused opening is told the same reason.
  if (status !== "open" || link === undefined) return `link-${status === "open" ? "unknown" : status}`;
  if (kind !== "open") return undefined;
  if (kindOf(thread) !== "dialog") return "forbidden";
  return isOpenOfLink(item, { link, user, person: context.person }) ? undefined : "forbidden";
}

/** [S22] An answer says to what, about which ticket of this dialog, and what. Whether it comes in time is seen later. */
function faultOfAnswer(item: Raw, dialog: ThreadId, { isLinked }: Context): RefusalCode | undefined {
  const { of, via, answer } = item;
  if (of === undefined || answer === undefined || !isThreadId(via)) return "malformed";
  return isLinked(dialog, via) ? undefined : "forbidden";
}

type Opener = { readonly link: ChatLink; readonly user: AuthorId; readonly person: ThreadId | undefined };

function isOpenOfLink(item: Raw, { link, user, person }: Opener): boolean {
  // The page says where it stood: in a site's frame, or by itself. Both are this link's.
  const isFramed = link.widget !== undefined && item["channel"] === "widget";
  const channel = isFramed ? "widget" : "link";
  const expected: Raw = { team: link.team, person: personOfUser(user), user, channel, link: link.thread };
  for (const key of OPEN_KEYS) {
    const given = item[key];
    if (key === "set" || (key === "person" && (given === undefined || given === person))) continue;
    if (given !== expected[key]) return false;
  }
  const set = item["set"];
  if (set === undefined) return true;
  if (typeof set !== "object" || set === null) return false;
  return Object.entries(set).every(([name, value]) => {
    if (!OPEN_FIELDS.has(name)) return false;
    if (name === "asset") return value === link.asset;
    if (name === "request") return value === true;
    return value === null || typeof value === "string";
  });
}

function hasRefusedFile(files: unknown): boolean {
  if (!Array.isArray(files)) return false;
  return files.some((file: unknown) => {
    const name = typeof file === "object" && file !== null && "name" in file ? file.name : undefined;
    return typeof name === "string" && isRefusedFileName(name);
  });
}
