import { createSignal, type JSX } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import { render } from "solid-js/web";
import type { PortalTickets } from "../../shared/protocol/portal.ts";
import type { FrameWord } from "../../shared/protocol/widget-frame.ts";
import { mark } from "../../shared/protocol/widget-frame.ts";
import { ChatApp } from "./chat-app.tsx";
import { openChatDatabase } from "./database.ts";
import { type Embed, readEmbed } from "./embed.ts";
import type { Embedded } from "./embedded.ts";
import { openChatEngine } from "./engine.ts";
import { openIdentity, portalAddress, returnAddress, takeSecretFromAddress } from "./identity.ts";
import { type ChatModel, emptyModel } from "./model.ts";
import type { ChatEngine } from "./port.ts";
import type { Told } from "./push.ts";
import { type SeenAnswer, ticketsOf } from "./seen.ts";
import { browserLocale, type Locale, wordsOf } from "./strings.ts";
import "./base.css";
import "./pieces.css";
import "./chat.css";

const token = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const LOCALE_KEY = "otklik-chat-locale";
const embed = readEmbed(location.search, parent !== window);

const tellHost = (host: string, word: FrameWord): void => parent.postMessage(mark(word), host);

const show = (page: () => JSX.Element): void => {
  const root = document.querySelector("#chat");
  if (root !== null) render(page, root);
};

if (embed?.forgets === true) await forgetFor(embed);
else
  await start().catch((error: unknown) => {
    if (embed === undefined) throw error;
    console.error(error);
    showOwnPage(embed);
  });

async function start(): Promise<void> {
  const chosen = localStorage.getItem(LOCALE_KEY);
  const [locale, setLocale] = createSignal<Locale>(
    chosen === "ru" || chosen === "en" ? chosen : (embed?.locale ?? browserLocale(navigator.languages)),
  );
  const [model, setModel] = createStore<{ now: ChatModel }>({ now: emptyModel });
  const [engine, setEngine] = createSignal<ChatEngine>();
  const [address, setAddress] = createSignal("");
  const [secret, setSecret] = createSignal("");
  const [told, setTold] = createSignal<Told>();
  const [requests, setRequests] = createSignal<SeenAnswer<PortalTickets>>();
  const frame = embed === undefined ? undefined : await openFrame(embed, (next) => chosen === null && setLocale(next));

  show(() => (
    <ChatApp
      token={token}
      locale={locale()}
      onLocale={(next) => {
        localStorage.setItem(LOCALE_KEY, next);
        setLocale(next);
      }}
      model={model.now}
      engine={engine()}
      returnAddress={address()}
      told={told()}
      onTold={() => void turnTold().then(setTold)}
      requests={requests()}
      portal={(ticket) => portalAddress(secret(), ticket)}
      frame={frame}
    />
  ));

  /** A browser may change its subscription at any time: where he is told, the server is told anew at each start. */
  async function turnTold(): Promise<Told> {
    const { leaveMe, tellMe } = await import("./push.ts");
    return told() === "on" ? leaveMe() : tellMe({ token, secret: secret(), locale: locale() });
  }
  async function lookTold(): Promise<void> {
    const { toldNow, tellMe } = await import("./push.ts");
    const now = await toldNow();
    setTold(now === "on" ? await tellMe({ token, secret: secret(), locale: locale() }) : now);
  }

  const database = await openChatDatabase();
  const identity = await openIdentity(database, takeSecretFromAddress(location, history));
  setAddress(returnAddress(location, identity.secret));
  setSecret(identity.secret);
  setRequests(() => ticketsOf(database, identity));
  await frame?.introduce({ database, identity });
  setEngine(
    await openChatEngine({
      token,
      database,
      identity,
      locale: locale(),
      isEmbedded: embed !== undefined,
      show: (next) => {
        setModel("now", reconcile(next, { key: "id", merge: false }));
        frame?.follow(next);
      },
    }),
  );

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker
      .register("/c/sw.js", { scope: "/c/" })
      // A site's frame may show no notices.
      .then(() => (embed === undefined ? lookTold() : undefined))
      .catch(() => {
        // The chat works without it; only a cold start off line and being told of answers do not.
      });
  }
  void navigator.storage?.persist?.();
}

/** What only a site's frame needs is loaded there only. */
async function openFrame(of: Embed, onLocale: (locale: Locale) => void): Promise<Embedded> {
  const { openEmbedded } = await import("./embedded.ts");
  return openEmbedded({ embed: of, token, onLocale });
}

/** Nothing is opened and nothing kept: what an earlier visitor of this device left is taken away. */
async function forgetFor({ host }: Embed): Promise<void> {
  const { forgetPerson } = await import("./forget.ts");
  await forgetPerson();
  tellHost(host, { t: "forgotten" });
}

/** A browser may keep frames from storing anything: then a tab of its own is the way. */
function showOwnPage({ host, locale }: Embed): void {
  const words = wordsOf(locale ?? browserLocale(navigator.languages));
  show(() => (
    <main class="no-storage">
      <p>{words.noStorage}</p>
      <a href={location.pathname} target="_blank" rel="noopener">
        {words.ownPage}
      </a>
      <button type="button" onClick={() => tellHost(host, { t: "close" })}>
        {words.closeChat}
      </button>
    </main>
  ));
  tellHost(host, { t: "up" });
}
