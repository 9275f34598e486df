import { createEffect, type JSX, on, onCleanup, onMount } from "solid-js";
import type { WidgetSettings } from "../../../../shared/protocol/widget.ts";
import { locale } from "../../../signals/preferences.ts";
import { runOptions } from "./snippet.ts";
import styles from "./widget.module.css";
import { widgetWords } from "./words.ts";

type Launcher = { readonly run: (options: object) => void };

/** The real launcher on a made-up page, in a frame of its own. It follows the form; what is written in it arrives. */
export function WidgetPreview(props: { readonly token: string; readonly settings: WidgetSettings }): JSX.Element {
  let frame: HTMLIFrameElement | undefined;

  const launcher = (): Launcher | undefined => {
    const window_: object = frame?.contentWindow ?? {};
    const known: unknown = Reflect.get(window_, "otklik");
    return typeof known === "object" && known !== null && "isHere" in known
      ? (known as unknown as Launcher)
      : undefined; // ours, once it is here
  };
  const run = (): void => {
    launcher()?.run({
      ...runOptions({ origin: location.origin, token: props.token, settings: props.settings }),
      // All of it is said, so that what was chosen before does not stay.
      position: props.settings.position,
      theme: props.settings.theme,
      launcherText: props.settings.texts.launcher,
      locale: locale(),
    });
  };

  onMount(() => {
    const page = frame?.contentDocument;
    if (!page) return;
    draw(page);
    const script = page.createElement("script");
    script.src = "/widget.js";
    script.addEventListener("load", run);
    page.head.append(script);
    onCleanup(() => script.removeEventListener("load", run));
  });
  createEffect(
    on(
      () => [JSON.stringify(props.settings), locale()],
      () => {
        run();
        const page = frame?.contentDocument;
        if (page) page.documentElement.style.colorScheme = schemeOf(props.settings.theme);
      },
      { defer: true },
    ),
  );

  return <iframe ref={frame} class={styles["preview"]} title={widgetWords().preview.title} />;
}

const schemeOf = (theme: WidgetSettings["theme"]): string => (theme === "auto" ? "light dark" : theme);

/** A page like any other. Made by calls: the desk's policy allows no style elements. */
function draw(page: Document): void {
  const { body, documentElement: root } = page;
  root.style.colorScheme = "light dark";
  Object.assign(body.style, {
    margin: "0",
    padding: "24px",
    font: "15px/1.6 system-ui, sans-serif",
    color: "CanvasText",
    background: "Canvas",
  });
  const heading = page.createElement("h1");
  heading.textContent = widgetWords().preview.page;
  Object.assign(heading.style, { margin: "0 0 8px", font: "600 22px/1.2 system-ui, sans-serif" });
  const text = page.createElement("p");
  text.textContent = widgetWords().preview.text;
  Object.assign(text.style, { margin: "0 0 20px", opacity: "0.75" });
  body.append(heading, text);
  for (const width of ["92%", "84%", "96%", "60%"]) {
    const line = page.createElement("div");
    Object.assign(line.style, {
      width,
      height: "12px",
      margin: "12px 0",
      borderRadius: "6px",
      background: "GrayText",
      opacity: "0.16",
    });
    body.append(line);
  }
}
