import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import type { WebhookDelivery, WebhookLog, WebhookMade, WebhookRow } from "../../shared/protocol/v1/admin.ts";
import { WEBHOOK_EVENTS } from "../../shared/protocol/v1/webhooks.ts";
import { makeProgram } from "../api/api-world.contract.ts";
import { misfits } from "../api/json-schema-check.contract.ts";
import { openWorld, type TestAgent, type World } from "../boot/desk-world.contract.ts";
import { makeTeam } from "../boot/ticket-people.contract.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { openReceiver, type Receiver } from "./receiver.contract.ts";

let world: World;
let admin: TestAgent;
let receiver: Receiver;
const hooks: string[] = [];

beforeAll(async () => {
  world = await openWorld();
  admin = await world.admin();
});
afterAll(async () => world.close());
beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(async () => {
  for (const id of hooks.splice(0)) await admin.call("DELETE", `/api/webhooks/${id}`);
  await receiver.close();
});

async function subscribe(more: object = {}): Promise<WebhookMade> {
  const response = await admin.call("POST", "/api/webhooks", {
    name: "CRM",
    url: receiver.url,
    events: WEBHOOK_EVENTS,
    teams: [],
    privateNetwork: true,
    ...more,
  });
  expect(response.status).toBe(201);
  const made = (await response.json()) as WebhookMade;
  receiver.setSecret(made.secret);
  hooks.push(made.webhook.id);
  return made;
}
const rowOf = async (id: string): Promise<WebhookRow | undefined> =>
  ((await (await admin.call("GET", "/api/webhooks")).json()) as { webhooks: WebhookRow[] }).webhooks.find(
    (one) => one.id === id,
  );
const logOf = async (id: string, query = ""): Promise<WebhookLog> =>
  (await (await admin.call("GET", `/api/webhooks/${id}/log${query}`)).json()) as WebhookLog;

