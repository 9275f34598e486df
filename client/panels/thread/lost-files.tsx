import FileX from "lucide-solid/icons/file-x";
import { For, type JSX } from "solid-js";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { wordsOfChannels } from "../../signals/channel-words.ts";
import { say } from "../../signals/words.ts";
import styles from "./lost-files.module.css";

type Lost = { readonly name: string; readonly reason: string; readonly size?: number };

/** Files that a user sent and that did not come along (`message.extra.lostFiles`): by what name, and why. */
export function LostFiles(props: { readonly files: Json | undefined }): JSX.Element {
  const lost = () => (Array.isArray(props.files) ? props.files : []).flatMap((one: Json) => lostIn(one) ?? []);
  const why = ({ reason }: Lost): string =>
    wordsOfChannels().lost.reasons[reason] ?? wordsOfChannels().otherCode(reason);
  return (
    <ul class={styles["list"]} aria-label={wordsOfChannels().lost.title} data-testid="lost-files">
      <For each={lost()}>
        {(file) => (
          <li class={styles["file"]}>
            <FileX size={16} aria-hidden="true" />
            <span>
              <bdi class={styles["name"]}>{file.name}</bdi>
              {file.size === undefined ? "" : ` (${say.bytes(file.size)})`} — {wordsOfChannels().lost.gone}: {why(file)}
            </span>
          </li>
        )}
      </For>
    </ul>
  );
}

function lostIn(value: Json): Lost | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { name, reason, size } = value as Readonly<Record<string, Json>>;
  if (typeof name !== "string" || typeof reason !== "string") return undefined;
  return { name, reason, ...(typeof size === "number" ? { size } : {}) };
}
