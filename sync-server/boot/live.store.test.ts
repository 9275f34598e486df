import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness.js";
import { readSyncMessage, writeSyncStep1, writeUpdate } from "y-protocols/sync.js";
import * as Y from "yjs";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { BOARD, type BoardRow, boardRoom, type Presence } from "../../shared/protocol/board.ts";
import { CLOSE } from "../../shared/protocol/version.ts";
import { closeCode, openWorld, type TestAgent, type World } from "./desk-world.contract.ts";

let world: World;
let admin: TestAgent;
beforeEach(async () => {
  world = await openWorld();
  admin = await world.admin();
});
afterEach(() => world.close());

/** A client of a room as y-websocket's is. */
async function join(agent: TestAgent, room: string, doc = new Y.Doc()) {
  const ws = agent.room(room);
  const awareness = new Awareness(doc);
  const closed = closeCode(ws);
  let isSynced = false;
  let frames = 0;
  const send = (write: (encoder: encoding.Encoder) => void): void => {
    const encoder = encoding.createEncoder();
    write(encoder);
    ws.send(encoding.toUint8Array(encoder));
  };
  ws.on("message", (data: Buffer) => {
    frames += 1;
    const decoder = decoding.createDecoder(new Uint8Array(data));
    if (decoding.readVarUint(decoder) === 1) {
      applyAwarenessUpdate(awareness, decoding.readVarUint8Array(decoder), "server");
      return;
    }
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    if (readSyncMessage(decoder, encoder, doc, "server") === 1) isSynced = true;
    if (encoding.length(encoder) > 1) ws.send(encoding.toUint8Array(encoder));
  });
  await new Promise<void>((resolve) => ws.once("open", () => resolve()));
  send((encoder) => {
    encoding.writeVarUint(encoder, 0);
    writeSyncStep1(encoder, doc);
  });
  const sendUpdate = (update: Uint8Array): void =>
    send((encoder) => {
      encoding.writeVarUint(encoder, 0);
      writeUpdate(encoder, update);
    });
  return {
    ws,
    doc,
    awareness,
    closed,
    sendUpdate,
    frames: () => frames,
    synced: () => expect.poll(() => isSynced || ws.readyState !== WebSocket.OPEN).toBe(true),
    say: (state: Record<string, unknown>) => {
      awareness.setLocalState(state);
      send((encoder) => {
        encoding.writeVarUint(encoder, 1);
        encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [doc.clientID]));
      });
    },
    owners: () => doc.getArray<BoardRow>(BOARD.owners).toArray(),
    others: () => [...awareness.getStates()].filter(([id]) => id !== doc.clientID).map(([, state]) => state),
  };
}

describe("[CL25] the board", () => {
  test("[S12] it shows who owns what, within a moment of the commit, and forgets what is closed", async () => {
    const user = world.user();
    await user.begin("?");
    const watcher = await join(admin, boardRoom(world.team, "today"));
    await watcher.synced();
    expect(watcher.owners()).toMatchObject([{ thread: user.thread, owner: null, state: "open", lease: "none" }]);
    await admin.push(admin.item({ kind: "claim", thread: user.thread }));
    await expect.poll(() => watcher.owners()).toMatchObject([{ owner: admin.id, lease: "live", epoch: 1 }]);
    const head = world.desk.core.gateway.head(user.thread);
    const base = { inc: head?.inc ?? 0, epoch: head?.epoch ?? 0 };
    await admin.push(
      admin.item({ kind: "close", thread: user.thread, base, seen: { inc: base.inc, n: head?.n ?? 0 } }),
    );
    await expect.poll(() => watcher.owners()).toEqual([]);
  });

  test("a client's update closes its socket with 4403 and reaches nobody", async () => {
    const watcher = await join(admin, boardRoom(world.team, "today"));
    const vandal = await join(admin, boardRoom(world.team, "today"));
    await Promise.all([watcher.synced(), vandal.synced()]);
    const copy = new Y.Doc();
    copy.getArray(BOARD.owners).push([{ thread: derivedThreadId("dialog", "x"), owner: admin.id }]);
    vandal.sendUpdate(Y.encodeStateAsUpdate(copy));
    expect(await vandal.closed).toBe(CLOSE.forbidden);
    expect(watcher.owners()).toEqual([]);
    expect(
      await (async () => {
        const again = await join(admin, boardRoom(world.team, "today"));
        await again.synced();
        return again.owners();
      })(),
    ).toEqual([]);
  });

  test("a copy of an earlier board is sent away with 4410, and comes back empty", async () => {
    const old = new Y.Doc();
    old.getArray(BOARD.owners).push([{ thread: derivedThreadId("dialog", "old") }]);
    const stale = await join(admin, boardRoom(world.team, "today"), old);
    expect(await stale.closed).toBe(CLOSE.dayOver);
    const fresh = await join(admin, boardRoom(world.team, "today"));
    await fresh.synced();
    expect(fresh.ws.readyState).toBe(WebSocket.OPEN);
  });

  test("only the team's own people enter; a foreign day and a nonsense room are turned away", async () => {
    const stranger = await world.invite(admin, "agent", []);
    expect(await closeCode(stranger.room(boardRoom(world.team, "today")))).toBe(CLOSE.forbidden);
    expect(await closeCode(admin.room(boardRoom(world.team, "1999-12-31")))).toBe(CLOSE.dayOver);
    expect(await closeCode(admin.room("board:everything"))).toBe(CLOSE.forbidden);
    const member = await join(admin, boardRoom(world.team, "today"));
    await member.synced();
    const second = await world.invite(admin, "admin", [world.team]);
    await second.call("PATCH", `/api/accounts/${admin.agent}`, { teams: [] });
    expect(await member.closed).toBe(CLOSE.forbidden);
  });

  test("many changes of one turn are one frame", async () => {
    const watcher = await join(admin, boardRoom(world.team, "today"));
    await watcher.synced();
    const users = Array.from({ length: 20 }, () => world.user());
    const before = watcher.frames();
    await Promise.all(users.map((user) => user.begin("!")));
    await expect.poll(() => watcher.owners().length).toBe(20);
    expect(watcher.frames() - before).toBeLessThan(40);
  });
});

