import type { LiveEdge } from "./live-edge.ts";

/** A live edge with nobody on it: drafts stay in this browser. For where no server's boards are at hand. */
export function localEdge(storageKey: string): LiveEdge {
  return {
    subscribe: () => () => undefined,
    people: () => [],
    lease: () => undefined,
    say: () => undefined,
    openDraft: (thread) => {
      const key = `${storageKey}.text.${thread}`;
      return {
        text: () => localStorage.getItem(key) ?? "",
        write: (text) => {
          if (text === "") localStorage.removeItem(key);
          else localStorage.setItem(key, text);
        },
        subscribe: () => () => undefined,
        close: () => undefined,
      };
    },
    close: () => undefined,
  };
}
