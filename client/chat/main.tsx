import { createSignal } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import { render } from "solid-js/web";
import { ChatApp } from "./chat-app.tsx";
import { openChatDatabase } from "./database.ts";
import { openChatEngine } from "./engine.ts";
import type { PortalTickets } from "../../shared/protocol/portal.ts";
import { openIdentity, portalAddress, returnAddress, takeSecretFromAddress } from "./identity.ts";
import { type ChatModel, emptyModel } from "./model.ts";
import type { ChatEngine } from "./port.ts";
import { type SeenAnswer, ticketsOf } from "./seen.ts";
import { browserLocale, type Locale } from "./strings.ts";
import "./base.css";
import "./pieces.css";
import "./chat.css";

const token = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const LOCALE_KEY = "otklik-chat-locale";
const chosen = localStorage.getItem(LOCALE_KEY);
const [locale, setLocale] = createSignal<Locale>(
  chosen === "ru" || chosen === "en" ? chosen : browserLocale(navigator.languages),
);
const [model, setModel] = createStore<{ now: ChatModel }>({ now: emptyModel });
const [engine, setEngine] = createSignal<ChatEngine>();
const [address, setAddress] = createSignal("");
const [secret, setSecret] = createSignal("");
const [requests, setRequests] = createSignal<SeenAnswer<PortalTickets>>();

const root = document.querySelector("#chat");
if (root !== null) {
  render(
    () => (
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
        requests={requests()}
        portal={(ticket) => portalAddress(secret(), ticket)}
      />
    ),
    root,
  );
}

const database = await openChatDatabase();
const identity = await openIdentity(database, takeSecretFromAddress(location, history));
setAddress(returnAddress(location, identity.secret));
setSecret(identity.secret);
setRequests(() => ticketsOf(database, identity));
setEngine(
  await openChatEngine({
    token,
    database,
    identity,
    locale: locale(),
    show: (next) => setModel("now", reconcile(next, { key: "id", merge: false })),
  }),
);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/c/sw.js", { scope: "/c/" }).catch(() => {
    // The chat works without it; only a cold start off line does not.
  });
}
void navigator.storage?.persist?.();
