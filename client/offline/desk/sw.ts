import type { PrecacheEntry } from "workbox-precaching";
import { isDeskPage } from "../deny-list.ts";
import { answerPush } from "../push-worker.ts";
import { serveShell } from "../shell-worker.ts";

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (string | PrecacheEntry)[] };

// The list of files is put in place of __WB_MANIFEST by the build.
serveShell({ entries: self.__WB_MANIFEST, page: "/index.html", isOwnPage: isDeskPage });
answerPush({ isOwnPage: isDeskPage, icon: "/icons/desk-192.png" });
