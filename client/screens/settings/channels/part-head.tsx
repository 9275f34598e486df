import ArrowLeft from "lucide-solid/icons/arrow-left";
import { type JSX, onMount } from "solid-js";
import { words } from "../../../signals/words.ts";
import { IconButton } from "../../../widgets/icon-button.tsx";
import { holdPartOpen } from "../part-open.ts";
import settings from "../settings.module.css";
import styles from "./channels.module.css";

/** The way back and where one is; the focus begins here, since what was pressed is gone. */
export function PartHead(props: {
  readonly title: string;
  readonly onBack: () => void;
  readonly icon?: JSX.Element;
  readonly children?: JSX.Element;
}): JSX.Element {
  let heading: HTMLHeadingElement | undefined;
  holdPartOpen();
  onMount(() => heading?.focus({ preventScroll: true }));
  return (
    <div class={`${settings["row"]} ${styles["part"]}`}>
      <IconButton label={words().common.back} onClick={() => props.onBack()}>
        <ArrowLeft size={18} />
      </IconButton>
      {props.icon}
      <h2 ref={heading} tabindex={-1} class={`${settings["card-title"]} ${settings["grow"]} ${styles["heading"]}`}>
        {props.title}
      </h2>
      {props.children}
    </div>
  );
}
