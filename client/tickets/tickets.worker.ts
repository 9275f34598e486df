import wasm from "@automerge/automerge/automerge.wasm?url";
import { initializeWasm } from "@automerge/automerge/slim";
import { makeEngine } from "./engine.ts";
import { shrinkPicture } from "./photo.ts";
import { type FromEngine, serveEngine, type ToEngine } from "./remote.ts";

// A dedicated worker's global is one end of its port.
const port = globalThis as unknown as {
  postMessage(message: FromEngine): void;
  onmessage: ((event: { readonly data: ToEngine }) => unknown) | null;
};

/** The first frame with a ticket in it has been painted by then, and nobody has typed yet. */
const BEHIND_MS = 150;

/** Automerge's file on its way: that it comes is known before it is compiled. */
let coming: Promise<Response> | undefined;
async function reach(): Promise<Response> {
  coming ??= fetch(wasm);
  try {
    const response = await coming;
    if (!response.ok) throw new Error(`${response.status}`);
    return response;
  } catch (error) {
    coming = undefined; // the next call tries again
    throw error;
  }
}

async function start(): Promise<void> {
  const response = reach() as unknown as Promise<Uint8Array>; // it takes a response as well, and compiles while it comes
  try {
    await initializeWasm(response);
  } catch (error) {
    coming = undefined; // it is used up
    throw error;
  }
}

const engine = makeEngine({
  start,
  reach: async () => void (await reach()),
  shrink: shrinkPicture,
  later: (act) => void setTimeout(act, BEHIND_MS),
});
serveEngine(port, engine);
