import type { FileRef } from "../../shared/items/base.ts";
import type { ChatDatabase } from "./database.ts";
import { uploadFile } from "./uploads.ts";

const AGAIN_MS = 6_000;

/** Files on their way to the server, beside the items that name them. */
export interface FileSender {
  /** Sends those of `refs` whose bytes lie here and have not arrived yet; what fails is asked for again by `onAgain`. */
  send(refs: readonly FileRef[]): Promise<void>;
  close(): void;
}

/** `onSent` tells bytes sent of a file; `onRefused` that it will never be taken; `onAgain` runs a while after it did not get through. */
export function createFileSender(options: {
  readonly database: ChatDatabase;
  readonly root: string;
  readonly secret: string;
  readonly onSent: (sha: string, bytes: number) => void;
  readonly onRefused: (sha: string) => void;
  readonly onAgain: () => void;
}): FileSender {
  const { database } = options;
  const ended = new AbortController();
  const underWay = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    send: async (refs) => {
      for (const ref of refs) {
        if (underWay.has(ref.sha) || (await database.meta<boolean>(`sent:${ref.sha}`)) === true) continue;
        if ((await database.meta<string>(`refused:${ref.sha}`)) !== undefined) {
          options.onRefused(ref.sha);
          continue;
        }
        const kept = await database.file(ref.sha);
        if (kept === undefined) continue;
        underWay.add(ref.sha);
        const end = await uploadFile(ref, kept.blob, {
          root: options.root,
          secret: options.secret,
          signal: ended.signal,
          onSent: (bytes) => options.onSent(ref.sha, bytes),
        });
        underWay.delete(ref.sha);
        if (end === "complete") await database.setMeta(`sent:${ref.sha}`, true);
        if (typeof end === "object") {
          await database.setMeta(`refused:${ref.sha}`, end.refused);
          options.onRefused(ref.sha);
        }
        if (end !== "again" || ended.signal.aborted) continue;
        clearTimeout(timer);
        timer = setTimeout(options.onAgain, AGAIN_MS);
      }
    },
    close: () => {
      ended.abort();
      clearTimeout(timer);
    },
  };
}
