import type { PrecacheEntry } from "workbox-precaching";
import { isPortalPage } from "../deny-list.ts";
import { serveShell } from "../shell-worker.ts";

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (string | PrecacheEntry)[] };

// The list of files is put in place of __WB_MANIFEST by the build.
serveShell({ entries: self.__WB_MANIFEST, page: "/portal/index.html", isOwnPage: isPortalPage });
