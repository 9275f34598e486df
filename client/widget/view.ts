import { inkOn } from "../../shared/protocol/widget-frame.ts";
import type { Settings } from "./settings.ts";
import { STYLES } from "./styles.ts";
import { wordsOf } from "./words.ts";

const SVG = "http://www.w3.org/2000/svg";
const TALK = "M21 12a8 8 0 0 1-8 8H4l1.8-3.2A8 8 0 1 1 21 12Z";
const CROSS = "M6 6l12 12M18 6L6 18";
/** After this long a person is shown another way to the chat. */
const PATIENCE_MS = 8_000;

/** What the launcher shows; it draws what it is told and knows no more. */
export type View = {
  readonly host: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly draw: (now: {
    readonly settings: Settings;
    readonly theme: "light" | "dark";
    readonly unread: number;
  }) => void;
  /** The chat's frame; made by the first call, and at none other. */
  readonly frame: (source: string) => HTMLIFrameElement;
  readonly show: (isOpen: boolean) => void;
  /** What stands over the frame until the chat is up. */
  readonly isUp: (is: boolean) => void;
  readonly removeFrame: () => void;
  readonly destroy: () => void;
};

/** Makes everything by the document's own calls: neither markup nor a style element is needed, which strict sites forbid. */
export function makeView(page: Document, on: { readonly toggle: () => void; readonly close: () => void }): View {
  const view = page.defaultView ?? globalThis;
  const make = <Name extends keyof HTMLElementTagNameMap>(name: Name, className = ""): HTMLElementTagNameMap[Name] => {
    const element = page.createElement(name);
    if (className !== "") element.className = className;
    return element;
  };
  const picture = (path: string, className: string): SVGElement => {
    const svg = page.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", className);
    const line = page.createElementNS(SVG, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  const host = make("otklik-widget" as "div");
  const shadow = host.attachShadow({ mode: "open" });
  dress(shadow, page);
  const root = make("div");
  const button = make("button", "button");
  button.type = "button";
  button.setAttribute("aria-haspopup", "dialog");
  const label = make("span");
  const badge = make("b", "badge");
  badge.setAttribute("aria-hidden", "true");
  button.append(picture(TALK, "talk"), picture(CROSS, "cross"), label, badge);
  const panel = make("div", "panel");
  panel.setAttribute("role", "dialog");
  const wait = make("div", "wait");
  wait.setAttribute("role", "status");
  const waitWords = make("p");
  const ownPage = make("a");
  ownPage.target = "_blank";
  ownPage.rel = "noopener";
  const away = make("button");
  away.type = "button";
  away.append(picture(CROSS, ""));
  wait.append(away, waitWords, ownPage);
  panel.append(wait);
  root.append(panel, button);
  shadow.append(root);

  button.addEventListener("click", on.toggle);
  away.addEventListener("click", on.close);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.classList.contains("open")) on.close();
  });

  // A phone's keyboard covers the page without making it smaller: the panel follows what is left of it.
  const seen = view.visualViewport ?? undefined; // without one the panel is as high as the window
  const fit = (): void => {
    if (seen === undefined) return;
    panel.style.setProperty("--height", `${Math.round(seen.height)}px`);
    panel.style.setProperty("--top", `${Math.round(seen.offsetTop)}px`);
  };
  seen?.addEventListener("resize", fit);
  seen?.addEventListener("scroll", fit);
  fit();

  let frame: HTMLIFrameElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let words = wordsOf("en");
  let isOpen = false;
  let unread = 0;

  function say(): void {
    const name = isOpen ? words.close : words.open;
    const spoken = label.textContent === "" || isOpen ? name : label.textContent;
    button.setAttribute("aria-label", unread > 0 && !isOpen ? `${spoken}. ${words.unread(unread)}` : spoken);
    button.setAttribute("aria-expanded", String(isOpen));
    button.title = label.textContent === "" || isOpen ? name : "";
    panel.setAttribute("aria-label", words.chat);
    away.setAttribute("aria-label", words.close);
    ownPage.textContent = words.ownPage;
    badge.textContent = unread === 0 || isOpen ? "" : unread > 99 ? "99+" : String(unread);
  }
  function isUp(is: boolean): void {
    wait.hidden = is;
    clearTimeout(timer);
    waitWords.textContent = words.loading;
    ownPage.hidden = true;
    if (is) return;
    timer = setTimeout(() => {
      waitWords.textContent = words.slow;
      ownPage.hidden = false;
    }, PATIENCE_MS);
  }

  return {
    host,
    button,
    draw: ({ settings, theme, unread: count }) => {
      words = wordsOf(settings.locale);
      unread = count;
      host.lang = settings.locale;
      host.dataset["theme"] = theme;
      root.style.setProperty("--accent", settings.accent);
      root.style.setProperty("--ink", inkOn(settings.accent));
      root.classList.toggle("left", settings.position === "left");
      label.textContent = settings.text;
      ownPage.href = settings.page;
      if (frame !== undefined) frame.title = words.chat;
      say();
    },
    frame: (source) => {
      if (frame !== undefined) return frame;
      frame = make("iframe");
      frame.title = words.chat;
      frame.allow = "clipboard-write; camera; microphone";
      frame.src = source;
      panel.prepend(frame);
      isUp(false);
      return frame;
    },
    show: (open) => {
      isOpen = open;
      root.classList.toggle("open", open);
      say();
    },
    isUp,
    removeFrame: () => {
      clearTimeout(timer);
      frame?.remove();
      frame = undefined;
    },
    destroy: () => {
      clearTimeout(timer);
      seen?.removeEventListener("resize", fit);
      seen?.removeEventListener("scroll", fit);
      host.remove();
    },
  };
}

/** A sheet made by script is no inline style: a site that allows none shows it all the same. Older browsers get an element. */
function dress(shadow: ShadowRoot, page: Document): void {
  const Sheet = page.defaultView?.CSSStyleSheet;
  try {
    if (Sheet === undefined) throw new TypeError("no sheets");
    const sheet = new Sheet();
    sheet.replaceSync(STYLES);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    const style = page.createElement("style");
    style.textContent = STYLES;
    shadow.append(style);
  }
}
