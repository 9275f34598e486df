import type { JSX } from "solid-js";
import { useDesk } from "../../signals/desk.ts";

/** A number that is called by a click (S47): by the exchange where one is connected and there is a line to the desk, else by the device. */
export function PhoneLink(props: {
  readonly number: string;
  readonly label: string;
  readonly class?: string | undefined;
  readonly children?: JSX.Element;
}): JSX.Element {
  const desk = useDesk();
  const href = () => `tel:${props.number.replace(/[^+\d]/g, "")}`;
  const hasExchange = () =>
    desk.connection().state === "live" &&
    desk.heads
      .all("channel")
      .some(({ fields }) => fields["kind"]?.value === "phone" && fields["removed"]?.value !== true);
  function press(event: MouseEvent): void {
    if (!hasExchange() || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = href();
    void import("./dial.ts").then(({ dial }) => dial(props.number, () => location.assign(to)));
  }
  return (
    <a class={props.class} href={href()} aria-label={props.label} title={props.label} onClick={press}>
      {props.children ?? props.number}
    </a>
  );
}
