import { type Browser, chromium } from "playwright-core";
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
