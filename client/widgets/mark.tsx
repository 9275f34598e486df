import type { JSX } from "solid-js";

/** The desk's own mark: a question in a bubble that has been answered. Decoration. */
export const Mark = (props: { readonly size: number }): JSX.Element => (
  <svg width={props.size} height={props.size} viewBox="0 0 48 48" aria-hidden="true">
    <rect width="48" height="48" rx="12" fill="var(--accent)" />
    <path
      d="M14 12h20a5 5 0 0 1 5 5v11a5 5 0 0 1-5 5H24l-8 6v-6h-2a5 5 0 0 1-5-5V17a5 5 0 0 1 5-5Z"
      fill="var(--on-accent)"
    />
    <path
      d="m17 22.5 5 5 9.5-9.5"
      fill="none"
      stroke="var(--accent)"
      stroke-width="3.6"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
);
