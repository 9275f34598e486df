import { createSignal } from "solid-js";

/** At and below this width one pane stands at a time; the same number in the style sheets. */
const NARROW = "(max-width: 720px)";

const query = typeof matchMedia === "undefined" ? undefined : matchMedia(NARROW);
const [isNarrow, setNarrow] = createSignal(query?.matches ?? false);
query?.addEventListener("change", (event) => setNarrow(event.matches));

/** Whether this is a phone's width, followed. */
export { isNarrow };
