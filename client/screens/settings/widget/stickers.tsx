import { For, type JSX } from "solid-js";
import { render } from "solid-js/web";
import { QrPicture } from "./qr.tsx";
import styles from "./stickers.module.css";

export type StickerSize = "small" | "large";

/** One sticker: whose it is, and where its code leads. */
export type Sticker = { readonly name: string; readonly place: string; readonly url: string };

/** What all stickers of a sheet have. */
export type StickerSheet = {
  readonly heading: string;
  readonly words: string;
  readonly size: StickerSize;
  readonly stickers: readonly Sticker[];
};

/** Prints stickers by the browser's own window: A4 sheets with lines to cut along. */
export function printStickers(sheet: StickerSheet): void {
  const host = document.createElement("div");
  host.className = styles["host"] ?? "";
  host.dataset["paper"] = "";
  document.body.append(host);
  document.documentElement.dataset["printing"] = "stickers";
  const dispose = render(() => <Sheet {...sheet} />, host);
  const end = (): void => {
    removeEventListener("afterprint", end);
    delete document.documentElement.dataset["printing"];
    dispose();
    host.remove();
  };
  addEventListener("afterprint", end);
  globalThis.print();
}

/** The sheet itself; also what is shown before it is printed. */
export function Sheet(props: StickerSheet): JSX.Element {
  return (
    <ul class={styles["sheet"]} data-size={props.size}>
      <For each={props.stickers}>
        {(sticker) => (
          <li class={styles["sticker"]}>
            <QrPicture class={styles["code"] ?? ""} text={sticker.url} label={sticker.name} />
            <div class={styles["said"]}>
              <p class={styles["heading"]}>{props.heading}</p>
              <p class={styles["name"]}>{sticker.name}</p>
              <p class={styles["place"]}>{sticker.place}</p>
              <p class={styles["words"]}>{props.words}</p>
              {/* For who has no camera at hand. */}
              <p class={styles["address"]}>{sticker.url.replace(/^https?:\/\//, "")}</p>
            </div>
          </li>
        )}
      </For>
    </ul>
  );
}
