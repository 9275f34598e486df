import { getBackend, init, isWasmInitialized } from "@automerge/automerge/slim";
import { assert } from "../kernel/assert.ts";

/**
 * The only place of this house that imports Automerge. Its WebAssembly is loaded by the host before the first call:
 *
 *   Node      `await startAutomerge()` of sync-server/platform/automerge.ts
 *   browser   `await initializeWasm(url)` of "@automerge/automerge/slim", in the worker that opens tickets
 *
 * The handle is Automerge's own object without the layer that mirrors it in plain objects: a ticket is read cell by cell.
 */
export type Handle = Pick<
  ReturnType<typeof getBackend>,
  | "applyChanges"
  | "clone"
  | "commit"
  | "fork"
  | "free"
  | "getAll"
  | "getHeads"
  | "getLastLocalChange"
  | "keys"
  | "length"
  | "put"
  | "splice"
  | "text"
>;

/** An empty document; `actor` in hex. */
export function openHandle(actor: string): Handle {
  assert(isWasmInitialized(), "Automerge's WebAssembly is loaded before a ticket is opened");
  return getBackend(init({ actor }));
}
