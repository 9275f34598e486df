import type { JSX } from "solid-js";

const PATHS = {
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5h4",
  one: "M20 6 9 17l-5-5",
  two: "M18 6 7 17l-5-5M22 10l-7.5 7.5L13 16",
  hand: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM10 9v6M14 9v6",
  ask: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.8M12 17h.01",
  alarm: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 8v4M12 16h.01",
} as const;

/** The small pictures of a message's way; one path each, since a thread has hundreds. Decoration: words stand beside. */
export const TickIcon = (props: {
  readonly of: keyof typeof PATHS;
  readonly size: number;
  readonly bold?: boolean;
}): JSX.Element => (
  <svg
    width={props.size}
    height={props.size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width={props.bold ? 3 : 2}
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={PATHS[props.of]} />
  </svg>
);
