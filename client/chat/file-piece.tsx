import { createResource, createSignal, onCleanup, Show } from "solid-js";
import type { FileRef } from "../../shared/items/base.ts";
import type { ChatEngine } from "./port.ts";
import { fileSize, type Locale, type Words } from "./strings.ts";

const INLINE = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

/** A picture in the chat, or a file to be saved; how much of it is sent while it is on its way. */
export function FilePiece(props: {
  readonly file: FileRef;
  readonly item: string;
  /** Bytes sent; undefined when nothing is on its way. */
  readonly sent: number | undefined;
  /** The server will not take it. */
  readonly refused: boolean;
  readonly engine: Pick<ChatEngine, "file"> | undefined;
  readonly words: Words;
  readonly locale: Locale;
}) {
  const isPicture = () => INLINE.has(props.file.type);
  const [missing, setMissing] = createSignal(false);
  const urls: string[] = [];
  onCleanup(() => {
    for (const url of urls) URL.revokeObjectURL(url);
  });
  const load = async (): Promise<string | undefined> => {
    const blob = await props.engine?.file(props.file.sha, props.item);
    setMissing(blob === undefined);
    if (blob === undefined) return undefined;
    const url = URL.createObjectURL(blob);
    urls.push(url);
    return url;
  };
  const [picture, { refetch }] = createResource(() => isPicture() && props.engine !== undefined, load);
  const save = async (): Promise<void> => {
    const url = await load();
    if (url === undefined) return;
    const anchor = document.createElement("a");
    anchor.href = url;
    anchor.download = props.file.name;
    anchor.click();
  };
  const percent = () => Math.floor(((props.sent ?? 0) / props.file.size) * 100);
  const isOnItsWay = () => !props.refused && props.sent !== undefined && props.sent < props.file.size;
  const ratio = () => `${props.file.width ?? 4} / ${props.file.height ?? 3}`;

  return (
    <div class="file">
      <Show
        when={isPicture()}
        fallback={
          <button
            type="button"
            class="file-card"
            aria-label={props.words.download(props.file.name)}
            onClick={() => void save()}
          >
            <span class="file-name">{props.file.name}</span>
            <span class="file-size">{fileSize(props.file.size, props.locale)}</span>
          </button>
        }
      >
        <a
          class="picture"
          style={{ "aspect-ratio": ratio() }}
          href={picture()}
          target="_blank"
          aria-label={props.words.openPicture(props.file.name)}
        >
          <Show when={picture()}>{(url) => <img src={url()} alt={props.file.name} />}</Show>
        </a>
      </Show>
      <Show when={isOnItsWay()}>
        <progress max={100} value={percent()} aria-label={props.words.upload(percent())} />
      </Show>
      <Show when={props.refused}>
        <p class="fault" role="alert">
          {props.words.faults.kind(props.file.name)}
        </p>
      </Show>
      <Show when={missing()}>
        <button type="button" class="hint" onClick={() => void refetch()}>
          {props.words.fileWaiting}
        </button>
      </Show>
    </div>
  );
}
