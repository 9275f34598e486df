import Globe from "lucide-solid/icons/globe";
import Link from "lucide-solid/icons/link-2";
import Mail from "lucide-solid/icons/mail";
import MessageCircle from "lucide-solid/icons/message-circle";
import Phone from "lucide-solid/icons/phone";
import Send from "lucide-solid/icons/send";
import { type JSX, Match, Switch } from "solid-js";

/** By what channel a dialog came, as a picture; its word stands elsewhere. */
export function ChannelIcon(props: { readonly channel: string | null; readonly size: number }): JSX.Element {
  return (
    <Switch fallback={<MessageCircle size={props.size} />}>
      <Match when={props.channel === "link"}>
        <Link size={props.size} />
      </Match>
      <Match when={props.channel === "widget"}>
        <Globe size={props.size} />
      </Match>
      <Match when={props.channel === "email"}>
        <Mail size={props.size} />
      </Match>
      <Match when={props.channel === "phone"}>
        <Phone size={props.size} />
      </Match>
      <Match when={props.channel === "telegram"}>
        <Send size={props.size} />
      </Match>
    </Switch>
  );
}
