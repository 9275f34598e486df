import { join } from "node:path";
import type { Config } from "../platform/config.ts";
import { openDiskBlobs } from "../stores/blobs/disk-blobs.ts";
import type { Blobs } from "../stores/blobs.ts";
import { openCouchStore } from "../stores/couch/couch-store.ts";
import { openEmbeddedStore } from "../stores/embedded/embedded-store.ts";
import type { Store } from "../stores/store.ts";

/** Chooses the store: the CouchDB that the environment names, else the embedded one in the data folder. */
export async function openStore(config: Pick<Config, "couchdbUrl" | "dataDir">): Promise<Store> {
  if (config.couchdbUrl !== undefined) return openCouchStore({ url: config.couchdbUrl });
  return openEmbeddedStore({ folder: join(config.dataDir, "store") });
}

/** Files stand on this machine's disk, whichever the store. */
export const openFiles = (config: Pick<Config, "dataDir">): Promise<Blobs> =>
  openDiskBlobs({ folder: join(config.dataDir, "files") });
