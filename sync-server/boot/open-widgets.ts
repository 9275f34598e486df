import type { Hono } from "hono";
import { canonicalJson } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { sha256Hex } from "../../shared/kernel/hash.ts";
import type { HttpEnv } from "../http/env.ts";
import { identifyRoutes } from "../http/identify-routes.ts";
import type { SitesOf } from "../http/static-pages.ts";
import { widgetRoutes } from "../http/widget-routes.ts";
import { openWidgetSecrets } from "../identity/widget-secrets.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { makeSystemItem } from "../reactions/reaction.ts";
import type { Core } from "./open-core.ts";

/** The embedded widget as HTTP mounts it. */
export type Widgets = {
  /** Stands before the chat's own routes. */
  readonly chatRoutes: Hono<HttpEnv>;
  readonly routes: Hono<HttpEnv>;
  readonly sitesOf: SitesOf;
};

type Parts = { readonly core: Core; readonly clock: () => Ms };

export function openWidgets({ core, clock }: Parts): Widgets {
  const { gateway, directory, arbiter, identity, audit, databases } = core;
  const secrets = openWidgetSecrets(databases.server);
  return {
    sitesOf: (token) => directory.linkOf(token)?.widget?.origins,
    chatRoutes: identifyRoutes({
      directory,
      secrets,
      clock,
      head: (thread) => gateway.head(thread),
      setFields: async (head, set) => {
        // Two calls with the same word make one item.
        const cause = `visitor:${head._id}:${head.inc}.${head.n}:${sha256Hex(canonicalJson(set))}`;
        const item = makeSystemItem({ kind: "set-field", thread: head._id, cause, at: clock(), set });
        const [answer] = await arbiter.submit([{ item, actor: SYSTEM_ACTOR }]);
        return answer?.answer === "ok" || answer?.answer === "dup";
      },
    }),
    routes: widgetRoutes({
      identity,
      secrets,
      audit,
      clock,
      visibleHead: (actor, thread) => gateway.visibleHead(actor, thread),
    }),
  };
}
