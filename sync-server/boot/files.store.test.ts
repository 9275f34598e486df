import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FileRef } from "../../shared/items/base.ts";
import { PART_BYTES, type UploadAnswer } from "../../shared/protocol/files.ts";
import { openWorld, type World } from "./desk-world.contract.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

type Sender = { readonly root: string; readonly headers: Record<string, string> };
const refOf = (bytes: Buffer, name = "a.bin", type = "application/octet-stream"): FileRef => ({
  sha: createHash("sha256").update(bytes).digest("hex"),
  name,
  type,
  size: bytes.length,
});
const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), randomBytes(5_000)]);

const announce = ({ root, headers }: Sender, ref: FileRef): Promise<Response> =>
  fetch(root, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(ref),
  });
const sendPart = ({ root, headers }: Sender, sha: string, part: { offset: number; bytes: Buffer }): Promise<Response> =>
  fetch(`${root}/${sha}`, {
    method: "PATCH",
    headers: { ...headers, "upload-offset": String(part.offset) },
    body: new Uint8Array(part.bytes),
  });

async function upload(sender: Sender, bytes: Buffer, ref = refOf(bytes)): Promise<UploadAnswer> {
  let answer = (await (await announce(sender, ref)).json()) as UploadAnswer;
  while (!answer.complete) {
    const part = { offset: answer.offset, bytes: bytes.subarray(answer.offset, answer.offset + PART_BYTES) };
    answer = (await (await sendPart(sender, ref.sha, part)).json()) as UploadAnswer;
  }
  return answer;
}

const userSender = (user: ReturnType<World["user"]>): Sender => ({
  root: `${world.url}/api/chat/${world.token}/files`,
  headers: { authorization: `Bearer ${user.secret}` },
});

