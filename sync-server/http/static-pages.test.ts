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
  const pages = await openStaticPages(folder);
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
