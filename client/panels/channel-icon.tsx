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
        <Match when={props.channel === "vk"}>
          <path d="M3 6c.6 7 4 11 9.5 11h.5V6M13 11.5c3.5-.5 5.5-2.5 6.5-5.5M13 12c3.5.2 6 2 7.5 5" />
        </Match>
        <Match when={props.channel === "max"}>
          <path d="M3 19V6l5 7 5-7v13M16 9l5 10M21 9l-5 10" />
        </Match>
        <Match when={props.channel === "whatsapp"}>
          <path d="M12 2.5a9.5 9.5 0 0 0-8.200 14.300L2.5 21.5l4.700-1.300A9.5 9.5 0 1 0 12 2.5ZM9 8c-.8 3.5 2.800 7.600 6.5 7.5" />
        </Match>
        <Match when={props.channel === "api"}>
          <path d="m8 6-6 6 6 6M16 6l6 6-6 6" />
        </Match>
        <Match when={props.channel === "desk"}>
          <path d="M3 4h18v12H3ZM8 20h8M12 16v4" />
        </Match>
      </Switch>
    </svg>
  );
}