describe("[CL25] presence", () => {
  test("it is spoken for the signed-in person only, without unknown keys; who goes is remembered", async () => {
    const agent = await world.invite(admin, "agent", [world.team]);
    const watcher = await join(admin, boardRoom(world.team, "today"));
    const speaker = await join(agent, boardRoom(world.team, "today"));
    await Promise.all([watcher.synced(), speaker.synced()]);
    const viewing = derivedThreadId("dialog", "seen");
    speaker.say({ viewing, unsent: 2, author: admin.id, name: "Boss", html: "<b>" });
    await expect.poll(() => watcher.others()).toHaveLength(1);
    const [heard] = watcher.others() as unknown as readonly Presence[];
    expect(heard).toEqual({ viewing, unsent: 2, author: agent.id, heardAt: expect.any(Number) });
    speaker.ws.close();
    await expect
      .poll(() => watcher.others())
      .toEqual([{ gone: { [agent.id]: { heardAt: expect.any(Number), unsent: 2 } } }]);
  });

  test("twice a second at most: what comes faster is told later, the newest only", async () => {
    const agent = await world.invite(admin, "agent", [world.team]);
    const watcher = await join(admin, boardRoom(world.team, "today"));
    const speaker = await join(agent, boardRoom(world.team, "today"));
    await Promise.all([watcher.synced(), speaker.synced()]);
    const before = watcher.frames();
    for (let unsent = 1; unsent <= 20; unsent += 1) speaker.say({ unsent });
    await expect.poll(() => watcher.others(), { timeout: 3_000 }).toMatchObject([{ unsent: 20 }]);
    expect(watcher.frames() - before).toBeLessThanOrEqual(3);
  });

  test("more than 512 bytes, or a flood, closes with 4429; a state that breaks the rules with 4403", async () => {
    const large = await join(admin, boardRoom(world.team, "today"));
    await large.synced();
    large.say({ padding: "x".repeat(600) });
    expect(await large.closed).toBe(CLOSE.tooMuch);
    const flood = await join(admin, boardRoom(world.team, "today"));
    await flood.synced();
    for (let unsent = 1; unsent <= 100; unsent += 1) flood.say({ unsent });
    expect(await flood.closed).toBe(CLOSE.tooMuch);
    const wrong = await join(admin, boardRoom(world.team, "today"));
    await wrong.synced();
    wrong.say({ viewing: "everything" });
    expect(await wrong.closed).toBe(CLOSE.forbidden);
  });
});

