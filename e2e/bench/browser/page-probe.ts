/**
 * What the pages of the bench are watched with; runs in the page, before anything of it. Ours and the floors' carry the
 * same probe, so that both pay for it.
 */
export type PageProbe = {
  /**
   * From the next key press on: milliseconds from the press, as the browser stamped it, until the first frame was painted
   * in which `isShown` holds.
   */
  readonly paintAfterKey: (isShown: () => boolean) => Promise<number>;
  /**
   * From the moment at which the page hears of the next key press: milliseconds until a strict write into a database of
   * this name has completed. The key's way through the browser is no part of it, as it is none of the floor's.
   */
  readonly savedAfterKey: (database: string) => Promise<number>;
  /** Tasks of the main thread that took longer than 50 ms: when they began, and how long they took, in ms. */
  readonly longTasks: { readonly at: number; readonly ms: number }[];
};

declare global {
  interface Window {
    readonly probe: PageProbe;
  }
}

/** Installs the probe; given to the browser as it is, so it stands on nothing outside of itself. */
export function installProbe(): void {
  const longTasks: { at: number; ms: number }[] = [];
  let onSave: ((name: string) => void) | undefined;

  const keyPress = (): Promise<number> =>
    new Promise((resolve) =>
      addEventListener("keydown", (event) => resolve(event.timeStamp), { capture: true, once: true }),
    );
  /** The end of the frame that is being made: a message that is posted in it comes after it was painted. */
  const afterPaint = (): Promise<number> =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(undefined);
    });

  const probe: PageProbe = {
    longTasks,
    paintAfterKey: async (isShown) => {
      const pressedAt = await keyPress();
      await new Promise<void>((resolve) => {
        const look = (): void => (isShown() ? resolve() : void requestAnimationFrame(look));
        requestAnimationFrame(look);
      });
      return (await afterPaint()) - pressedAt;
    },
    savedAfterKey: async (database) => {
      const heard = keyPress().then(() => performance.now());
      const saved = new Promise<number>((resolve) => {
        onSave = (name) => {
          if (!name.includes(database)) return;
          onSave = undefined;
          resolve(performance.now());
        };
      });
      const heardAt = await heard;
      return (await saved) - heardAt;
    },
  };
  Object.defineProperty(window, "probe", { value: probe });

  const { prototype } = IDBDatabase;
  type Begin = IDBDatabase["transaction"];
  const begin: Begin = Reflect.get(prototype, "transaction"); // called on the database that it was asked of
  const begun: Begin = function (this: IDBDatabase, stores, mode, options) {
    const transaction = begin.call(this, stores, mode, options);
    if (mode === "readwrite" && options?.durability === "strict") {
      transaction.addEventListener("complete", () => onSave?.(this.name));
    }
    return transaction;
  };
  Object.assign(prototype, { transaction: begun });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push({ at: entry.startTime, ms: entry.duration });
  }).observe({ type: "longtask", buffered: true });
}
