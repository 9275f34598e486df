import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HttpEnv } from "./env.ts";
import { Fault, presentFault } from "./fault.ts";
import { openStaticPages } from "./static-pages.ts";

const script = `export const words = "${"слово ".repeat(500)}";`;
let folder: string;
let app: Hono<HttpEnv>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "otklik-pages-"));
  await mkdir(join(folder, "assets"));
  await mkdir(join(folder, "c/assets"), { recursive: true });
  await mkdir(join(folder, "portal"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>desk</title>");
  await writeFile(join(folder, "c/index.html"), "<!doctype html><title>chat</title>");
  await writeFile(join(folder, "portal/index.html"), "<!doctype html><title>portal</title>");
  for (const program of ["", "c/", "portal/"]) await writeFile(join(folder, `${program}sw.js`), "self");
  await writeFile(join(folder, "assets/main-B1a2C3d4.js"), script);
  await writeFile(join(folder, "widget.js"), script);
  await writeFile(join(folder, "mail-paper.html"), "<!doctype html><title>Mail</title>");
  const sites = new Map([["door", ["https://shop.example", "https://*.firm.example:8443"]]]);
  const pages = await openStaticPages(folder, (token) => sites.get(token));
  app = new Hono<HttpEnv>();
  app.use("*", async (c, next) => {
    c.set("ref", "test");
    await next();
  });
  app.onError((error, c) => (error instanceof Fault ? presentFault(c, error) : c.text("broken", 500)));
  app.get("*", (c) => pages.serve(c));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(app.request(path, { headers }));

describe("pages", () => {
  test("addresses of a program get its page, asked for anew each time; a missing file is missing", async () => {
    for (const path of ["/", "/inbox/dialog.1", "/settings"]) {
      const page = await get(path);
      expect([page.headers.get("cache-control"), await page.text()]).toEqual([
        "no-cache",
        expect.stringContaining("desk"),
      ]);
      expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    }
    for (const path of ["/c/abc123", "/c/", "/c"]) expect(await (await get(path)).text()).toContain("chat");
    for (const path of ["/portal", "/portal/", "/portal/ticket.1"])
      expect(await (await get(path)).text()).toContain("portal");
    for (const path of ["/portals", "/customers"]) expect(await (await get(path)).text()).toContain("desk");
    expect((await get("/assets/gone-B1a2C3d4.js")).status).toBe(404);
    expect((await get("/c/nothing.png")).status).toBe(404);
    expect((await get("/../package.json")).status).toBe(404);
  });

  test("names with a hash are kept for ever, and come compressed as the browser can read it", async () => {
    const path = "/assets/main-B1a2C3d4.js";
    const plain = await get(path);
    expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(await plain.text()).toBe(script);
    const br = await get(path, { "accept-encoding": "gzip, br" });
    expect(br.headers.get("content-encoding")).toBe("br");
    expect(brotliDecompressSync(Buffer.from(await br.arrayBuffer())).toString()).toBe(script);
    const gz = await get(path, { "accept-encoding": "gzip, br;q=0" });
    expect(gunzipSync(Buffer.from(await gz.arrayBuffer())).toString()).toBe(script);
    const again = await get(path, { "if-none-match": plain.headers.get("etag") ?? "" });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  test("[S38] a widget's page stands in frames of its sites only, and no other page in any", async () => {
    const policy = async (path: string): Promise<string> =>
      /frame-ancestors ([^;]*)/.exec((await get(path)).headers.get("content-security-policy") ?? "")?.[1] ?? "";
    const own = "'self' https://shop.example https://*.firm.example:8443";
    expect(await policy("/c/door?embed=1&host=https%3A%2F%2Fshop.example")).toBe(own);
    const refused = ["/c/door", "/c/door?embed=0", "/c/other?embed=1", "/c/?embed=1", "/c/door/more?embed=1"];
    for (const path of [...refused, "/?embed=1", "/inbox?embed=1", "/portal/door?embed=1"]) {
      expect([path, await policy(path)]).toEqual([path, "'none'"]);
    }
    const framed = await get("/c/door?embed=1");
    expect(framed.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(framed.headers.get("content-security-policy")).toContain("script-src 'self'");
  });

  test("[U11] on the paper of mails nothing runs, and only the desk frames it", async () => {
    const policy = (await get("/mail-paper.html")).headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", "img-src https: data:", "frame-ancestors 'self'"]),
    );
    expect(policy).not.toMatch(/script-src|connect-src|'self'(?!$)/);
    expect((await get("/")).headers.get("content-security-policy")).not.toContain("https:");
  });

  test("[S38] the launcher may be loaded by any site, is fresh within minutes, and for ever by a version", async () => {
    const { headers } = await get("/widget.js");
    expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("cache-control")).toMatch(/max-age=600,/);
    expect((await get("/widget.js?v=1")).headers.get("cache-control")).toContain("immutable");
    expect((await get("/")).headers.get("cross-origin-resource-policy")).toBeNull();
  });

  test("a worker is never kept, and may rule its own program only", async () => {
    for (const [path, scope] of [
      ["/sw.js", "/"],
      ["/c/sw.js", "/c/"],
      ["/portal/sw.js", "/portal"],
    ] as const) {
      const { headers } = await get(path);
      expect([path, headers.get("cache-control"), headers.get("service-worker-allowed")]).toEqual([
        path,
        "no-cache",
        scope,
      ]);
    }
  });

  test("without built programs there is an API and no page", async () => {
    const pages = await openStaticPages(join(folder, "nothing"));
    const bare = new Hono<HttpEnv>();
    bare.onError((error, c) => c.text(error.message, 404));
    bare.get("*", (c) => pages.serve(c));
    expect((await bare.request("/")).status).toBe(404);
  });
});
