import { createECDH, createPublicKey, randomBytes, verify } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import * as v from "valibot";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type PushMessage, pushMessage } from "../../shared/protocol/push.ts";
import { openWorld, type TestAgent, type TestUser, type World } from "../boot/desk-world.contract.ts";

/** The reference implementation of RFC 8188, which web-push itself encrypts with. */
const ece = createRequire(import.meta.url)("http_ece") as {
  decrypt: (body: Buffer, options: object) => Buffer;
};

type Came = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
};

let service: Server;
let origin = "";
let came: Came[] = [];
/** What the service answers next; 201 when there is nothing here. */
let answers: number[] = [];
beforeAll(async () => {
  service = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const status = answers.shift() ?? 201;
      if (status === 201) came.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => service.close(resolve)));

/** A browser's subscription, with what only the browser has. */
function browser(name: string) {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  const auth = randomBytes(16);
  return {
    body: {
      endpoint: `${origin}/${name}`,
      keys: { p256dh: pair.getPublicKey("base64url"), auth: auth.toString("base64url") },
      locale: "en",
    },
    read: (): readonly PushMessage[] =>
      came
        .filter(({ path }) => path === `/${name}`)
        .map(({ body }) => {
          const text = ece.decrypt(body, { version: "aes128gcm", privateKey: pair, authSecret: auth }).toString("utf8");
          return v.parse(pushMessage, JSON.parse(text));
        }),
  };
}

let world: World;
let admin: TestAgent;
let other: TestAgent;
let user: TestUser;
beforeEach(async () => {
  came = [];
  answers = [];
  world = await openWorld({ push: { privateNetwork: true, patienceMs: 30 } });
  admin = await world.admin();
  other = await world.invite(admin, "agent", [world.team]);
  user = world.user();
});
afterEach(() => world.close());

const subscribe = (agent: TestAgent, body: unknown) => agent.call("POST", "/api/push/agent", body);
const asUser = (body: unknown) =>
  fetch(`${world.url}/api/push/user`, {
    method: "POST",
    headers: { authorization: `Bearer ${user.secret}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const quiet = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 150));
  await world.desk.push.idle();
};

describe("[S46] calls by push", () => {
  it("a new dialog calls its team; once somebody owns it the others are left in peace (S12)", async () => {
    const [first, second] = [browser("first"), browser("second")];
    expect((await subscribe(admin, first.body)).status).toBe(204);
    expect((await subscribe(other, second.body)).status).toBe(204);
    await user.begin("The printer is on fire");
    await quiet();
    expect(first.read().at(-1)).toMatchObject({
      body: "The printer is on fire",
      tag: user.thread,
      path: `/#/inbox/${user.thread}`,
    });
    expect(second.read()).not.toEqual([]);

    await admin.push(admin.item({ kind: "claim", thread: user.thread }));
    const before = [first.read().length, second.read().length];
    await user.write("Hurry");
    await quiet();
    expect(first.read()).toHaveLength((before[0] ?? 0) + 1);
    expect(first.read().at(-1)?.body).toBe("Hurry");
    expect(second.read()).toHaveLength(before[1] ?? 0);
  });
  it("is signed with keys that last, for that push service alone (RFC 8292), and encrypted", async () => {
    const one = browser("one");
    await subscribe(admin, one.body);
    await user.begin("A secret word");
    await quiet();
    const first = came[0];
    if (first === undefined) throw new Error("nothing came");
    const { headers, body } = first;
    expect(body.includes("secret word")).toBe(false);
    expect(headers["content-encoding"]).toBe("aes128gcm");
    const { key } = (await (await fetch(`${world.url}/api/push`)).json()) as { key: string };
    const [, token = ""] = /t=([^,]+)/.exec(String(headers["authorization"])) ?? [];
    const [head = "", claims = "", signature = ""] = token.split(".");
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ aud: origin });
    const raw = Buffer.from(key, "base64url");
    const jwk = {
      kty: "EC",
      crv: "P-256",
      x: raw.subarray(1, 33).toString("base64url"),
      y: raw.subarray(33).toString("base64url"),
    };
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    const signed = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
    expect(verify("sha256", Buffer.from(`${head}.${claims}`), signed, Buffer.from(signature, "base64url"))).toBe(true);
  });
  it("tells a user of an answer and of nothing that is not for him; a page on which he read it is enough", async () => {
    await world.close();
    // As long as it takes at most until what was read on a page is written down.
    world = await openWorld({ push: { privateNetwork: true, patienceMs: 2_600 } });
    admin = await world.admin();
    user = world.user();
    await user.begin("Hello");
    const phone = browser("phone");
    expect((await asUser({ ...phone.body, link: world.token })).status).toBe(204);
    await admin.push(admin.item({ kind: "claim", thread: user.thread }));
    const head = () => world.desk.core.gateway.head(user.thread);
    const reply = (text: string) => {
      const now = head();
      if (now === undefined) throw new Error("no dialog");
      return admin.item({
        kind: "reply",
        thread: user.thread,
        text,
        under: { inc: now.inc, epoch: now.epoch },
        seen: { inc: now.inc, n: now.n },
      });
    };
    await admin.push(admin.item({ kind: "note", thread: user.thread, text: "he is impatient" }));
    await admin.push(reply("Switch it off"));
    await quiet();
    expect(phone.read().map(({ body, path }) => [body, path])).toEqual([["Switch it off", `/c/${world.token}`]]);

    const u = (head()?.u ?? 0) + 1;
    const second = reply("And on again");
    await admin.push(second);
    await user.call("POST", "/cursor", { thread: user.thread, read: u });
    await quiet();
    expect(phone.read()).toHaveLength(1);
  });
  it("tries again where the service is busy, and forgets a browser that is gone", async () => {
    const one = browser("busy");
    await subscribe(admin, one.body);
    answers = [410];
    await user.begin("Anybody?");
    await quiet();
    expect(came).toEqual([]);
    await user.write("Hello?");
    await quiet();
    expect(came).toEqual([]);
    expect(world.desk.push.subscriptions.of(admin.id)).toEqual([]);
  });
  it("ends with the session, and a browser belongs to whoever signed in there last", async () => {
    const shared = browser("shared");
    await subscribe(admin, shared.body);
    await subscribe(other, shared.body);
    expect(world.desk.push.subscriptions.of(admin.id)).toEqual([]);
    await other.call("POST", "/api/sign-out");
    await user.begin("Who is there?");
    await quiet();
    expect(shared.read()).toEqual([]);
    expect(world.desk.push.subscriptions.of(other.id)).toEqual([]);
  });
  it("takes no one's word for a subscription, and no address of the desk's own network", async () => {
    const one = browser("x");
    expect((await fetch(`${world.url}/api/push/agent`, { method: "POST", body: "{}" })).status).toBe(401);
    expect((await asUser(one.body)).status).toBe(404);
    expect((await subscribe(admin, { ...one.body, endpoint: "file:///etc/passwd" })).status).toBe(400);
    expect((await subscribe(admin, { ...one.body, keys: { p256dh: "x y", auth: "z" } })).status).toBe(400);
    await world.close();
    world = await openWorld({ push: { patienceMs: 0 } });
    const boss = await world.admin();
    await boss.call("POST", "/api/push/agent", one.body);
    await world.user().begin("Hello");
    await quiet();
    expect(came).toEqual([]);
  });
});
