import { type Accessor, createEffect, createMemo, createSignal, onCleanup, untrack } from "solid-js";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { useDesk } from "./desk.ts";

/** A file as it is fetched: by the item that brought it. */
export type FileOf = { readonly thread: ThreadId; readonly item: ItemId; readonly sha: string };

/** Waits between two questions for a file that is not on the server yet. */
const ASK_AGAIN_MS = { first: 500, most: 30_000 } as const;

/**
 * An address at which the page draws a file, for as long as its owner lives; nothing until the file is here. `isAway`: it was
 * asked for and is not to be had now; while there is a connection it is asked for again.
 */
export function createPictureUrl(file: Accessor<FileOf | undefined>): {
  readonly url: Accessor<string | undefined>;
  readonly isAway: Accessor<boolean>;
} {
  const desk = useDesk();
  const [url, setUrl] = createSignal<string>();
  const [isAway, setAway] = createSignal(false);
  const isLive = createMemo(() => desk.connection().state === "live");
  const wanted = createMemo(file, undefined, { equals: isSameFile });
  createEffect(() => {
    const now = wanted();
    if (now === undefined) return;
    let made: string | undefined;
    // Asked once, then again whenever the connection comes back, until it is here.
    createEffect(() => {
      const asksAgain = isLive();
      if (made !== undefined) return;
      let isOver = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      /** A message is here before its files are: they are on their way from another device. */
      const ask = async (waitMs: number): Promise<void> => {
        const blob = await desk.file(now.thread, now.item, now.sha).catch(() => undefined);
        if (isOver) return;
        setAway(blob === undefined);
        if (blob !== undefined) {
          made = URL.createObjectURL(blob);
          setUrl(made);
        } else if (asksAgain && desk.refusedFiles.why(now.sha) === undefined) {
          timer = setTimeout(() => void ask(Math.min(2 * waitMs, ASK_AGAIN_MS.most)), waitMs);
        }
      };
      untrack(() => void ask(ASK_AGAIN_MS.first));
      onCleanup(() => {
        isOver = true;
        clearTimeout(timer);
      });
    });
    onCleanup(() => {
      if (made !== undefined) URL.revokeObjectURL(made);
      setUrl(undefined);
    });
  });
  return { url, isAway };
}

const isSameFile = (a: FileOf | undefined, b: FileOf | undefined): boolean =>
  a?.thread === b?.thread && a?.item === b?.item && a?.sha === b?.sha;
