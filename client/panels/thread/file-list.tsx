import FileIcon from "lucide-solid/icons/file";
import { For, type JSX, Show } from "solid-js";
import type { FileRef } from "../../../shared/items/base.ts";
import type { ItemId, ThreadId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import { createPictureUrl } from "../../signals/picture-url.ts";
import { openOverlay } from "../../signals/ui.ts";
import { say, words } from "../../signals/words.ts";
import { showToast } from "../../widgets/toasts.tsx";
import styles from "./file-list.module.css";

/** Pictures that a browser draws without running anything. */
const isPicture = (file: FileRef): boolean => /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/.test(file.type);
const BOX = { width: 280, height: 220 };

type FileListProps = {
  readonly thread: ThreadId;
  readonly item: ItemId;
  readonly files: readonly FileRef[];
  readonly sending: { readonly sent: number; readonly total: number } | undefined;
};

/** Files of a message: pictures seen at once, in a place that was kept for them; everything else by name. */
export function FileList(props: FileListProps): JSX.Element {
  const desk = useDesk();
  const percent = () => {
    const now = props.sending;
    return now && now.total > 0 ? Math.floor((now.sent / now.total) * 100) : undefined;
  };
  return (
    <>
      <ul class={styles["files"]}>
        <For each={props.files}>
          {(file) => (
            <li>
              <Show when={isPicture(file)} fallback={<Chip thread={props.thread} item={props.item} file={file} />}>
                <Picture thread={props.thread} item={props.item} file={file} />
              </Show>
              <Show when={desk.refusedFiles.why(file.sha)}>
                {(why) => <p class={styles["refused"]}>{words().thread.fileRefused[why()]}</p>}
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={percent() !== undefined && percent() !== 100}>
        <div
          class={styles["progress"]}
          role="progressbar"
          aria-valuenow={percent()}
          aria-label={words().thread.fileSending(percent() ?? 0)}
        >
          <span style={{ width: `${percent()}%` }} />
        </div>
      </Show>
    </>
  );
}

type OneFile = { readonly thread: ThreadId; readonly item: ItemId; readonly file: FileRef };

function Picture(props: OneFile): JSX.Element {
  const desk = useDesk();
  const { url, isAway } = createPictureUrl(() => ({ thread: props.thread, item: props.item, sha: props.file.sha }));
  const awayWords = () => (desk.connection().state === "live" ? words().thread.filesAwaited : words().thread.fileAway);
  const size = () => {
    const { width, height } = props.file;
    if (!width || !height) return BOX;
    const scale = Math.min(1, BOX.width / width, BOX.height / height);
    return { width: Math.max(48, Math.round(width * scale)), height: Math.max(32, Math.round(height * scale)) };
  };
  return (
    <button
      type="button"
      class={styles["picture"]}
      style={{ width: `${size().width}px`, "aspect-ratio": `${size().width} / ${size().height}` }}
      aria-label={words().thread.openImage(props.file.name)}
      disabled={url() === undefined}
      onClick={() => {
        const now = url();
        if (now) openOverlay({ kind: "picture", url: now, name: props.file.name });
      }}
    >
      <Show when={url()} fallback={<span class={styles["away"]}>{isAway() ? awayWords() : ""}</span>}>
        {(now) => <img src={now()} alt={words().thread.image(props.file.name)} draggable={false} />}
      </Show>
    </button>
  );
}

function Chip(props: OneFile): JSX.Element {
  const desk = useDesk();
  async function save(): Promise<void> {
    const blob = await desk.file(props.thread, props.item, props.file.sha).catch(() => undefined);
    if (!blob) {
      showToast({ title: words().thread.fileAway, wrong: true });
      return;
    }
    const url = URL.createObjectURL(blob);
    const link = document.createElement("a");
    link.href = url;
    link.download = props.file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
  return (
    <button type="button" class={styles["chip"]} onClick={() => void save()}>
      <FileIcon size={18} />
      <span class="visually-hidden">{words().thread.saveFile}</span>
      <span class={styles["name"]}>{props.file.name}</span>
      <span class={styles["size"]}>{say.bytes(props.file.size)}</span>
    </button>
  );
}
