import { createSignal } from "solid-js";

const [isUpdateReady, setUpdateReady] = createSignal(false);
const [isOfflineReady, setOfflineReady] = createSignal(false);

/** A new version stands ready; the shell is kept, so that the desk opens without a network. */
export { isOfflineReady, isUpdateReady };

/** What Chromium gives for installing; other browsers do it by their own menus. */
type InstallPrompt = Event & { readonly prompt: () => Promise<unknown> };
const [installPrompt, setInstallPrompt] = createSignal<InstallPrompt>();

/** Whether the browser lets the page offer to be installed. */
export const canInstall = (): boolean => installPrompt() !== undefined;

/** Asks the person, by the browser's own window. */
export async function install(): Promise<void> {
  const asked = installPrompt();
  setInstallPrompt(undefined);
  await asked?.prompt();
}

let waiting: ServiceWorker | undefined;
let isRenewing = false;
/** The server's kill switch has removed the worker: none is called back in this tab. */
const SWITCHED_OFF = "otklik.worker-off";
const ASK_EVERY_MS = 30 * 60_000;

/** Lets the service worker keep the shell, and notices new versions. Where there is none, nothing happens. */
export async function followVersions(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  if (sessionStorage.getItem(SWITCHED_OFF) !== null) return;
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data === "worker-off") sessionStorage.setItem(SWITCHED_OFF, "1");
  });
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    setInstallPrompt(() => event as InstallPrompt); // the event of this name has it
  });
  // A page that was there before the worker belongs to nobody: it must not be renewed under the person's hands.
  const hadOne = navigator.serviceWorker.controller !== null;
  setOfflineReady(hadOne);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    setOfflineReady(true);
    if (isRenewing) location.reload();
  });
  try {
    const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    const note = (worker: ServiceWorker | null): void => {
      if (worker === null) return;
      const look = (): void => {
        if (worker.state !== "installed" || navigator.serviceWorker.controller === null) return;
        waiting = worker;
        setUpdateReady(true);
      };
      worker.addEventListener("statechange", look);
      look();
    };
    note(registration.waiting);
    registration.addEventListener("updatefound", () => note(registration.installing));
    setInterval(() => void registration.update().catch(() => undefined), ASK_EVERY_MS); // off line: next time
  } catch {
    // Private windows and odd proxies refuse workers: the desk works all the same while there is a network.
  }
}

/** The server does not speak this version any more: renewing is all that helps. */
export function needRenewal(): void {
  setUpdateReady(true);
}

/** Renews the page with the new version. The caller has made sure that nobody is writing. */
export function renew(): void {
  if (waiting === undefined) return location.reload();
  isRenewing = true;
  waiting.postMessage("skip-waiting");
}
