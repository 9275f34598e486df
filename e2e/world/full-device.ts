import type { BrowserContext, Page } from "playwright-core";

/**
 * Lets a device run full. Chromium's own override of the quota does not reach IndexedDB, so the fault is put where a
 * browser would put it: a transaction whose writes went well is aborted in the end, with `QuotaExceededError`.
 */
export async function canRunFull(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const device = globalThis as unknown as { isFull?: boolean };
    const { prototype } = IDBObjectStore;
    for (const name of ["add", "put"] as const) {
      const write = Object.getOwnPropertyDescriptor(prototype, name)?.value as IDBObjectStore["put"];
      prototype[name] = function (...given) {
        const request = write.apply(this, given);
        if (device.isFull !== true) return request;
        const { transaction } = this;
        request.addEventListener("success", () => {
          Object.defineProperty(transaction, "error", {
            value: new DOMException("The current transaction exceeded its quota limitations.", "QuotaExceededError"),
          });
          transaction.abort();
        });
        return request;
      };
    }
  });
}

export const fillDevice = (page: Page): Promise<void> =>
  page.evaluate(() => {
    (globalThis as unknown as { isFull: boolean }).isFull = true;
  });

export const emptyDevice = (page: Page): Promise<void> =>
  page.evaluate(() => {
    (globalThis as unknown as { isFull: boolean }).isFull = false;
  });
