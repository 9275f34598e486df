import type { FrameWord } from "../../shared/protocol/widget-frame.ts";
import { type ChatModel, lastU } from "./model.ts";

/** Tells the site what it may know of the chat: how many messages nobody has seen, and that one came. */
export interface HostNews {
  follow(model: ChatModel): void;
  shown(is: boolean): void;
}

/** `seen`: the `u` up to which the person had the chat before his eyes, as this device keeps it. */
export function createHostNews(
  say: (word: FrameWord) => void,
  kept: { readonly seen: number | undefined; readonly keep: (seen: number) => void },
): HostNews {
  let seen = kept.seen;
  let told: number | undefined;
  let isShown = false;
  let last: ChatModel | undefined;
  let unread = 0;

  function count(): void {
    if (last === undefined) return;
    const top = lastU(last.items);
    // What is here when the chat is opened the first time has no reader to wait for.
    if (isShown && top > (seen ?? -1)) {
      seen = top;
      kept.keep(top);
    }
    const from = seen ?? 0;
    const next = isShown ? 0 : last.items.filter((item) => !item.mine && item.kind === "reply" && item.u > from).length;
    if (next === unread) return;
    unread = next;
    say({ t: "unread", count: unread });
  }

  return {
    follow: (model) => {
      last = model;
      if (told !== undefined) {
        for (const item of model.items) {
          if (item.u <= told || item.mine || item.kind !== "reply") continue;
          say({ t: "message", id: item.id, at: item.at, ...(item.name === undefined ? {} : { by: item.name }) });
        }
      }
      // What was there before the connection stood is no news.
      if (told !== undefined || model.connection.state === "live") told = lastU(model.items);
      count();
    },
    shown: (is) => {
      isShown = is;
      count();
    },
  };
}
