import type { JSX } from "solid-js";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { useDesk } from "../../signals/desk.ts";
import { words } from "../../signals/words.ts";
import styles from "./status-chip.module.css";

/** A ticket's status in words, on a ground that tells what it means. */
export function StatusChip(props: { readonly head: DeviceHead }): JSX.Element {
  const desk = useDesk();
  const known = () => desk.tickets.types.statusOf(props.head);
  const category = () => known()?.category ?? (props.head.state === "closed" ? "closed" : "active");
  return (
    <span
      class={`${styles["chip"]} ${styles[category()] ?? ""}`}
      data-status={props.head.status}
      title={known() === undefined ? words().ticket.unknownStatus : undefined}
    >
      {desk.tickets.types.statusWords(props.head)}
    </span>
  );
}