describe("files", () => {
  test("a file goes in parts, goes on from where it stood, and is there for those who see its item", async () => {
    const admin = await world.admin();
    const stranger = await world.invite(admin, "agent", []);
    const user = world.user();
    const bytes = randomBytes(PART_BYTES * 2 + 17);
    const ref = refOf(bytes, "отчёт.bin");
    const sender = userSender(user);
    expect((await announce(sender, ref)).status).toBe(201);
    await sendPart(sender, ref.sha, { offset: 0, bytes: bytes.subarray(0, PART_BYTES) });
    const wrong = await sendPart(sender, ref.sha, { offset: 5, bytes: bytes.subarray(5, 10) });
    expect([wrong.status, wrong.headers.get("upload-offset")]).toEqual([409, String(PART_BYTES)]);
    const head = await fetch(`${sender.root}/${ref.sha}`, { method: "HEAD", headers: sender.headers });
    expect([head.headers.get("upload-offset"), head.headers.get("upload-length")]).toEqual([
      String(PART_BYTES),
      String(bytes.length),
    ]);
    expect(await upload(sender, bytes, ref)).toMatchObject({ complete: true, offset: bytes.length });

    const message = user.item({ kind: "message", thread: user.thread, text: "", files: [ref] });
    expect(await user.send(user.openItem(), message)).toMatchObject([{ answer: "ok" }, { answer: "ok" }]);
    const path = `/files/${user.thread}/${message.id}/${ref.sha}`;
    const mine = await fetch(world.url + path, { headers: sender.headers });
    expect(Buffer.from(await mine.arrayBuffer()).equals(bytes)).toBe(true);
    expect(mine.headers.get("content-disposition")).toMatch(/^attachment; .*filename\*=UTF-8''%D0%BE/);
    expect(mine.headers.get("content-security-policy")).toContain("sandbox");
    const part = await admin.call("GET", path, undefined, { range: "bytes=10-19" });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true);
    expect((await admin.call("GET", path, undefined, { range: `bytes=${bytes.length}-` })).status).toBe(416);

    expect((await stranger.call("GET", path)).status).toBe(404);
    expect((await fetch(world.url + path, { headers: userSender(world.user()).headers })).status).toBe(404);
    expect((await fetch(world.url + path)).status).toBe(401);
    expect((await admin.call("GET", path.replace(ref.sha, "0".repeat(64)))).status).toBe(404);
  });

  test("a picture comes inline, by what it is and not by what it is called", async () => {
    const user = world.user();
    const ref = refOf(png, "photo.txt", "text/plain");
    expect(await upload(userSender(user), png, ref)).toMatchObject({ type: "image/png" });
    const message = user.item({ kind: "message", thread: user.thread, text: "", files: [ref] });
    await user.send(user.openItem(), message);
    const got = await fetch(`${world.url}/files/${user.thread}/${message.id}/${ref.sha}`, {
      headers: userSender(user).headers,
    });
    expect(got.headers.get("content-type")).toBe("image/png");
    expect(got.headers.get("content-disposition")).toMatch(/^inline/);
  });

  test("a small form of a picture is a picture; a broken one comes as it is", async () => {
    const { default: sharp } = await import("sharp");
    const large = await sharp({ create: { width: 900, height: 600, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    const user = world.user();
    const sender = userSender(user);
    const refs = [refOf(large, "large.png", "image/png"), refOf(png, "broken.png", "image/png")];
    await upload(sender, large);
    await upload(sender, png);
    const message = user.item({ kind: "message", thread: user.thread, text: "", files: refs });
    await user.send(user.openItem(), message);
    const get = (ref: FileRef | undefined): Promise<Response> =>
      fetch(`${world.url}/files/${user.thread}/${message.id}/${ref?.sha}?width=320`, { headers: sender.headers });
    const small = await get(refs[0]);
    expect(small.headers.get("content-type")).toBe("image/webp");
    const facts = await sharp(Buffer.from(await small.arrayBuffer())).metadata();
    expect([facts.format, facts.width, facts.height]).toEqual(["webp", 320, 213]);
    const broken = await get(refs[1]);
    expect(Buffer.from(await broken.arrayBuffer()).equals(png)).toBe(true);
  });

  test("what a browser or a system would run is refused by name and by content", async () => {
    const sender = userSender(world.user());
    const page = Buffer.from("<!DOCTYPE html><script>alert(1)</script>");
    expect((await announce(sender, refOf(page, "page.html"))).status).toBe(415);
    const hidden = refOf(page, "photo.png", "image/png");
    expect((await announce(sender, hidden)).status).toBe(201);
    const answer = await sendPart(sender, hidden.sha, { offset: 0, bytes: page });
    expect([answer.status, await answer.json()]).toMatchObject([415, { code: "file-kind" }]);
  });

  test("bytes that are not the announced ones are thrown away; too large is told before a byte is sent", async () => {
    const sender = userSender(world.user());
    const ref = refOf(randomBytes(100));
    await announce(sender, ref);
    const answer = await sendPart(sender, ref.sha, { offset: 0, bytes: randomBytes(100) });
    expect([answer.status, await answer.json()]).toMatchObject([422, { code: "file-sha" }]);
    expect((await announce(sender, { ...ref, size: 65 * 1024 * 1024 })).status).toBe(400);
    await announce(sender, refOf(png));
    expect((await sendPart(sender, refOf(png).sha, { offset: 0, bytes: randomBytes(PART_BYTES + 1) })).status).toBe(
      413,
    );
    expect((await announce({ ...sender, headers: {} }, ref)).status).toBe(401);
  });

  test("knowing a file's hash is not having it: who names it without bringing it reads nothing", async () => {
    const admin = await world.admin();
    const owner = world.user();
    const bytes = randomBytes(PART_BYTES + 100);
    const ref = refOf(bytes, "contract.bin");
    await upload(userSender(owner), bytes, ref);
    const message = owner.item({ kind: "message", thread: owner.thread, text: "", files: [ref] });
    await owner.send(owner.openItem(), message);

    const thief = world.user();
    const named = thief.item({ kind: "message", thread: thief.thread, text: "", files: [ref] });
    // The item itself never waits for its files.
    expect(await thief.send(thief.openItem(), named)).toMatchObject([{ answer: "ok" }, { answer: "ok" }]);
    const path = `${world.url}/files/${thief.thread}/${named.id}/${ref.sha}`;
    const read = (): Promise<Response> => fetch(path, { headers: userSender(thief).headers });
    expect((await read()).status).toBe(404);
    expect((await admin.call("GET", `/files/${thief.thread}/${named.id}/${ref.sha}`)).status).toBe(404);
    // Nor does the upload tell that the file is here, or go on from what another has sent.
    const sender = userSender(thief);
    expect((await fetch(`${sender.root}/${ref.sha}`, { method: "HEAD", headers: sender.headers })).status).toBe(404);
    const begun = await announce(sender, ref);
    expect([begun.status, await begun.json()]).toMatchObject([201, { offset: 0, complete: false }]);
    await sendPart(sender, ref.sha, { offset: 0, bytes: randomBytes(PART_BYTES) });
    const ended = await sendPart(sender, ref.sha, { offset: PART_BYTES, bytes: randomBytes(100) });
    expect(ended.status).toBe(422);
    expect((await read()).status).toBe(404);
    // Two people may have one file.
    await upload(sender, bytes, ref);
    expect((await read()).status).toBe(200);
    const mine = `${world.url}/files/${owner.thread}/${message.id}/${ref.sha}`;
    expect((await fetch(mine, { headers: userSender(owner).headers })).status).toBe(200);
  });

  test("a file that is on its way is there when it has come; an agent's, too", async () => {
    const admin = await world.admin();
    const user = world.user();
    await user.begin("Where is the manual?");
    const bytes = randomBytes(500);
    const ref = refOf(bytes, "manual.bin");
    const note = admin.item({ kind: "note", thread: user.thread, text: "", files: [ref] });
    expect(await admin.push(note)).toMatchObject([{ answer: "ok" }]);
    const path = `/files/${user.thread}/${note.id}/${ref.sha}`;
    expect((await admin.call("GET", path)).status).toBe(404);
    await upload({ root: `${world.url}/api/files`, headers: { cookie: admin.cookie } }, bytes, ref);
    expect((await admin.call("GET", path)).status).toBe(200);
    // A note is the team's: the user reads nothing of it.
    expect((await fetch(world.url + path, { headers: userSender(user).headers })).status).toBe(404);
  });

  test("whoever may read a file passes it on without bringing it; whoever may not, does not", async () => {
    const admin = await world.admin();
    const outsider = await world.invite(admin, "agent", []);
    const user = world.user();
    await user.begin("Where is the manual?");
    const [page, secret] = [Buffer.from("%PDF-1.7 manual"), randomBytes(300)];
    const [manual, inner] = [refOf(page, "manual.pdf", "application/pdf"), refOf(secret, "salaries.bin")];
    const sender = { root: `${world.url}/api/files`, headers: { cookie: admin.cookie } };
    await upload(sender, page, manual);
    await upload(sender, secret, inner);
    const { derivedThreadId } = await import("../../shared/kernel/ids.ts");
    const article = derivedThreadId("article", "manual");
    await admin.push(
      admin.item({ kind: "open", thread: article, set: { title: "Manual", files: [{ ...manual }] } }),
      admin.item({ kind: "note", thread: user.thread, text: "", files: [inner] }),
    );
    // The outsider reads the library like everybody, and nothing of the team's dialogs.
    const own = derivedThreadId("article", "own");
    const copied = outsider.item({
      kind: "open",
      thread: own,
      set: { title: "Mine", files: [{ ...manual }, { ...inner }] },
    });
    expect(await outsider.push(copied)).toMatchObject([{ answer: "ok" }]);
    expect((await outsider.call("GET", `/files/${own}/${copied.id}/${manual.sha}`)).status).toBe(200);
    expect((await outsider.call("GET", `/files/${own}/${copied.id}/${inner.sha}`)).status).toBe(404);
    // A user cannot make the team's own file his by naming it.
    const named = user.item({ kind: "message", thread: user.thread, text: "", files: [inner] });
    await user.send(named);
    const path = `${world.url}/files/${user.thread}/${named.id}/${inner.sha}`;
    expect((await fetch(path, { headers: userSender(user).headers })).status).toBe(404);
  });

  test("agents upload by their session; a file of the library is read by everybody at the desk", async () => {
    const admin = await world.admin();
    const colleague = await world.invite(admin, "agent", []);
    const sender = { root: `${world.url}/api/files`, headers: { cookie: admin.cookie } };
    const manual = Buffer.from("%PDF-1.7 manual");
    const ref = refOf(manual, "manual.pdf", "application/pdf");
    await upload(sender, manual, ref);
    const { derivedThreadId } = await import("../../shared/kernel/ids.ts");
    const thread = derivedThreadId("article", "manual");
    const open = admin.item({ kind: "open", thread, set: { title: "Manual", files: [{ ...ref }] } });
    expect(await admin.push(open)).toMatchObject([{ answer: "ok" }]);
    const got = await colleague.call("GET", `/files/${thread}/${open.id}/${ref.sha}`);
    expect([got.status, got.headers.get("content-type")]).toEqual([200, "application/pdf"]);
  });
});
