import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";
import { chromiumArguments, findChromium } from "../../.house/chromium.mjs";

/** The system's Chromium; throws with a clear message when there is none. Found, never downloaded. */
export function chromiumPath(): string {
  const path = findChromium();
  if (path) return path;
  throw new Error("No Chromium was found: run `npm test` once, install chromium, or set CHROMIUM_PATH.");
}

/** Opens a headless Chromium with the flags of every test; its opener closes it. `more` flags come after ours. */
export function openChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), headless: true, args: [...chromiumArguments, ...more] });
}

/** A browser with a profile on the disk: it can be closed or die, and be started again with what it kept. */
export interface Laptop {
  /** Starts the browser on what it has kept. */
  open(options: BrowserContextOptions): Promise<BrowserContext>;
  /** Closes the browser, as a person does; what was on the disk stays. */
  shut(): Promise<void>;
  /** The browser dies in the middle of whatever it does. */
  crash(): Promise<void>;
  /** Closes it and removes what it kept. */
  close(): Promise<void>;
}

export function makeLaptop(): Laptop {
  const profile = mkdtempSync(join(tmpdir(), "otklik-profile-"));
  let context: BrowserContext | undefined;
  const shut = async (): Promise<void> => {
    await context?.close();
    context = undefined;
  };
  return {
    open: async (options) => {
      context = await chromium.launchPersistentContext(profile, {
        executablePath: chromiumPath(),
        headless: true,
        args: [...chromiumArguments],
        ...options,
      });
      return context;
    },
    shut,
    crash: async () => {
      const [page] = context?.pages() ?? [];
      if (context === undefined || page === undefined) return;
      const died = context;
      const ended = new Promise((resolve) => void died.once("close", resolve));
      const session = await died.newCDPSession(page);
      // Nobody lives to answer it.
      session.send("Browser.crash").catch(() => undefined);
      await ended;
      context = undefined;
    },
    close: async () => {
      await shut();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
