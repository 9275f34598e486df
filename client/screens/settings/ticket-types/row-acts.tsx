import Archive from "lucide-solid/icons/archive";
import ArchiveRestore from "lucide-solid/icons/archive-restore";
import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import X from "lucide-solid/icons/x";
import { type JSX, Show } from "solid-js";
import { words } from "../../../signals/words.ts";
import { IconButton } from "../../../widgets/icon-button.tsx";
import settings from "../settings.module.css";
import { typeWords } from "./words.ts";

/** The head of a field's or a status's card: its name, its place, and how it leaves. */
export function RowActs(props: {
  readonly title: string;
  readonly isArchived: boolean;
  /** It is stored: tickets may hold it, so it can only be offered no more. */
  readonly isKept: boolean;
  readonly isFixed: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (by: 1 | -1) => void;
  readonly onArchive: (archived: boolean) => void;
  readonly onRemove: () => void;
}): JSX.Element {
  return (
    <div class={settings["row"]}>
      <h4 class={`${settings["card-title"]} ${settings["grow"]}`}>{props.title}</h4>
      <Show when={props.isArchived}>
        <span class={settings["state"]}>{typeWords().archived}</span>
      </Show>
      <IconButton label={typeWords().up} disabled={props.isFixed || props.isFirst} onClick={() => props.onMove(-1)}>
        <ArrowUp size={16} />
      </IconButton>
      <IconButton label={typeWords().down} disabled={props.isFixed || props.isLast} onClick={() => props.onMove(1)}>
        <ArrowDown size={16} />
      </IconButton>
      <Show
        when={props.isKept}
        fallback={
          <IconButton label={words().common.remove} disabled={props.isFixed} onClick={() => props.onRemove()}>
            <X size={16} />
          </IconButton>
        }
      >
        <IconButton
          label={props.isArchived ? typeWords().restore : typeWords().archive}
          disabled={props.isFixed}
          onClick={() => props.onArchive(!props.isArchived)}
        >
          <Show when={props.isArchived} fallback={<Archive size={16} />}>
            <ArchiveRestore size={16} />
          </Show>
        </IconButton>
      </Show>
    </div>
  );
}
