import { EMBED, type FrameWord, type HostWord, mark, readFrameWord } from "../../shared/protocol/widget-frame.ts";
import { readOptions, type Settings, themeOf } from "./settings.ts";
import { makeView, type View } from "./view.ts";

/** What a site may listen to. No words of a message leave the frame. */
export type WidgetEvents = {
  /** The launcher stands. Told at once to whoever comes later. */
  readonly ready: undefined;
  /** Somebody of the desk wrote; `at`: server's time in ms. */
  readonly message: { readonly id: string; readonly at: number; readonly by?: string };
  /** How many messages nobody has seen. */
  readonly unread: number;
};

/** The global `otklik`, once this script has come; before that the snippet's queue stands in its place. */
export type Otklik = {
  readonly run: (options: unknown) => void;
  readonly open: () => void;
  readonly close: () => void;
  readonly toggle: () => void;
  /** Who the visitor is in the site's own books. `signature`: see client/widget/README.md. */
  readonly identify: (id: unknown, traits?: unknown, signature?: unknown) => void;
  /** Facts about the visitor: names and texts. */
  readonly setAttributes: (attributes: unknown) => void;
  /** The visitor left: what was written here is not shown to the next one. */
  readonly reset: () => void;
  /** Resolves to a function that stops listening. */
  readonly on: (name: unknown, listener: unknown) => () => void;
};

type Facts = {
  identify: Extract<HostWord, { t: "identify" }> | undefined;
  attributes: Record<string, string>;
};

const say = (text: string): void => console.warn(`otklik: ${text}`);

/**
 * The launcher on one page. Stores nothing and asks nothing of the network until a person opens it: then it makes the frame
 * in which the chat runs on the desk's own origin, with that origin's storage. Nothing here throws into the site's code.
 */