describe("[CL26] draft rooms", () => {
  test("[U13] two members write one draft, also after one of them was away; the room can be lost", async () => {
    const agent = await world.invite(admin, "agent", [world.team]);
    const user = world.user();
    await user.begin("?");
    const room = `draft:${user.thread}:shared`;
    const one = await join(admin, room);
    const two = await join(agent, room);
    await Promise.all([one.synced(), two.synced()]);
    one.doc.on("update", (update: Uint8Array, origin: unknown) => origin !== "server" && one.sendUpdate(update));
    one.doc.getText("text").insert(0, "Здравствуйте");
    await expect.poll(() => two.doc.getText("text").toJSON()).toBe("Здравствуйте");
    two.ws.close();
    two.doc.getText("text").insert(12, ", Иван");
    one.doc.getText("text").insert(one.doc.getText("text").length, "!");
    const back = await join(agent, room, two.doc);
    await back.synced();
    await expect.poll(() => one.doc.getText("text").toJSON()).toMatch(/^Здравствуйте(?:, Иван!|!, Иван)$/);
  });

  test("over 64 kB, another type and what is no update are turned away and spoil nothing", async () => {
    const user = world.user();
    await user.begin("?");
    const room = `draft:${user.thread}:${admin.id}`;
    const good = await join(admin, room);
    await good.synced();
    const attempts: ((doc: Y.Doc) => void)[] = [
      (doc) => doc.getText("text").insert(0, "ы".repeat(40_000)),
      (doc) => doc.getMap("other").set("a", 1),
    ];
    for (const attempt of attempts) {
      const bad = await join(admin, room);
      await bad.synced();
      const doc = new Y.Doc();
      attempt(doc);
      bad.sendUpdate(Y.encodeStateAsUpdate(doc));
      expect(await bad.closed).toBe(CLOSE.tooMuch);
    }
    const noise = await join(admin, room);
    await noise.synced();
    noise.sendUpdate(new Uint8Array([255, 255, 255, 1, 2]));
    expect(await noise.closed).toBe(CLOSE.tooMuch);
    expect(good.doc.getText("text").toJSON()).toBe("");
    expect(good.ws.readyState).toBe(WebSocket.OPEN);
  });

  test("[S11] who may not see the thread stays out, and goes when it leaves his sight", async () => {
    const stranger = await world.invite(admin, "agent", []);
    const member = await world.invite(admin, "agent", [world.team]);
    const user = world.user();
    await user.begin("?");
    const room = `draft:${user.thread}:shared`;
    expect(await closeCode(stranger.room(room))).toBe(CLOSE.forbidden);
    const inside = await join(member, room);
    await inside.synced();
    await admin.call("PATCH", `/api/accounts/${member.agent}`, { teams: [] });
    expect(await inside.closed).toBe(CLOSE.forbidden);
  });
});

describe("the desk's socket", () => {
  test("a push is answered with stamps and heads; a malformed frame with an error, and the rest goes on", async () => {
    const user = world.user();
    await user.begin("?");
    const socket = await admin.socket();
    const { me } = await socket.wait("welcome");
    expect(me).toMatchObject({ id: admin.id, name: "Person 1", role: "admin", teams: [world.team] });
    socket.ws.send("{");
    await socket.wait("error");
    socket.send({ t: "push", ref: 7, items: [admin.item({ kind: "claim", thread: user.thread }), { nonsense: 1 }] });
    const answer = await socket.wait("answers");
    expect(answer).toMatchObject({
      ref: 7,
      answers: [{ answer: "ok" }, { answer: "refused", code: "malformed" }],
      heads: [{ _id: user.thread, owner: admin.id }],
    });
    socket.send({ t: "ping", ref: 1 });
    await socket.wait("pong");
  });

  test("[S11] a non-member gets nothing of the team's threads: no document, no head, no typing", async () => {
    const stranger = await world.invite(admin, "agent", []);
    const socket = await stranger.socket();
    await socket.wait("welcome");
    const member = await admin.socket();
    await member.wait("welcome");
    const user = world.user();
    await user.begin("тайна");
    await user.call("POST", "/typing", { thread: user.thread, on: true });
    await member.wait("typing");
    socket.send({ t: "push", ref: 1, items: [stranger.item({ kind: "claim", thread: user.thread })] });
    const answer = await socket.wait("answers");
    expect(answer).toMatchObject({ answers: [{ code: "no-thread" }], heads: [] });
    const everything = JSON.stringify(socket.frames);
    // The dialog's person is in the directory, which everybody sees; the dialog itself is nowhere but in his own push.
    expect(everything).not.toContain("тайна");
    expect(everything.replace(JSON.stringify(answer), "")).not.toContain(`"_id":"${user.thread}`);
    const pulled = await (await stranger.call("GET", "/api/pull?limit=500")).text();
    expect(pulled).not.toContain("тайна");
    expect((await stranger.call("GET", `/api/thread/${user.thread}`)).status).toBe(404);
  });

  test("a device comes back by its token and gets what it missed, once", async () => {
    const first = await admin.socket();
    const { ring } = await first.wait("welcome");
    first.ws.close();
    await first.closed;
    const user = world.user();
    await user.begin("пока тебя не было");
    const second = await admin.socket(ring);
    expect(await second.wait("welcome")).toMatchObject({ resumed: true, ring });
    const docs = await second.wait("docs", (frame) => JSON.stringify(frame).includes("пока тебя не было"));
    expect(docs.from).toBe(ring);
  });

  test("a server that goes down says so with 1001, after it has answered what it accepted", async () => {
    const user = world.user();
    await user.begin("?");
    const socket = await admin.socket();
    await socket.wait("welcome");
    socket.send({ t: "push", ref: 1, items: [admin.item({ kind: "claim", thread: user.thread })] });
    socket.send({ t: "ping", ref: 2 });
    await socket.wait("pong");
    await world.desk.close();
    expect(await socket.closed).toBe(CLOSE.goingAway);
    expect(await socket.wait("answers")).toMatchObject({ answers: [{ answer: "ok" }] });
  });
});
