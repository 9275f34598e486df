import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { scopesOfHead } from "../../shared/policy/scopes-of.ts";
import { type DeviceHead, deviceHead, type Head } from "../../shared/thread/head.ts";
import { headRev, headRevisions } from "../../shared/thread/head-revision.ts";

/** How many ancestors a head carries to a device of ours, which can compute the others (`headRevisions`). */
const OWN_DEPTH = 8;
/** CouchDB's and PouchDB's `revs_limit`: as much of its line as an unmodified client keeps. */
const FULL_DEPTH = 1000;

/** One head as the gateway keeps it: the device's form, its scopes, and what is committed but perhaps not stored yet. */
export class HeadRow {
  readonly id: ThreadId;
  readonly head: DeviceHead;
  readonly scopes: readonly string[];
  /** Committed items whose documents a range of the store may not show yet. */
  readonly pend: readonly StampedItem[];
  #body: string | undefined;

  constructor(head: Head) {
    this.id = head._id;
    this.head = bare(deviceHead(head));
    this.scopes = scopesOfHead(head);
    this.pend = head.pend ?? [];
  }

  get rev(): string {
    return headRev(this.head);
  }

  /** Number of documents: the head and its items. */
  get docs(): number {
    return this.head.n + 1;
  }

  /** The virtual document as JSON, for devices of ours. */
  ownText(): string {
    return this.#text(OWN_DEPTH);
  }

  /** The virtual document as JSON, with as long a line as an unmodified replicator wants. */
  fullText(): string {
    return this.#text(FULL_DEPTH);
  }

  #text(depth: number): string {
    this.#body ??= JSON.stringify(this.head).slice(0, -1);
    return `${this.#body},"_rev":"${this.rev}","_revisions":${JSON.stringify(headRevisions(this.head, depth))}}`;
  }
}

/** A stored head carries the store's own revision, which never leaves the server. */
function bare(head: DeviceHead): DeviceHead {
  if (!("_rev" in head) && !("_revisions" in head)) return head;
  const { _rev, _revisions, ...rest } = head as DeviceHead & Record<string, unknown>;
  return rest;
}
