import { describe, expect, it, vi } from "vitest";
import { PART_BYTES, type UploadAnswer } from "../../../shared/protocol/files.ts";
import { agent } from "../../../shared/testing/thread-world.ts";
import { BrowserTwin, type NetworkTwin, settle, until } from "../../platform/browser-twin.contract.ts";
import { sha256OfBlob } from "../../platform/device-key.ts";
import { openFileKeep } from "./keep.ts";
import { makeUploads, type UploadProgress } from "./uploads.ts";

const anna = agent("anna");

/** Takes files in parts, as the server does, and stumbles where it is told to. */
class FilesTwin implements NetworkTwin {
  readonly parts = new Map<string, Blob[]>();
  patches = 0;
  /** Answers of these patches are lost on their way back. */
  readonly losesAnswer = new Set<number>();
  refuses: string | undefined;
  isDown = false;

  async fetch(path: string, init: RequestInit | undefined): Promise<Response> {
    if (this.isDown) throw new TypeError("network");
    if (this.refuses !== undefined) return json({ code: this.refuses, ref: "" }, 415);
    if (init?.method === "POST") {
      const { sha, size } = JSON.parse(init.body as string) as { sha: string; size: number };
      if (!this.parts.has(sha)) this.parts.set(sha, []);
      return json(await this.#standing(sha, size), 200);
    }
    const sha = path.slice("/api/files/".length);
    const at = Number(new Headers(init?.headers).get("upload-offset"));
    const held = this.parts.get(sha) ?? [];
    if (at !== sizeOf(held)) return json({ code: "file-offset", ref: "" }, 409);
    held.push(init?.body as Blob);
    this.patches += 1;
    if (this.losesAnswer.delete(this.patches)) throw new TypeError("network");
    return json(await this.#standing(sha, Number.POSITIVE_INFINITY), 200);
  }

  async #standing(sha: string, size: number): Promise<UploadAnswer> {
    const held = this.parts.get(sha) ?? [];
    const complete = held.length > 0 && (await sha256OfBlob(new Blob(held))) === sha;
    return { sha, offset: sizeOf(held), size, complete };
  }
  openSocket(): never {
    throw new Error("no socket here");
  }
}
const sizeOf = (parts: readonly Blob[]): number => parts.reduce((sum, part) => sum + part.size, 0);
const json = (body: unknown, status: number): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

async function pinnedFile(size: number) {
  const server = new FilesTwin();
  const browser = new BrowserTwin(server);
  const { environment } = browser.openTab();
  const keep = openFileKeep(browser.prefix, anna.id);
  const bytes = new Blob([new Uint8Array(size).map((_, i) => i % 251)], { type: "image/png" });
  const file = { sha: await sha256OfBlob(bytes), name: "photo.png", type: "image/png", size };
  await keep.pin(file, bytes, 1);
  const told: UploadProgress[] = [];
  const uploads = makeUploads(environment, keep, (progress) => told.push(progress));
  return { server, browser, keep, bytes, file, uploads, told };
}
const never = new AbortController().signal;

describe("files on their way", () => {
  it("[CL19] go in parts, are told as they go, and are kept for as long as there is room", async () => {
    const { server, keep, file, uploads, told } = await pinnedFile(2.5 * PART_BYTES);
    uploads.start(never);
    await until(async () => (await keep.pinned()).length === 0, "the file on the server");
    expect(server.patches).toBe(3);
    expect(told.map(({ sent }) => sent)).toEqual([0, PART_BYTES, 2 * PART_BYTES, 2.5 * PART_BYTES]);
    expect((await keep.bytes(file.sha, 2))?.size).toBe(file.size);
  });

  it("[S24] go on where they were after a cut, a lost answer and a crash, and send no part twice for nothing", async () => {
    const { server, browser, keep, file, uploads } = await pinnedFile(3 * PART_BYTES);
    server.losesAnswer.add(2);
    const crash = new AbortController();
    uploads.start(crash.signal);
    await until(() => server.patches === 2, "two parts");
    await settle();
    crash.abort();
    server.isDown = true;
    const again = makeUploads(browser.openTab().environment, openFileKeep(browser.prefix, anna.id), () => undefined);
    again.start(never);
    await browser.crank(5_000);
    server.isDown = false;
    await browser.crank(40_000);
    await until(async () => (await keep.pinned()).length === 0, "the file on the server");
    expect(server.patches).toBe(3);
    expect(await sha256OfBlob(new Blob(server.parts.get(file.sha)))).toBe(file.sha);
  });

  it("what the server will not have is told, stays pinned, and is not asked again and again", async () => {
    const { server, browser, keep, uploads, told } = await pinnedFile(10);
    server.refuses = "file-kind";
    uploads.start(never);
    await until(() => told.length > 0, "the refusal");
    expect(told).toEqual([expect.objectContaining({ refused: "file-kind" })]);
    await browser.crank(120_000);
    uploads.wake();
    await settle();
    expect(told.length).toBe(1);
    expect((await keep.pinned()).length).toBe(1);
  });

  it("what can be had again makes room for what cannot", async () => {
    const { keep, file, bytes } = await pinnedFile(10);
    const cached = { ...file, sha: "0".repeat(64) };
    await keep.cache(cached, bytes, 1);
    const put = Reflect.get<IDBObjectStore, "put">(IDBObjectStore.prototype, "put");
    let refusals = 1;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...given) {
      if (this.name === "bytes" && refusals-- > 0) throw new DOMException("no room", "QuotaExceededError");
      return put.apply(this, given);
    });
    const other = { ...file, sha: "1".repeat(64) };
    await keep.pin(other, bytes, 2);
    vi.restoreAllMocks();
    expect(await keep.bytes(cached.sha, 3)).toBeUndefined();
    expect((await keep.pinned()).map(({ sha }) => sha).sort()).toEqual([other.sha, file.sha].sort());
  });
});
