import type { JSX } from "solid-js";
export function PeopleScreen(): JSX.Element {
  return <p>people</p>;
}
