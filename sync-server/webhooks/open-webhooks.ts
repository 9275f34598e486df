import type { Hono } from "hono";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { FileLink } from "../api/present.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { HttpEnv } from "../http/env.ts";
import type { AuditBook } from "../identity/audit-book.ts";
import type { Directory } from "../identity/directory.ts";
import type { Identity } from "../identity/port.ts";
import { secureRandom } from "../platform/chance.ts";
import type { Log } from "../platform/log.ts";
import { postSafely } from "../platform/signed-post.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { openWebhookBook } from "./book.ts";
import { openOutbox } from "./outbox.ts";
import { webhookRoutes } from "./routes.ts";
import { runWebhooks } from "./runner.ts";
import { runSender } from "./sender.ts";

export type WebhookParts = {
  readonly identity: Pick<Identity, "authenticate">;
  readonly arbiter: Pick<Arbiter, "head" | "onCommit">;
  /** `desk` and `desk-server`. */
  readonly database: StoreDatabase;
  readonly serverDatabase: StoreDatabase;
  readonly directory: Pick<Directory, "teams">;
  readonly audit: Pick<AuditBook, "note">;
  readonly fileLink: FileLink;
  /** Names of hooks that the desk has stopped; told when they are others than before. */
  readonly tellStopped: (names: readonly string[]) => Promise<void>;
  readonly clock: () => Ms;
  readonly log: Log;
};

/** What tells other systems of what happens here. */
export type Webhooks = {
  /** Mounted at `/api/webhooks`. */
  readonly routes: Hono<HttpEnv>;
  readonly close: () => Promise<void>;
};

const SWEEP_MS = 3_600_000;

export async function openWebhooks(parts: WebhookParts): Promise<Webhooks> {
  const { serverDatabase, clock, log, audit } = parts;
  const book = await openWebhookBook(serverDatabase, clock);
  const outbox = await openOutbox(serverDatabase, clock);
  const sender = runSender({
    book,
    outbox,
    post: postSafely,
    clock,
    random: secureRandom,
    log,
    onPaused: (hook) => {
      audit.note({ act: "webhook-paused", webhook: hook.id }, {});
      tellStopped();
    },
  });
  const stopped = (): readonly string[] =>
    book.list().flatMap((hook) => (hook.paused === "failures" ? [hook.name] : []));
  let told = JSON.stringify(stopped());
  function tellStopped(): void {
    const names = stopped();
    const now = JSON.stringify(names);
    if (now === told) return;
    told = now;
    parts.tellStopped(names).catch((error: unknown) => {
      told = ""; // the next change tells it again
      log.warn({ err: error }, "admins were not told of a web hook that stands still");
    });
  }
  const runner = runWebhooks({ ...parts, book, outbox, onMade: sender.wake });
  const sweep = setInterval(() => {
    outbox.sweep().catch((error: unknown) => log.warn({ err: error }, "old deliveries stay a while longer"));
  }, SWEEP_MS);
  sweep.unref();
  return {
    routes: webhookRoutes({ ...parts, book, outbox, sender, runner, onChanged: tellStopped }),
    close: async () => {
      clearInterval(sweep);
      await runner.close();
      await sender.close();
    },
  };
}
