import { createSignal, onCleanup } from "solid-js";

const [parts, setParts] = createSignal(0);

/** Whether a part of a page stands open that has its own way back: on a phone the page's own would stand right above it. */
export const isPartOpen = (): boolean => parts() > 0;

/** Says so for as long as the calling component is there. */
export function holdPartOpen(): void {
  setParts((count) => count + 1);
  onCleanup(() => setParts((count) => count - 1));
}