describe("web hooks", () => {
  it("[S37] every event is told, signed, and as the document says", async () => {
    await subscribe();
    const user = world.user();
    await user.begin("Help");
    await admin.push(admin.item({ kind: "claim", thread: user.thread }));
    const head = () => world.desk.core.gateway.head(user.thread) ?? { inc: 0, epoch: 0, n: 0 };
    const { inc, epoch } = head();
    await admin.push(
      admin.item({
        kind: "reply",
        thread: user.thread,
        text: "Yes?",
        under: { inc, epoch },
        seen: { inc, n: head().n },
      }),
    );
    await admin.push(admin.item({ kind: "note", thread: user.thread, text: "for ourselves" }));
    const program = await makeProgram(world, admin, {});
    const made = await program.call("POST", "/tickets", { team: world.team, title: "Printer", dialog: user.thread });
    const ticket = (made.body as { id: string }).id;
    await program.call("POST", `/tickets/${ticket}/status`, { status: "in-work" });
    await program.call("POST", "/contacts", { name: "Ada" });
    await admin.push(
      admin.item({ kind: "close", thread: user.thread, base: { inc, epoch }, seen: { inc, n: head().n } }),
    );
    await user.send(user.item({ kind: "rating", thread: user.thread, score: 5, comment: "fine" }));
    await receiver.until((taken) => new Set(taken.map((one) => one.event)).size === WEBHOOK_EVENTS.length);

    const document = (await (await fetch(`${world.url}/api/v1/openapi.json`)).json()) as {
      readonly components: { readonly schemas: Record<string, object> };
      readonly webhooks: Record<
        string,
        { post: { requestBody: { content: { "application/json": { schema: never } } } } }
      >;
    };
    for (const one of receiver.taken) {
      expect(one.isSigned).toBe(true);
      expect([one.delivery, one.event]).toEqual([one.body.delivery, one.body.event]);
      const described = document.webhooks[one.event];
      expect(described).toBeDefined();
      if (described === undefined) continue;
      const { schema } = described.post.requestBody.content["application/json"];
      expect(misfits(document as never, schema, one.body)).toEqual([]);
    }
    const texts = JSON.stringify(receiver.taken);
    expect(texts).toContain("Yes?");
    expect(texts).not.toContain("for ourselves");
    const ids = receiver.taken.map((one) => one.delivery);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("[S37] a hook is told of its events and its teams only, and of nothing while it stands still", async () => {
    const far = await makeTeam(admin, "Far");
    const { webhook } = await subscribe({ events: ["dialog.created"], teams: [far] });
    await world.user().begin("Not theirs");
    await admin.call("PATCH", `/api/webhooks/${webhook.id}`, { teams: [world.team], paused: true });
    await world.user().begin("While it stands still");
    await admin.call("PATCH", `/api/webhooks/${webhook.id}`, { paused: false });
    const theirs = world.user();
    await theirs.begin("Theirs");
    await receiver.until((taken) => taken.length > 0);
    expect(receiver.taken.map((one) => (one.body.data as { dialog: { id: string } }).dialog.id)).toEqual([
      theirs.thread,
    ]);
  });

  it("[S37] what is not taken is tried again in order under the same id", async () => {
    await subscribe({ events: ["message.created"] });
    receiver.answerWith((nth) => (nth === 1 ? 500 : nth === 2 ? 302 : nth === 3 ? "hang" : 200));
    const user = world.user();
    await user.begin("one");
    await user.write("two");
    await user.write("three");
    for (let i = 0; i < 40 && receiver.taken.length < 3; i += 1) {
      world.pass(60_000);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(receiver.taken.map((one) => (one.body.data as { message: { text: string } }).message.text)).toEqual([
      "one",
      "two",
      "three",
    ]);
    const [row] = (await logOf(hooks[0] ?? "")).rows.toReversed();
    expect(row).toMatchObject({ state: "delivered", tries: 4, status: 200 });
    const doc = (await (await admin.call("GET", `/api/webhooks/${hooks[0]}/log/${row?.id}`)).json()) as WebhookDelivery;
    expect(doc.log.map((one) => one.problem ?? one.status)).toEqual(["status", "status", "timeout", 200]);
  });

  it("[S37] after a day it has failed, the hook stands still, and admins find out; again by hand under the same id", async () => {
    const { webhook } = await subscribe({ events: ["message.created"] });
    receiver.answerWith(() => 503);
    await world.user().begin("for nobody");
    for (let i = 0; i < 80 && (await rowOf(webhook.id))?.paused === undefined; i += 1) {
      world.pass(3_600_000);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(await rowOf(webhook.id)).toMatchObject({ paused: "failures", failed: 1 });
    const told = () => world.desk.core.directory.field(derivedThreadId("settings", "desk"), "stoppedWebhooks");
    await expect.poll(told).toEqual(["CRM"]);
    const acts = (await (await admin.call("GET", "/api/audit?limit=50")).json()) as {
      entries: { act: string; webhook?: string }[];
    };
    expect(acts.entries).toContainEqual(expect.objectContaining({ act: "webhook-paused", webhook: webhook.id }));
    const [failed] = (await logOf(webhook.id, "?state=failed")).rows;
    receiver.answerWith(() => 200);
    await admin.call("PATCH", `/api/webhooks/${webhook.id}`, { paused: false });
    await expect.poll(told).toEqual([]);
    expect((await admin.call("POST", `/api/webhooks/${webhook.id}/log/${failed?.id}/again`)).status).toBe(200);
    await receiver.until((taken) => taken.length > 0);
    expect(receiver.taken.map((one) => one.delivery)).toEqual([failed?.id]);
  });

  it("[S37] a test tells at once what came of it; a new secret makes the old one worthless", async () => {
    const { webhook, secret } = await subscribe();
    const ping = async () =>
      (await (await admin.call("POST", `/api/webhooks/${webhook.id}/ping`)).json()) as WebhookDelivery;
    expect(await ping()).toMatchObject({ event: "ping", state: "delivered", status: 200 });
    const renewed = (await (await admin.call("POST", `/api/webhooks/${webhook.id}/secret`)).json()) as WebhookMade;
    expect(renewed.secret).not.toBe(secret);
    await ping();
    expect(receiver.taken.map((one) => one.isSigned)).toEqual([true, false]);
    receiver.answerWith(() => 404);
    expect(await ping()).toMatchObject({ state: "failed", problem: "status", status: 404 });
  });

  it("[S37] a private address is refused unless an admin said so for that hook; secrets are told once; only to admins", async () => {
    const { webhook, secret } = await subscribe({ privateNetwork: false });
    const pinged = (await (await admin.call("POST", `/api/webhooks/${webhook.id}/ping`)).json()) as WebhookDelivery;
    expect(pinged).toMatchObject({ state: "failed", problem: "private" });
    expect(receiver.asked()).toBe(0);
    expect(JSON.stringify(await (await admin.call("GET", "/api/webhooks")).json())).not.toContain(secret);
    const agent = await world.invite(admin, "lead", [world.team]);
    expect((await agent.call("GET", "/api/webhooks")).status).toBe(403);
    expect((await agent.call("POST", `/api/webhooks/${webhook.id}/ping`)).status).toBe(403);
    for (const url of ["http://user:pass@example.com/", "ftp://example.com", "nonsense"]) {
      expect(
        (await admin.call("POST", "/api/webhooks", { name: "x", url, events: ["dialog.created"], teams: [] })).status,
      ).toBe(400);
    }
  });
});

describe("a restart", () => {
  it("[S37] what was committed and not told before it is told after it", async () => {
    const store = openMemoryStore();
    const lasting = { ...store, close: async () => undefined };
    const first = await openWorld({ store: lasting });
    const owner = await first.admin();
    receiver.answerWith(() => 503);
    const made = (await (
      await owner.call("POST", "/api/webhooks", {
        name: "CRM",
        url: receiver.url,
        events: ["message.created"],
        teams: [],
        privateNetwork: true,
      })
    ).json()) as WebhookMade;
    receiver.setSecret(made.secret);
    await first.user().begin("before");
    await first.close();
    receiver.answerWith(() => 200);
    const second = await openWorld({ store: lasting });
    second.pass(60_000);
    await receiver.until((taken) => taken.length === 1);
    expect(receiver.taken[0]?.isSigned).toBe(true);
    await second.user().begin("after");
    await receiver.until((taken) => taken.length === 2);
    await second.close();
    await store.close();
  });
});
