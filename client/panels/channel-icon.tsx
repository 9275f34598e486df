import { type JSX, Match, Switch } from "solid-js";

/** By what channel a dialog came, as a picture; its word stands elsewhere. Drawn in every row: plain paths, made at once. */
export function ChannelIcon(props: { readonly channel: string | null; readonly size: number }): JSX.Element {
  return (
    <svg
      width={props.size}
      height={props.size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <Switch fallback={<path d="M7.9 20A9 9 0 1 0 4 16.1L2 22Z" />}>
        <Match when={props.channel === "link"}>
          <path d="M9 17H7A5 5 0 0 1 7 7h2M15 7h2a5 5 0 1 1 0 10h-2M8 12h8" />
        </Match>
        <Match when={props.channel === "widget"}>
          <path d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20ZM2 12h20M12 2c3 3 4 6 4 10s-1 7-4 10c-3-3-4-6-4-10s1-7 4-10Z" />
        </Match>
        <Match when={props.channel === "email"}>
          <path d="M3 5h18v14H3ZM3 7l9 6 9-6" />
        </Match>
        <Match when={props.channel === "phone"}>
          <path d="M5 3h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 12l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2Z" />
        </Match>
        <Match when={props.channel === "telegram"}>
          <path d="m22 2-7 20-4-9-9-4ZM22 2 11 13" />
        </Match>
      </Switch>
    </svg>
  );
}
