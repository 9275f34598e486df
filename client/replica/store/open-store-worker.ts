import type { AuthorId } from "../../../shared/kernel/ids.ts";
import type { LocalStore } from "./port.ts";
import { type FromStore, remoteStore, type StorePort, type ToStore } from "./remote.ts";

/** Opens a person's store in a worker of this tab. */
export function openStoreWorker(options: { readonly prefix: string; readonly author: AuthorId }): LocalStore {
  const worker = new Worker(new URL("./store.worker.ts", import.meta.url), { type: "module", name: "otklik-store" });
  worker.postMessage({ t: "open", ...options } satisfies ToStore);
  return remoteStore(worker as StorePort<ToStore, FromStore>, () => worker.terminate());
}
