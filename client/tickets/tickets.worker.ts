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

serveEngine(port, makeEngine({ start: () => initializeWasm(wasm), shrink: shrinkPicture }));
