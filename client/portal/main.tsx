import { createSignal } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import { render } from "solid-js/web";
import { userIdOfSecret } from "../../shared/kernel/ids.ts";
import { openChatDatabase } from "../chat/database.ts";
import { browserLocale, type Locale } from "../chat/strings.ts";
import { personalAddress, takePersonalAddress } from "./address.ts";
import { openPortalEngine, type PortalEngine } from "./engine.ts";
import { emptyPortal, type PortalModel } from "./model.ts";
import { PortalApp } from "./portal-app.tsx";
import "../chat/base.css";
import "../chat/pieces.css";
import "./portal.css";

const LOCALE_KEY = "otklik-chat-locale";
/** Whose portal this device opened last; absent: that of its own chat. */
const SECRET_KEY = "portal-secret";
const given = takePersonalAddress(location, history);
const chosen = localStorage.getItem(LOCALE_KEY);
const [locale, setLocale] = createSignal<Locale>(
  chosen === "ru" || chosen === "en" ? chosen : browserLocale(navigator.languages),
);
const [model, setModel] = createStore<{ now: PortalModel }>({ now: emptyPortal });
const [engine, setEngine] = createSignal<PortalEngine>();
const [address, setAddress] = createSignal("");
const [own, setOwn] = createSignal<() => void>();

const root = document.querySelector("#portal");
if (root !== null) {
  render(
    () => (
      <PortalApp
        locale={locale()}
        onLocale={(next) => {
          localStorage.setItem(LOCALE_KEY, next);
          setLocale(next);
        }}
        model={model.now}
        engine={engine()}
        returnAddress={address()}
        onOwn={own()}
      />
    ),
    root,
  );
}

const database = await openChatDatabase();
if (given !== undefined) await database.setMeta(SECRET_KEY, given.secret);
const ofChat = await database.meta<string>("secret");
const secret = (await database.meta<string | null>(SECRET_KEY)) ?? ofChat;
if (secret === undefined) setModel("now", { ...emptyPortal, access: "none" });
else {
  setAddress(personalAddress(location, secret));
  if (ofChat !== undefined && ofChat !== secret) {
    setOwn(() => () => {
      void database.setMeta(SECRET_KEY, null).then(() => location.reload());
    });
  }
  setEngine(
    await openPortalEngine({
      database,
      secret,
      name: userIdOfSecret(secret),
      locale,
      show: (next) => setModel("now", reconcile(next, { key: "id", merge: false })),
    }),
  );
}
// Another personal link may be opened in a page that is open already.
addEventListener("hashchange", () => {
  const next = takePersonalAddress(location, history);
  if (next === undefined || next.secret === secret) return;
  void database.setMeta(SECRET_KEY, next.secret).then(() => location.reload());
});

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/portal/sw.js", { scope: "/portal" }).catch(() => {
    // The portal works without it; only a cold start off line does not.
  });
}
void navigator.storage?.persist?.();
