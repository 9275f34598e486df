import type { MemoryStore } from "../stores/memory/memory-store.ts";
import type { Store } from "../stores/store.ts";

/** Whether the store is the twin, whose calls can be held. */
export const isMemory = (store: Store): store is MemoryStore => store.kind === "memory";
