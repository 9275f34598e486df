import type { JSX } from "solid-js";
export function SettingsScreen(): JSX.Element {
  return <p>settings</p>;
}
