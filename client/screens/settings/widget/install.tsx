import { type JSX, Show } from "solid-js";
import type { WidgetSettings } from "../../../../shared/protocol/widget.ts";
import { words } from "../../../signals/words.ts";
import page from "../settings.module.css";
import { CopyBlock } from "./copy.tsx";
import { urlOfToken } from "./link-facts.ts";
import { QrPicture } from "./qr.tsx";
import { snippetOf } from "./snippet.ts";
import styles from "./widget.module.css";
import { widgetWords } from "./words.ts";

/** How the chat comes to a site: the snippet, what a strict site allows for it, and the plain link with its code. */
export function WidgetInstall(props: {
  readonly token: string;
  readonly title: string;
  readonly settings: WidgetSettings;
}): JSX.Element {
  const said = () => widgetWords().install;
  const url = () => urlOfToken(props.token);
  return (
    <section class={page["card"]}>
      <h2 class={page["card-title"]}>{said().title}</h2>
      <Show when={props.settings.origins.length === 0}>
        <p class={page["problem"]}>{widgetWords().form.noSite}</p>
      </Show>
      <p class={page["sub"]}>{said().snippetHint}</p>
      <CopyBlock
        label={said().snippet}
        text={snippetOf({
          origin: location.origin,
          token: props.token,
          settings: props.settings,
          linkWords: said().write,
        })}
      />
      <p class={page["sub"]}>{widgetWords().form.looksHint}</p>
      <details>
        <summary>{said().csp}</summary>
        <p class={page["sub"]}>{said().cspHint(location.origin)}</p>
      </details>
      <div class={styles["address"]}>
        <QrPicture class={styles["code"] ?? ""} text={url()} label={words().settings.links.qrOf(props.title)} />
        <div class={page["grow"]}>
          <p class={page["main"]}>{said().link}</p>
          <CopyBlock label={said().link} text={url()} />
        </div>
      </div>
    </section>
  );
}