export function createLauncher(view: Window & typeof globalThis): Otklik {
  const page = view.document;
  const listeners = new Map<keyof WidgetEvents, Set<(value: never) => void>>();
  const prefersDark = view.matchMedia?.("(prefers-color-scheme: dark)");
  let settings: Settings | undefined;
  let shown: View | undefined;
  let frame: HTMLIFrameElement | undefined;
  /** The chat in the frame listens. */
  let isUp = false;
  let isOpen = false;
  let unread = 0;
  /** What stands before the chat when it is up next. */
  let mustForget = false;
  let before: Element | null = null;
  let facts: Facts = { identify: undefined, attributes: {} };

  function tell<Name extends keyof WidgetEvents>(name: Name, value: WidgetEvents[Name]): void {
    for (const listener of listeners.get(name) ?? []) {
      try {
        (listener as (value: WidgetEvents[Name]) => void)(value); // kept under its own name
      } catch (error) {
        view.console.error(error); // a fault of the site's own
      }
    }
  }

  const themeNow = (setting: Settings["theme"]): "light" | "dark" =>
    themeOf(setting, {
      scheme: view.getComputedStyle(page.documentElement).colorScheme ?? "",
      prefersDark: prefersDark?.matches === true,
    });

  function draw(): void {
    if (settings === undefined) return;
    shown?.draw({ settings, theme: themeNow(settings.theme), unread });
    post({ t: "look", locale: settings.locale, theme: themeNow(settings.theme) });
  }

  function post(word: HostWord): void {
    if (isUp && settings !== undefined) frame?.contentWindow?.postMessage(mark(word), settings.origin);
  }

  function count(next: number): void {
    if (next === unread) return;
    unread = next;
    draw();
    tell("unread", unread);
  }

  /** Address of the chat's page as a frame of this site. */
  function source(of: Settings, more: Readonly<Record<string, string>> = {}): string {
    const url = new URL(of.page);
    const query = {
      [EMBED.on]: "1",
      // Of the page itself: a blank page has that of whoever made it, and its address has none.
      [EMBED.host]: view.origin,
      [EMBED.theme]: themeNow(of.theme),
      [EMBED.locale]: of.locale,
      [EMBED.accent]: of.accent.slice(1),
      ...more,
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  }

  /** On the root itself: a site that puts another body in place does not tear the chat out of the page. */
  function mount(): void {
    if (settings === undefined || page.documentElement === null) return;
    shown ??= makeView(page, { toggle: () => (isOpen ? close() : open()), close });
    if (!shown.host.isConnected) {
      isUp = false; // a frame that is put into a page is loaded anew
      page.documentElement.append(shown.host);
    }
    draw();
  }

  function open(): void {
    if (settings === undefined || shown === undefined) return say("call run first");
    if (!isOpen) before = page.activeElement;
    isOpen = true;
    frame ??= shown.frame(source(settings));
    shown.show(true);
    post({ t: "shown", on: true });
    frame.focus();
    hold(true);
  }

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    shown?.show(false);
    post({ t: "shown", on: false });
    hold(false);
    const back = before !== null && before !== page.body && before.isConnected ? before : shown?.button;
    if (back instanceof view.HTMLElement || back instanceof view.SVGElement) back.focus();
  }

  /** Where the chat covers the whole page, the page behind it stands still. */
  let overflow: string | undefined;
  function hold(is: boolean): void {
    const { style } = page.documentElement;
    const isWhole = view.matchMedia?.("(max-width:560px),(max-height:480px)").matches === true;
    if (is && isWhole && overflow === undefined) {
      overflow = style.overflow;
      style.overflow = "hidden";
    }
    if (is || overflow === undefined) return;
    style.overflow = overflow;
    overflow = undefined;
  }

  function hear(event: MessageEvent): void {
    const isOurs = settings !== undefined && event.origin === settings.origin && event.source !== null;
    if (!isOurs) return;
    if (event.source === forgetting?.contentWindow && readFrameWord(event.data)?.t === "forgotten") endForgetting();
    if (frame === undefined || event.source !== frame.contentWindow) return;
    const word = readFrameWord(event.data);
    if (word !== undefined) obey(word);
  }

  function obey(word: FrameWord): void {
    switch (word.t) {
      case "up":
        isUp = true;
        if (mustForget) return forget();
        shown?.isUp(true);
        draw();
        if (facts.identify !== undefined) post(facts.identify);
        if (Object.keys(facts.attributes).length > 0) post({ t: "attributes", attributes: facts.attributes });
        return post({ t: "shown", on: isOpen });
      case "unread":
        return count(Number(word.count) || 0);
      case "message": {
        const { id, at, by } = word;
        return tell("message", { id, at, ...(by === undefined ? {} : { by }) });
      }
      case "close":
        return close();
      case "identified":
        if (word.outcome === "refused") say(`identify was refused (${word.code ?? ""}), the chat goes on without it`);
        return;
      case "forgotten":
        return;
    }
  }

  /** The chat loads itself anew after it has forgotten, and is up once more. */
  function forget(): void {
    mustForget = false;
    post({ t: "reset" });
    isUp = false;
  }

  let forgetting: HTMLIFrameElement | undefined;
  function endForgetting(): void {
    forgetting?.remove();
    forgetting = undefined;
  }
  /** Nobody opened the chat on this page, but perhaps on one before it: what it keeps can be taken away from its origin only. */
  function forgetUnseen(of: Settings): void {
    endForgetting();
    const unseen = page.createElement("iframe");
    unseen.style.display = "none";
    unseen.setAttribute("aria-hidden", "true");
    unseen.src = source(of, { [EMBED.forget]: "1" });
    shown?.host.append(unseen);
    forgetting = unseen;
    view.setTimeout(() => forgetting === unseen && endForgetting(), 20_000);
  }

  function remove(): void {
    close();
    endForgetting();
    shown?.destroy();
    shown = undefined;
    frame = undefined;
    isUp = false;
    unread = 0;
  }

  view.addEventListener("message", hear);
  prefersDark?.addEventListener?.("change", draw);
  // A site that replaces its whole document takes the launcher with it: it is put back. Its theme may change on the way.
  const ofRoot = new view.MutationObserver(mount);
  const watch = (): void =>
    ofRoot.observe(page.documentElement, {
      childList: true,
      attributes: true,
      attributeFilter: ["class", "style", "data-theme"],
    });
  const ofPage = new view.MutationObserver(() => {
    if (page.documentElement !== null) watch();
    mount();
  });
  ofPage.observe(page, { childList: true });
  watch();

  return {
    run: (options) => {
      const languages = [page.documentElement.lang, ...view.navigator.languages];
      const next = readOptions(options, { languages });
      if (typeof next === "string") return say(next);
      if (settings !== undefined && settings.page !== next.page) remove();
      const isFirst = settings === undefined;
      settings = next;
      mount();
      if (isFirst) tell("ready", undefined);
    },
    open,
    close,
    toggle: () => (isOpen ? close() : open()),
    identify: (id, given, signature) => {
      const name = typeof id === "number" ? String(id) : id;
      if (typeof name !== "string" || name.trim() === "") return say("identify needs an id");
      const told = textsOf(given);
      const traits = Object.fromEntries(
        ["name", "email", "phone"].flatMap((key) => (told[key] ? [[key, told[key]]] : [])),
      );
      facts.identify = {
        t: "identify",
        id: name.trim(),
        traits,
        ...(typeof signature === "string" && signature !== "" ? { signature } : {}),
      };
      post(facts.identify);
    },
    setAttributes: (attributes) => {
      Object.assign(facts.attributes, textsOf(attributes));
      post({ t: "attributes", attributes: facts.attributes });
    },
    reset: () => {
      facts = { identify: undefined, attributes: {} };
      count(0);
      if (settings === undefined) return;
      if (frame === undefined) return forgetUnseen(settings);
      if (isUp) forget();
      else mustForget = true;
    },
    on: (name, listener) => {
      const isEvent = name === "ready" || name === "message" || name === "unread";
      if (!isEvent || typeof listener !== "function") {
        say(`there is no event ${String(name)}`);
        return () => undefined;
      }
      const own = listeners.get(name) ?? new Set();
      listeners.set(name, own);
      const call = (value: never): void => void listener(value);
      own.add(call);
      if (name === "ready" && settings !== undefined) call(undefined as never); // this event has no value
      return () => own.delete(call);
    },
  };
}

/** Names with texts; numbers and yes or no become texts, everything else is left out. */
function textsOf(given: unknown): Record<string, string> {
  if (typeof given !== "object" || given === null) return {};
  const told: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (isPlain && String(value).trim() !== "") told[name] = String(value).trim();
  }
  return told;
}
