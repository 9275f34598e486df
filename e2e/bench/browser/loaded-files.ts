import type { Page, Request } from "playwright-core";

/** What a page and its workers have asked for, and which workers it has started, since this was last emptied. */
export type LoadedFiles = {
  /** Paths of requests and of workers' scripts, each once. The service worker's own keeping of files is none of the page's. */
  readonly seen: () => readonly string[];
  readonly empty: () => void;
  readonly end: () => void;
};

export function watchLoadedFiles(page: Page): LoadedFiles {
  const paths = new Set<string>();
  const asked = (request: Request): void => {
    if (request.serviceWorker() === null) paths.add(new URL(request.url()).pathname);
  };
  const started = (worker: { url(): string }): void => void paths.add(new URL(worker.url()).pathname);
  page.context().on("request", asked);
  page.on("worker", started);
  return {
    seen: () => [...paths],
    empty: () => paths.clear(),
    end: () => {
      page.context().off("request", asked);
      page.off("worker", started);
    },
  };
}
