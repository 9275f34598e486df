import { parseDocId } from "../../shared/kernel/ids.ts";
import { compareVersions } from "../../shared/thread/head.ts";
import { parseHeadRev } from "../../shared/thread/head-revision.ts";
import type { ItemText } from "./doc-texts.ts";
import type { HeadRow } from "./head-row.ts";
import type { RouteParts } from "./parts.ts";
import { sees, type Viewer } from "./viewer.ts";

/** A document of the virtual database as one person sees it. */
export type VirtualDocument = {
  readonly id: string;
  readonly rev: string;
  /** JSON with `_rev` and `_revisions`, and the same as UTF-8. */
  readonly text: string;
  readonly bytes: Buffer;
  /** Whether this revision is the document's, or an ancestor of it. */
  isKnown(rev: string): boolean;
};

/** Documents in the order of `ids`; what this person may not see is as absent as what is not there (I11). One read. */
export async function readDocuments(
  { index, texts }: Pick<RouteParts, "index" | "texts">,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (VirtualDocument | undefined)[]> {
  const found = new Map<string, VirtualDocument>();
  const items: string[] = [];
  for (const id of ids) {
    const place = parseDocId(id);
    const row = place && index.row(place.thread);
    if (row === undefined || !sees(viewer.scopes, row.scopes)) continue;
    if (place?.item === undefined) found.set(id, headDocument(row));
    else items.push(id);
  }
  const read = items.length === 0 ? [] : await texts.items(items);
  items.forEach((id, at) => {
    const text = read[at];
    if (text !== undefined) found.set(id, itemDocument(id, text));
  });
  return ids.map((id) => found.get(id));
}

function headDocument(row: HeadRow): VirtualDocument {
  return {
    id: row.id,
    rev: row.rev,
    get text() {
      return row.fullText();
    },
    get bytes() {
      return Buffer.from(row.fullText());
    },
    isKnown(rev) {
      const version = parseHeadRev(rev);
      return version !== undefined && compareVersions(version, row.head) <= 0;
    },
  };
}

const itemDocument = (id: string, item: ItemText): VirtualDocument => ({
  id,
  rev: item.rev,
  bytes: item.bytes,
  get text() {
    return item.text;
  },
  isKnown: (asked) => asked === item.rev || asked === item.parent,
});
