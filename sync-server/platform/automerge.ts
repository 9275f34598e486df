import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { initializeBase64Wasm, isWasmInitialized } from "@automerge/automerge/slim";

let starting: Promise<void> | undefined;

/** Loads Automerge's WebAssembly into this Node process (about 0.3 s, once); before the first ticket is opened. */
export function startAutomerge(): Promise<void> {
  if (isWasmInitialized()) return Promise.resolve();
  starting ??= initializeBase64Wasm(automergeWasmBase64);
  return starting;
}
