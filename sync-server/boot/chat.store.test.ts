import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import { openWorld, type World } from "./desk-world.contract.ts";
import { FIRST_LINK } from "./first-desk.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

describe("[S7] the user's chat", () => {
  test("[S13] a message and its answer come to both sides in one order, with the agent's name", async () => {
    const admin = await world.admin();
    const socket = await admin.socket();
    const user = world.user();
    expect(await user.begin("Ноутбук зависает")).toMatchObject([{ answer: "ok" }, { answer: "ok", u: 1 }]);
    const stream = await user.stream(0);
    await stream.wait((event) => event.t === "ready");
    await socket.wait("docs", (frame) => frame.docs.some((doc) => "text" in doc && doc.text === "Ноутбук зависает"));
    const { thread } = user;
    expect(await admin.push(admin.item({ kind: "claim", thread }))).toMatchObject([
      { item: { stamp: { verdict: "won" } } },
    ]);
    const head = world.desk.core.gateway.head(thread);
    const under = { inc: head?.inc ?? 0, epoch: head?.epoch ?? 0 };
    const seen = { inc: under.inc, n: head?.n ?? 0 };
    const reply = admin.item({ kind: "reply", thread, text: "Какая модель?", under, seen });
    expect(await admin.push(reply)).toMatchObject([{ answer: "ok", item: { stamp: { verdict: "sent", u: 2 } } }]);
    const got = await stream.wait((event) => event.t === "item" && event.item.kind === "reply");
    expect(got).toMatchObject({ item: { u: 2, text: "Какая модель?", mine: false, name: "Person 1" } });
    expect(JSON.stringify(stream.events)).not.toContain(admin.id);
    await stream.wait((event) => event.t === "state" && event.state.ownerName === "Person 1");
  });

  test("the stream is resumed by u without a gap and without a repeat, also while messages come", async () => {
    const user = world.user();
    await user.begin("1");
    const writing = (async () => {
      for (let i = 2; i <= 40; i += 1) await user.write(String(i));
    })();
    const texts: string[] = [];
    let u = 0;
    while (u < 40) {
      const stream = await user.stream(u);
      await stream.wait((event) => event.t === "item" && event.item.u > u).catch(() => undefined);
      for (const item of stream.items()) {
        expect(item.u).toBe(u + 1);
        u = item.u;
        texts.push(item.text ?? "");
      }
      stream.stop();
    }
    await writing;
    expect(texts).toEqual(Array.from({ length: 40 }, (_, i) => String(i + 1)));
  });

  test("[U10] a message that waited keeps its true time; sent again it stays one", async () => {
    const user = world.user();
    await user.begin("сейчас");
    const late = { ...user.item({ kind: "message", thread: user.thread, text: "из лифта" }), at: Date.now() - 600_000 };
    expect(await user.send(late)).toMatchObject([{ answer: "ok", u: 2 }]);
    expect(await user.send(late)).toMatchObject([{ answer: "dup", u: 2 }]);
    const stream = await user.stream(1);
    const got = await stream.wait((event) => event.t === "item");
    expect(got).toMatchObject({ item: { u: 2, writtenAt: late.at } });
  });

  test("typing goes both ways, and stops by itself only after it was heard", async () => {
    const admin = await world.admin();
    const user = world.user();
    await user.begin("?");
    const socket = await admin.socket();
    await socket.wait("welcome");
    const stream = await user.stream(0);
    await stream.wait((event) => event.t === "ready");
    socket.send({ t: "typing", thread: user.thread, on: true });
    expect(await stream.wait((event) => event.t === "typing")).toEqual({ t: "typing", on: true, name: "Person 1" });
    await user.call("POST", "/typing", { thread: user.thread, on: true });
    expect(await socket.wait("typing")).toMatchObject({ thread: user.thread, author: user.id, on: true });
  });

  test("[U11] how far the team got is told in u; how far the user got stands in the head", async () => {
    const admin = await world.admin();
    const user = world.user();
    await user.begin("одна");
    await user.write("две");
    const socket = await admin.socket();
    await socket.wait("welcome");
    const stream = await user.stream(0);
    const head = world.desk.core.gateway.head(user.thread);
    socket.send({ t: "cursor", thread: user.thread, delivered: head?.n, read: head?.n });
    await stream.wait((event) => event.t === "state" && event.state.teamRead.upTo === 2);
    await user.call("POST", "/cursor", { thread: user.thread, delivered: 2, read: 1 });
    await expect
      .poll(async () => (await world.desk.core.arbiter.head(user.thread))?.cursors, { timeout: 5_000 })
      .toMatchObject({ userDelivered: { upTo: 2 }, userRead: { upTo: 1 } });
  });
});

