/** What tabs of one program and one person tell each other. */
export type TabNews =
  | { readonly t: "queued" }
  | { readonly t: "model"; readonly json: string }
  | { readonly t: "hello" }
  /** Of the portal: a ticket is to be fetched again. */
  | { readonly t: "changed"; readonly ticket: string };

/** Many tabs, one stream: the tab that holds the lock talks with the server for all. */
export interface Tabs {
  readonly isLeader: () => boolean;
  tell(news: TabNews): void;
  close(): void;
}

/**
 * Competes for the lead of `name`; `onLead` runs when this tab gets it, which is at once where the browser has no locks
 * (plain http). A closed or crashed tab lets go by itself.
 */
export function joinTabs(name: string, on: { lead: () => void; news: (news: TabNews) => void }): Tabs {
  let leads = false;
  const channel = globalThis.BroadcastChannel !== undefined ? new BroadcastChannel(name) : undefined;
  const end = new AbortController();
  channel?.addEventListener("message", (event: MessageEvent<TabNews>) => on.news(event.data));
  const lead = (): void => {
    leads = true;
    on.lead();
  };
  if (navigator.locks === undefined) lead();
  else {
    const untilClosed = new Promise<void>((resolve) => end.signal.addEventListener("abort", () => resolve()));
    navigator.locks
      .request(name, { signal: end.signal }, () => {
        lead();
        return untilClosed;
      })
      .catch((error: unknown) => {
        if (!end.signal.aborted) throw error;
      });
  }
  return {
    isLeader: () => leads,
    tell: (news) => channel?.postMessage(news),
    close: () => {
      end.abort();
      channel?.close();
    },
  };
}
