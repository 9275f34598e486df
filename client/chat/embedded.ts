import { createSignal } from "solid-js";
import { type FrameWord, type HostWord, inkOn, mark, readHostWord } from "../../shared/protocol/widget-frame.ts";
import { createChatApi } from "./api.ts";
import type { ChatDatabase } from "./database.ts";
import type { Embed } from "./embed.ts";
import { forgetPerson } from "./forget.ts";
import { createHostNews } from "./host-news.ts";
import type { ChatIdentity } from "./identity.ts";
import { createIntroductions, type Introductions } from "./introductions.ts";
import type { ChatModel } from "./model.ts";
import type { Locale } from "./strings.ts";
import "./embed.css";

/** Under which id of the site's this device's visitor was verified last. */
const KNOWN_AS = "known-as";
/** Unsent words of whoever leaves have this long to get away. */
const LAST_WORDS_MS = 5_000;

/** The chat in a site's frame. */
export type Embedded = {
  readonly isShown: () => boolean;
  readonly close: () => void;
  /** What the page shows, whenever it changes. */
  readonly follow: (model: ChatModel) => void;
  /** The chat is open: what the site says of its visitor can go to the desk. */
  readonly introduce: (of: { readonly database: ChatDatabase; readonly identity: ChatIdentity }) => Promise<void>;
};

type Given = {
  readonly embed: Embed;
  readonly token: string;
  readonly onLocale: (locale: Locale) => void;
};

/** Speaks with the launcher of `embed.host` and nobody else, looks as it wants, and forgets when it says so. */
export function openEmbedded({ embed, token, onLocale }: Given): Embedded {
  const [isShown, setIsShown] = createSignal(false);
  const say = (word: FrameWord): void => parent.postMessage(mark(word), embed.host);
  const seenKey = `otklik-chat-seen:${token}`;
  const seen = Number(localStorage.getItem(seenKey) ?? Number.NaN);
  const news = createHostNews(say, {
    seen: Number.isNaN(seen) ? undefined : seen,
    keep: (upTo) => localStorage.setItem(seenKey, String(upTo)),
  });
  let model: ChatModel | undefined;
  let introductions: Introductions | undefined;
  let knownAs: string | undefined;
  /** Said before the chat was open. */
  let early: HostWord[] = [];

  const others = globalThis.BroadcastChannel === undefined ? undefined : new BroadcastChannel("otklik-chat-person");
  others?.addEventListener("message", () => location.reload());

  dress(embed);
  addEventListener("message", (event: MessageEvent) => {
    if (event.source !== parent || event.origin !== embed.host) return;
    const word = readHostWord(event.data);
    if (word !== undefined) obey(word);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    if (document.querySelector("dialog[open], details[open], .edit-row") === null) say({ t: "close" });
  });

  function obey(word: HostWord): void {
    switch (word.t) {
      case "shown":
        setIsShown(word.on);
        news.shown(word.on);
        return;
      case "look":
        dress({ ...embed, theme: word.theme });
        if (word.locale !== undefined) onLocale(word.locale);
        return;
      case "reset":
        return void forgetAll();
      case "identify":
      case "attributes":
        if (introductions === undefined) early.push(word);
        else introduce(word, introductions);
    }
  }

  function introduce(word: Extract<HostWord, { t: "identify" | "attributes" }>, to: Introductions): void {
    if (word.t === "attributes") return to.setAttributes(word.attributes);
    // Somebody else sits here now: what was written before is not his.
    if (knownAs !== undefined && knownAs !== word.id) return void forgetAll();
    const { id, traits, signature } = word;
    to.identify({ id, traits, ...(signature === undefined ? {} : { signature }) });
  }

  async function forgetAll(): Promise<void> {
    const until = Date.now() + LAST_WORDS_MS;
    const isWaiting = (): boolean =>
      model?.connection.state === "live" && model.queued.some((row) => row.state === "saved");
    while (isWaiting() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
    introductions?.close();
    await forgetPerson();
    others?.postMessage("forgotten");
    location.reload();
  }

  say({ t: "up" });
  return {
    isShown,
    close: () => say({ t: "close" }),
    follow: (next) => {
      model = next;
      news.follow(next);
      introductions?.wake();
    },
    introduce: async ({ database, identity }) => {
      const api = createChatApi(token, () => identity.secret);
      knownAs = await database.meta<string>(KNOWN_AS);
      introductions = createIntroductions({
        identify: api.identify,
        setAttributes: api.setAttributes,
        isLive: () => model?.connection.state === "live",
        hasDialog: () => model?.state !== undefined,
        onOutcome: (who, outcome, code) => {
          say({ t: "identified", outcome, ...(code === undefined ? {} : { code }) });
          if (code === "identity-taken") return void forgetAll();
          if (outcome !== "verified") return;
          knownAs = who.id;
          database.setMeta(KNOWN_AS, who.id).catch(() => undefined); // a full device asks the desk again
        },
      });
      for (const word of early) obey(word);
      early = [];
    },
  };
}

/** What the site wants it to look like. Links of the chat lead into tabs of their own: no other page of ours may be framed. */
function dress({ theme, accent }: Pick<Embed, "theme" | "accent">): void {
  const { documentElement: root } = document;
  root.dataset["embed"] = "";
  if (theme !== undefined) root.style.colorScheme = theme;
  if (accent !== undefined) {
    root.style.setProperty("--brand", accent);
    root.style.setProperty("--brand-ink", inkOn(accent));
  }
  if (document.querySelector("base") !== null) return;
  const base = document.createElement("base");
  base.target = "_blank";
  document.head.append(base);
}