describe("[S11] what is not his", () => {
  test("another's dialog is absent on every path, and cannot be written into", async () => {
    const user = world.user();
    await user.begin("моё");
    const eve = world.user();
    expect((await eve.call("GET", `/stream?thread=${user.thread}&after=0`)).status).toBe(404);
    expect((await eve.call("POST", "/cursor", { thread: user.thread, read: 1 })).status).toBe(404);
    expect((await eve.call("POST", "/typing", { thread: user.thread, on: true })).status).toBe(404);
    expect(await (await eve.call("GET", "/threads")).json()).toMatchObject({ threads: [] });
    expect(await eve.send(eve.item({ kind: "message", thread: user.thread, text: "!" }))).toMatchObject([
      { answer: "refused", code: "no-thread" },
    ]);
    expect(await (await user.call("GET", "/threads")).json()).toMatchObject({
      threads: [{ thread: user.thread, u: 1 }],
    });
    expect((await fetch(`${world.url}/api/chat/${world.token}/threads`)).status).toBe(401);
  });

  test("a user writes his own kinds in his own name, by the link's team, and nothing else", async () => {
    const admin = await world.admin();
    const user = world.user();
    const codes = async (...items: readonly unknown[]): Promise<readonly unknown[]> =>
      (await user.send(...(items as readonly Item[]))).map((answer) =>
        "code" in answer ? answer.code : answer.answer,
      );
    const open = user.openItem();
    expect(
      await codes({ ...open, user: admin.id }, { ...open, author: admin.id }, { ...open, team: FIRST_LINK }),
    ).toEqual(["forbidden", "foreign-author", "forbidden"]);
    expect(await codes({ ...open, set: { owner: "me" } }, 7, { ...open, sig: "x" })).toEqual([
      "forbidden",
      "malformed",
      "bad-signature",
    ]);
    const { thread } = user;
    expect(await codes(user.item({ kind: "claim", thread }), user.item({ kind: "note", thread, text: "!" }))).toEqual([
      "forbidden",
      "forbidden",
    ]);
    expect(await codes(open, user.item({ kind: "message", thread, text: "x".repeat(20_001) }))).toEqual([
      "ok",
      "malformed",
    ]);
    const exe = { sha: "0".repeat(64), name: "setup.exe", type: "application/pdf", size: 5 };
    expect(await codes(user.item({ kind: "message", thread, text: "", files: [exe] }))).toEqual(["file-kind"]);
  });
});

describe("links", () => {
  test("unknown, revoked and expired links say so; a dialog that was begun goes on", async () => {
    const admin = await world.admin();
    const user = world.user();
    await user.begin("до");
    const status = async (token = world.token): Promise<unknown> =>
      ((await (await fetch(`${world.url}/api/chat/${token}`)).json()) as { status: unknown }).status;
    expect(await status("nothing")).toBe("unknown");
    const set = (fields: Record<string, boolean | number>): ReturnType<typeof admin.push> =>
      admin.push(admin.item({ kind: "set-field", thread: FIRST_LINK, set: fields }));
    expect(await set({ expiresAt: Date.now() - 1 })).toMatchObject([{ answer: "ok" }]);
    expect(await status()).toBe("expired");
    const newcomer = world.user();
    expect(await newcomer.begin("после")).toMatchObject([{ code: "link-expired" }, { code: "link-expired" }]);
    expect(await user.write("ещё")).toMatchObject({ answer: "ok", u: 2 });
    await set({ revoked: true });
    expect(await status()).toBe("revoked");
    expect(await newcomer.begin("после")).toMatchObject([{ code: "link-revoked" }, { code: "link-revoked" }]);
    expect((await newcomer.call("POST", "/files", upload)).status).toBe(410);
    expect((await user.call("POST", "/files", upload)).status).toBe(201);
  });
});

const upload = { sha: "1".repeat(64), size: 5, name: "a.txt", type: "text/plain" };
