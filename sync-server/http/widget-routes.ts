import { Hono } from "hono";
import type { Ms } from "../../shared/kernel/clock.ts";
import { isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { mayWrite } from "../../shared/policy/can.ts";
import { parseWidgetSettings, type WidgetSecretAnswer, type WidgetSecretState } from "../../shared/protocol/widget.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { AuditBook } from "../identity/audit-book.ts";
import type { Identity } from "../identity/port.ts";
import type { WidgetSecrets } from "../identity/widget-secrets.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { signedIn } from "./guards.ts";

export type WidgetRouteParts = {
  readonly identity: Pick<Identity, "authenticate">;
  readonly secrets: WidgetSecrets;
  readonly audit: Pick<AuditBook, "note">;
  readonly visibleHead: (actor: Actor, thread: ThreadId) => DeviceHead | undefined;
  readonly clock: () => Ms;
};

/** Secrets of widgets, for those who may change the widget: `shared/protocol/widget.ts`. */
export function widgetRoutes({ identity, secrets, audit, visibleHead, clock }: WidgetRouteParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.use("/:link/secret", signedIn(identity, "admin", "lead"));

  /** The widget, when the one who asks may change it. */
  const widgetOf = (c: Ask): ThreadId => {
    const { actor } = c.get("who");
    const id = c.req.param("link");
    const head = isThreadId(id) ? visibleHead(actor, id) : undefined;
    if (head?.kind !== "link" || parseWidgetSettings(head.fields["widget"]?.value) === undefined) {
      throw new Fault("not-found");
    }
    if (!mayWrite(actor, "set-field", head)) throw new Fault("forbidden");
    c.header("Cache-Control", "no-store");
    return head._id;
  };
  const note = (c: Ask, act: "widget-secret-made" | "widget-secret-removed", link: ThreadId): void =>
    audit.note({ act, link }, { by: c.get("who").actor.id, from: c.get("from") });

  app.get("/:link/secret", async (c) => {
    const madeAt = await secrets.madeAt(widgetOf(c));
    return c.json({ madeAt: madeAt ?? null } satisfies WidgetSecretState);
  });

  app.post("/:link/secret", async (c) => {
    const link = widgetOf(c);
    const madeAt = clock();
    const secret = await secrets.make(link, c.get("who").actor.id, madeAt);
    note(c, "widget-secret-made", link);
    return c.json({ secret, madeAt } satisfies WidgetSecretAnswer, 201);
  });

  app.delete("/:link/secret", async (c) => {
    const link = widgetOf(c);
    await secrets.remove(link);
    note(c, "widget-secret-removed", link);
    return c.body(null, 204);
  });
  return app;
}
