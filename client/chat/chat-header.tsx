import { createSignal, type JSX, Show } from "solid-js";
import type { Connection, PageFault } from "./model.ts";
import type { Told } from "./push.ts";
import { clockTime, type Locale, type Words } from "./strings.ts";

type InstallPrompt = Event & { prompt(): Promise<void> };

/** Title, the true connection line, and a menu: language, the personal return link, installing. */
export function ChatHeader(props: {
  readonly title: string;
  readonly line: string;
  readonly state: Connection["state"];
  readonly words: Words;
  readonly locale: Locale;
  readonly onLocale: (locale: Locale) => void;
  readonly returnAddress: string;
  readonly fault: PageFault | undefined;
  /** Whether he is told of answers when the chat is not open; absent where he cannot be. */
  readonly told?: Told | undefined;
  readonly onTold?: (() => void) | undefined;
  /** In a site's frame: goes back to the site. */
  readonly onClose?: (() => void) | undefined;
  readonly children: JSX.Element;
}) {
  const [install, setInstall] = createSignal<InstallPrompt>();
  const [copied, setCopied] = createSignal(false);
  const [showsLink, setShowsLink] = createSignal(false);
  let menu: HTMLDetailsElement | undefined;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    setInstall(event as InstallPrompt); // Chromium's event, not in the DOM library
  });
  addEventListener("click", (event) => {
    if (menu !== undefined && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || menu === undefined || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  };
  const copy = async (input: HTMLInputElement): Promise<void> => {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
      setCopied(true);
    } catch {
      setCopied(document.execCommand("copy")); // plain http has no clipboard
    }
  };
  let field: HTMLInputElement | undefined;
  return (
    <header>
      <div class="heading">
        <h1>{props.title}</h1>
        <p class="line" data-state={props.state} role="status">
          {props.line}
        </p>
      </div>
      {props.children}
      <details class="menu" ref={menu} onKeyDown={onKey}>
        <summary aria-label={props.words.menu} title={props.words.menu}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="5" r="1.8" />
            <circle cx="12" cy="12" r="1.8" />
            <circle cx="12" cy="19" r="1.8" />
          </svg>
        </summary>
        <div class="menu-body">
          <button
            type="button"
            lang={props.locale === "ru" ? "en" : "ru"}
            onClick={() => props.onLocale(props.locale === "ru" ? "en" : "ru")}
          >
            {props.words.language}
          </button>
          <Show when={props.told}>
            {(told) => (
              <button
                type="button"
                role="switch"
                aria-checked={told() === "on"}
                disabled={told() === "denied"}
                onClick={() => props.onTold?.()}
              >
                {told() === "on" ? props.words.toldOn : told() === "off" ? props.words.tellMe : props.words.toldDenied}
              </button>
            )}
          </Show>
          <Show when={props.returnAddress !== ""}>
            <button type="button" aria-expanded={showsLink()} onClick={() => setShowsLink(!showsLink())}>
              {props.words.returnLink}
            </button>
            <Show when={showsLink()}>
              <div class="return-link">
                <p>{props.words.returnWarning}</p>
                <input
                  ref={field}
                  readOnly
                  value={props.returnAddress}
                  aria-label={props.words.returnLink}
                  onFocus={(event) => event.currentTarget.select()}
                />
                <button type="button" class="primary" onClick={() => field !== undefined && void copy(field)}>
                  {copied() ? props.words.copied : props.words.copy}
                </button>
              </div>
            </Show>
          </Show>
          <Show when={props.onClose === undefined && install()}>
            {(event) => (
              <button type="button" onClick={() => void event().prompt()}>
                {props.words.install}
              </button>
            )}
          </Show>
          <Show when={props.fault}>
            {(fault) => <p class="hint">{props.words.stumbled(fault().name, clockTime(fault().at, props.locale))}</p>}
          </Show>
          <Show when={!isSecureContext}>
            <p class="hint">{props.words.insecure}</p>
          </Show>
        </div>
      </details>
      <Show when={props.onClose}>
        {(onClose) => (
          <button
            type="button"
            class="close-chat"
            aria-label={props.words.closeChat}
            title={props.words.closeChat}
            onClick={() => onClose()()}
          >
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M6 6l12 12M18 6L6 18" />
            </svg>
          </button>
        )}
      </Show>
    </header>
  );
}
