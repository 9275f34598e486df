import type { JSX } from "solid-js";
export function HeldScreen(): JSX.Element {
  return <p>held</p>;
}
