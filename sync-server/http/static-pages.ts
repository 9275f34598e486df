import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Ask } from "./env.ts";
import { Fault } from "./fault.ts";

/**
 * The built programs (dist/client): the desk at `/`, the user's chat at `/c/<link>`, his portal at `/portal`. Names with
 * a hash never change and are kept for ever; pages, workers and manifests are asked for again each time.
 */
export type StaticPages = {
  /** Answers a GET of anything that is no call. */
  readonly serve: (c: Ask) => Promise<Response>;
};

type Encoding = "br" | "gzip";
type Page = {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly packed: Map<Encoding, Promise<Buffer>>;
};

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webp": "image/webp",
  ".jpg": "image/jpeg",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
};
const PACKABLE = /^(?:text\/|application\/(?:json|manifest|wasm)|image\/svg)/;
/** Programs beside the desk's own, each with its page, manifest and worker. */
const PROGRAMS = ["/c", "/portal"] as const;
/** Names that hold a hash of their content, as vite makes them. */
const HASHED = /\/assets\/[^/]+-[A-Za-z0-9_-]{8,}\.\w+$/;

const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Reads the built programs into memory; an absent folder leaves a server with an API only. */
export async function openStaticPages(folder: string): Promise<StaticPages> {
  const pages = new Map<string, Page>();
  for (const name of await listFiles(folder)) {
    if (name.endsWith(".br") || name.endsWith(".gz") || name.endsWith(".map")) continue;
    const bytes = await readFile(join(folder, name));
    const type = TYPES[extname(name).toLowerCase()] ?? "application/octet-stream";
    const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
    const packed = new Map<Encoding, Promise<Buffer>>();
    for (const [encoding, ending] of [
      ["br", ".br"],
      ["gzip", ".gz"],
    ] as const) {
      const ready = await readFile(join(folder, name + ending)).catch(() => undefined);
      if (ready !== undefined) packed.set(encoding, Promise.resolve(ready));
    }
    pages.set(`/${name.split(sep).join("/")}`, { bytes, type, etag, packed });
  }

  function find(path: string): readonly [string, Page] | undefined {
    const direct = pages.get(path);
    if (direct !== undefined) return [path, direct];
    // An address of a program may hold a thread's id, dot and all; only the name of a file that could be here is missing.
    if (extname(path).toLowerCase() in TYPES || path.includes("/assets/")) return undefined;
    const program = PROGRAMS.find((root) => path === root || path.startsWith(`${root}/`)) ?? "";
    const name = `${program}/index.html`;
    const page = pages.get(name);
    return page === undefined ? undefined : [name, page];
  }

  return {
    serve: async (c) => {
      const found = find(c.req.path);
      if (found === undefined) throw new Fault("not-found");
      const [name, page] = found;
      c.header("Content-Type", page.type);
      c.header("ETag", page.etag);
      c.header("Cache-Control", HASHED.test(name) ? "public, max-age=31536000, immutable" : "no-cache");
      if (page.type.startsWith("text/html")) c.header("Content-Security-Policy", POLICY);
      if (name.endsWith("sw.js")) {
        const scope = PROGRAMS.find((root) => name.startsWith(`${root}/`)) ?? "";
        // The portal has an address without a slash at its end as well.
        c.header("Service-Worker-Allowed", scope === "/portal" ? scope : `${scope}/`);
      }
      if (c.req.header("if-none-match") === page.etag) return c.body(null, 304);
      if (!PACKABLE.test(page.type)) return c.body(new Uint8Array(page.bytes));
      c.header("Vary", "Accept-Encoding");
      const encoding = encodingFor(c.req.header("accept-encoding"));
      if (encoding === undefined || page.bytes.length < 512) return c.body(new Uint8Array(page.bytes));
      c.header("Content-Encoding", encoding);
      return c.body(new Uint8Array(await pack(page, encoding)));
    },
  };
}

function pack(page: Page, encoding: Encoding): Promise<Buffer> {
  const ready = page.packed.get(encoding);
  if (ready !== undefined) return ready;
  const packed =
    encoding === "br"
      ? brotli(page.bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
      : gzipped(page.bytes, { level: 9 });
  page.packed.set(encoding, packed);
  return packed;
}

function encodingFor(accepted: string | undefined): Encoding | undefined {
  const names = (accepted ?? "").split(",").map((part) => part.trim());
  const takes = (name: string): boolean =>
    names.some((part) => part === name || (part.startsWith(`${name};`) && !/q=0(?:\.0*)?$/.test(part)));
  return takes("br") ? "br" : takes("gzip") ? "gzip" : undefined;
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
