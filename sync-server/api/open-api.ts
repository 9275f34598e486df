import type { Hono as AnyHono } from "hono";
import { Hono } from "hono";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeskArbiter } from "../arbiter/port.ts";
import type { Gateway } from "../gateway/index.ts";
import type { HttpEnv } from "../http/env.ts";
import type { FileStore } from "../http/ports.ts";
import type { AuditBook } from "../identity/audit-book.ts";
import type { Directory } from "../identity/directory.ts";
import type { OpenIdentity } from "../identity/open-identity.ts";
import type { Log } from "../platform/log.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { apiTokenRoutes } from "./admin-routes.ts";
import type { ThreadLog } from "./call.ts";
import { dialogCalls } from "./dialogs.ts";
import { directoryCalls } from "./directory.ts";
import { docsPage } from "./docs-page.ts";
import { openFileLinks } from "./file-links.ts";
import { makeIdempotency } from "./idempotency.ts";
import type { JsonSchema } from "./json-schema.ts";
import { openApiDocument } from "./openapi.ts";
import type { FileLink } from "./present.ts";
import { Problem, presentProblem } from "./problem.ts";
import { apiRouter } from "./router.ts";
import { ticketCalls } from "./tickets.ts";
import { openTokenBook } from "./tokens.ts";
import { makeWriter } from "./write.ts";

export type ApiParts = {
  readonly identity: OpenIdentity;
  readonly arbiter: Pick<DeskArbiter, "heard">;
  readonly gateway: Pick<Gateway, "receive" | "visibleHead" | "visibleHeads" | "head">;
  readonly reader: ThreadLog & {
    readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
  };
  readonly isServed: (item: StampedItem, sha: string) => Promise<boolean>;
  readonly files: Pick<FileStore, "open">;
  readonly directory: Pick<Directory, "teams">;
  readonly audit: Pick<AuditBook, "note">;
  /** `desk-server`. */
  readonly database: StoreDatabase;
  readonly clock: () => Ms;
  readonly log: Log;
  readonly url: () => string;
};

/** The public API: its routes, and addresses of files for others who tell of messages. */
export type OpenApi = {
  /** By where they stand. */
  readonly rooms: readonly (readonly [path: string, room: AnyHono | Hono<HttpEnv>])[];
  readonly fileLink: FileLink;
  readonly close: () => void;
};

const SWEEP_MS = 3_600_000;

/** Opens `/api/v1`, its document and the admins' routes of its tokens. */
export async function openApi(parts: ApiParts): Promise<OpenApi> {
  const { identity, gateway, reader, database, clock, log } = parts;
  const tokens = await openTokenBook(database, identity);
  const idempotency = makeIdempotency(database, clock);
  const links = await openFileLinks({
    database,
    item: reader.item,
    isServed: parts.isServed,
    open: (sha) => parts.files.open(sha),
    url: parts.url,
    clock,
  });
  const writer = makeWriter({ receive: gateway.receive, item: reader.item, clock });
  const router = apiRouter({
    tokens,
    idempotency,
    clock,
    log,
    heard: ({ who: { actor } }) => parts.arbiter.heard(actor.id, actor.kind === "agent" ? { teams: actor.teams } : {}),
    calls: {
      ...dialogCalls({ gateway, reader, writer, fileLink: links.link }),
      ...ticketCalls({ gateway, reader, writer }),
      ...directoryCalls({ gateway, writer }),
    },
  });
  const sweep = setInterval(() => {
    idempotency.sweep().catch((error: unknown) => log.warn({ err: error }, "old keys of the API stay a while longer"));
  }, SWEEP_MS);
  sweep.unref();

  const document = (): JsonSchema => openApiDocument(parts.url());
  const papers = new Hono<HttpEnv>();
  papers.get("/openapi.json", (c) => c.json(document()));
  papers.get("/docs", (c) => {
    c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return c.html(docsPage(document()));
  });
  links.routes.onError((error, c) => presentProblem(c, error instanceof Problem ? error : new Problem("internal")));

  return {
    rooms: [
      ["/api/v1/files", links.routes],
      ["/api/v1", papers],
      ["/api/v1", router],
      ["/api/api-tokens", apiTokenRoutes({ identity, tokens, directory: parts.directory, audit: parts.audit, clock })],
    ],
    fileLink: links.link,
    close: () => clearInterval(sweep),
  };
}
