import type { JSX } from "solid-js";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { useDesk } from "../../signals/desk.ts";
import styles from "./status-chip.module.css";

/** A ticket's status in words, on a ground that tells what it means. */
export function StatusChip(props: { readonly head: DeviceHead }): JSX.Element {
  const desk = useDesk();
  const category = () => desk.tickets.types.statusOf(props.head)?.category ?? "active";
  return (
    <span class={`${styles["chip"]} ${styles[category()] ?? ""}`} data-status={props.head.status}>
      {desk.tickets.types.statusWords(props.head)}
    </span>
  );
}
