import type { BrowserContext, Page } from "playwright-core";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** In a page or a server: its clock runs ahead by so much more than before. */
function runAhead(byMs: number): void {
  const place = globalThis as unknown as { ahead?: number; Date: DateConstructor };
  if (place.ahead === undefined) {
    const True = Date;
    place.ahead = 0;
    place.Date = new Proxy(True, {
      construct: (_target, given: [], made) =>
        Reflect.construct(True, given.length === 0 ? [True.now() + (place.ahead ?? 0)] : given, made) as Date,
      get: (_target, name, receiver: unknown) =>
        name === "now" ? () => True.now() + (place.ahead ?? 0) : (Reflect.get(True, name, receiver) as unknown),
    });
  }
  place.ahead += byMs;
}

/**
 * A clock of a journey in which days go by. Pages and contexts that were given to it go with it; a server takes the time at
 * which it is started (`serverEnvironment`).
 */
export interface Calendar {
  /** Every page that the context opens from now on tells this time. */
  give(context: BrowserContext): Promise<void>;
  /** Time goes by for a context and the pages that it has. */
  pass(context: BrowserContext, ms: number): Promise<void>;
  /** What a server must be started with to be so far ahead. */
  serverEnvironment(aheadMs: number): Readonly<Record<string, string>>;
}

export const calendar: Calendar = {
  give: async (context) => void (await context.addInitScript(runAhead, 0)),
  pass: async (context, ms) => {
    await context.addInitScript(runAhead, ms);
    await Promise.all(context.pages().map((page: Page) => page.evaluate(runAhead, ms)));
  },
  serverEnvironment: (aheadMs) => ({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`(${runAhead.toString()})(${aheadMs})`)}`,
  }),
};
