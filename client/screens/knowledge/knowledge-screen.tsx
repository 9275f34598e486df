import type { JSX } from "solid-js";
export function KnowledgeScreen(): JSX.Element {
  return <p>knowledge</p>;
}
