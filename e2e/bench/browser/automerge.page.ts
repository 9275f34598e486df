import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { applyChanges, init, initializeBase64Wasm } from "@automerge/automerge/slim";
import { fromBase64url } from "../../../shared/ticket/base64url.ts";
import { genesisBytes } from "../../../shared/ticket/genesis.ts";

/** The floor of T1: Automerge and nothing of ours. Told changes, it answers with the milliseconds that taking them took. */
type Told = { readonly changes: readonly string[] };

const port = globalThis as unknown as {
  postMessage(ms: number): void;
  onmessage: ((event: { readonly data: Told }) => unknown) | null;
}; // a dedicated worker's global

const started = initializeBase64Wasm(automergeWasmBase64);

port.onmessage = async ({ data: { changes } }) => {
  await started;
  const bytes = [genesisBytes(), ...changes.flatMap((change) => fromBase64url(change) ?? [])];
  const startedAt = performance.now();
  const [doc] = applyChanges(init<{ description?: string }>(), bytes);
  const { description } = doc;
  const ms = performance.now() - startedAt;
  if (description === undefined) throw new Error("the changes made no ticket");
  port.postMessage(ms);
};
