import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { EMBED } from "../../shared/protocol/widget-frame.ts";
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

/** Pages run their own code only and stand in nobody's frame; a widget's page in those of its sites, and of the desk that shows it. */
const policyFor = (ancestors: string): string => `${POLICY}; frame-ancestors ${ancestors}`;
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
].join("; ");

/**
 * The paper on which the desk draws a mail with the pictures of other people's servers, when an agent asks for them: nothing
 * runs on it, and only the desk may frame it.
 */
const MAIL_PAPER = "/mail-paper.html";
const MAIL_POLICY = [
  "default-src 'none'",
  "img-src https: data:",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** The launcher: a site names it for ever by one address. */
const LAUNCHER = "/widget.js";
const LAUNCHER_FRESH = "public, max-age=600, stale-while-revalidate=604800";
const FOR_EVER = "public, max-age=31536000, immutable";
const EMBEDDED = /^\/c\/([\w-]{1,64})$/;

/** Sites that may frame a link's page, as CSP names them; nothing where it is no widget. */
export type SitesOf = (token: string) => readonly string[] | undefined;

/** Reads the built programs into memory; an absent folder leaves a server with an API only. */
export async function openStaticPages(folder: string, sitesOf: SitesOf = () => undefined): Promise<StaticPages> {
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

  /** Who may frame the page that is asked for. */
  function ancestorsOf(c: Ask): readonly string[] {
    const token = EMBEDDED.exec(c.req.path)?.[1];
    if (token === undefined || c.req.query(EMBED.on) !== "1") return [];
    const sites = sitesOf(token);
    return sites === undefined ? [] : ["'self'", ...sites];
  }

  return {
    serve: async (c) => {
      const found = find(c.req.path);
      if (found === undefined) throw new Fault("not-found");
      const [name, page] = found;
      c.header("Content-Type", page.type);
      c.header("ETag", page.etag);
      c.header("Cache-Control", HASHED.test(name) ? FOR_EVER : "no-cache");
      if (name === LAUNCHER) {
        // A version in the query is its site's word that it wants this one and no other.
        c.header("Cache-Control", c.req.query("v") === undefined ? LAUNCHER_FRESH : FOR_EVER);
        c.header("Access-Control-Allow-Origin", "*");
        c.header("Cross-Origin-Resource-Policy", "cross-origin");
      }
      if (name === MAIL_PAPER) c.header("Content-Security-Policy", MAIL_POLICY);
      else if (page.type.startsWith("text/html")) {
        const sites = ancestorsOf(c);
        c.header("Content-Security-Policy", policyFor(sites.length === 0 ? "'none'" : sites.join(" ")));
        if (sites.length > 0) c.header("Cross-Origin-Resource-Policy", "cross-origin");
      }
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
