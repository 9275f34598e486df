import type { JSX } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { Identifiers } from "./identifiers.tsx";
import { PersonFacts } from "./person-facts.tsx";
import styles from "./person-part.module.css";

/** The person beside his dialog: what is known of him, and by what he is known; loaded with the first dialog that is opened. */
export function PersonPart(props: { readonly person: ThreadId }): JSX.Element {
  return (
    <>
      <PersonFacts person={props.person} />
      <div class={styles["known"]}>
        <Identifiers person={props.person} />
      </div>
    </>
  );
}
