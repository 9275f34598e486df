/** What a Chromium of a test is started with: it runs as root and calls nobody. */
export const chromiumArguments: readonly string[];
/** The path of an installed Chromium or Chrome; nothing when there is none; throws when CHROMIUM_PATH names none. */
export function findChromium(): string | undefined;
/** As `findChromium`, installing one where we may; throws an error with a message for people. */
export function ensureChromium(): Promise<string>;
