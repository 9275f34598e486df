import type { AuthorId } from "../../../shared/kernel/ids.ts";
import { openPouchStore } from "./pouch-store.ts";
import { type FromStore, type StorePort, serveStore, type ToStore } from "./remote.ts";

// A dedicated worker's global is one end of its port.
const port = globalThis as unknown as StorePort<FromStore, ToStore>;

serveStore(port, ({ prefix, author }) =>
  openPouchStore({
    prefix,
    author: author as AuthorId, // the page's own
    fetch: (path, init) => fetch(new URL(path, globalThis.location.origin), { credentials: "same-origin", ...init }),
  }),
);
