import { createHash } from "node:crypto";
import { join } from "node:path";
import type { TeamId } from "../../../shared/kernel/ids.ts";
import { derivedThreadId } from "../../../shared/kernel/ids.ts";
import type { VirtualDoc } from "../../../shared/protocol/desk-socket.ts";
import { makeWorkload, virtualDocs, type WorkloadOptions, type WorkThread } from "../../../shared/testing/workload.ts";
import { skipPastReactions } from "../../../sync-server/reactions/runner.ts";
import { openEmbeddedStore } from "../../../sync-server/stores/embedded/embedded-store.ts";

/** The team that a new desk begins with: its first admin is of it. */
export const FIRST_TEAM: TeamId = derivedThreadId("team", "first");
const OTHER_TEAM: TeamId = derivedThreadId("team", "bench:other");

/** Stands for a signature: as long and as little compressible as one, and the same in every run. */
export const sign = (text: string): string => createHash("sha512").update(text).digest().toString("base64url");

/** What is made; the signatures are the bench's. */
export type Work = Omit<WorkloadOptions, "sign">;

const BATCH = 1_000;

/** Everything in sight of the first admin. */
export const ALL_OF_FIRST_TEAM: WorkloadOptions["teams"] = [{ team: FIRST_TEAM, dialogs: 1, tickets: 1 }];
/** 10,000 documents of 23,000 in sight of the first admin, the rest another team's. */
export const TEN_THOUSAND_OF_FIRST_TEAM: WorkloadOptions["teams"] = [
  { team: FIRST_TEAM, dialogs: 2, tickets: 4 },
  { team: OTHER_TEAM, dialogs: 3, tickets: 1 },
];

/** Every document of the workload as devices get it. */
export function workloadDocs(work: Work): readonly VirtualDoc[] {
  return [...makeWorkload({ ...work, sign })].flatMap(virtualDocs);
}

/**
 * Fills the embedded store of a data folder with the workload and the threads beside it, as a desk that has run for a while
 * would have it.
 */
export async function seedDataFolder(folder: string, work: Work, beside: readonly WorkThread[] = []): Promise<void> {
  const store = await openEmbeddedStore({ folder: join(folder, "store") });
  try {
    const desk = await store.open("desk");
    const heads: object[] = [];
    const items: object[] = [];
    const flush = async (): Promise<void> => {
      const rows = [
        ...(await desk.bulk(heads.splice(0) as Parameters<typeof desk.bulk>[0])), // heads are plain JSON
        ...(await desk.bulkRevisions(items.splice(0) as Parameters<typeof desk.bulkRevisions>[0])), // so are items
      ];
      const failed = rows.find((row) => !row.ok);
      if (failed !== undefined) throw new Error(`the workload could not be stored: ${JSON.stringify(failed)}`);
    };
    for (const thread of [...makeWorkload({ ...work, sign }), ...beside]) {
      heads.push(thread.head);
      items.push(...thread.items);
      if (items.length >= BATCH) await flush();
    }
    await flush();
    // What happened in these threads was answered long ago.
    await skipPastReactions(desk, await store.open("desk-server"));
  } finally {
    await store.close();
  }
}
