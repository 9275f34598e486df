import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { personOfUser, type ThreadId } from "../../shared/kernel/ids.ts";
import type { ChannelRow } from "../../shared/protocol/channels.ts";
import { makeTwinModule, openTwinFake } from "../channels/contract-twin.ts";
import { makeMemoryBlobs } from "../stores/blobs/memory-blobs.ts";
import { openEmbeddedStore } from "../stores/embedded/embedded-store.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { openWorld, type TestAgent, type World } from "./desk-world.contract.ts";

type Fake = Awaited<ReturnType<typeof openTwinFake>>;
let world: World;
let fake: Fake;
let admin: TestAgent;

beforeEach(async () => {
  fake = await openTwinFake();
  world = await openWorld({ channelModules: [makeTwinModule()] });
  admin = await world.admin();
});
afterEach(async () => {
  await world.close();
  await fake.close();
});

const settings = () => ({ server: fake.settings["server"], token: "a secret token" });
const body = (more: object = {}) => ({
  kind: "telegram",
  name: "Our bot",
  team: world.team,
  settings: settings(),
  ...more,
});
const make = async (more: object = {}): Promise<ChannelRow> => {
  const made = await admin.call("POST", "/api/channels", body(more));
  expect(made.status).toBe(201);
  return (await made.json()) as ChannelRow;
};
const dialogs = () => [...world.desk.core.gateway.heads()].filter((head) => head.kind === "dialog");
const list = async (): Promise<readonly ChannelRow[]> => {
  const answer = await admin.call("GET", "/api/channels");
  return ((await answer.json()) as { channels: readonly ChannelRow[] }).channels;
};

/** An agent takes the dialog and answers, as a device does it. */
async function reply(agent: TestAgent, thread: ThreadId, more: { text: string; files?: never }): Promise<void> {
  await agent.push(agent.item({ kind: "claim", thread }));
  const head = world.desk.core.gateway.head(thread);
  const { inc = 1, epoch = 0, n = 0 } = head ?? {};
  const answers = await agent.push(
    agent.item({ kind: "reply", thread, under: { inc, epoch }, seen: { inc, n }, ...more }),
  );
  expect(answers).toMatchObject([{ answer: "ok", item: { stamp: { verdict: "sent" } } }]);
}

describe("channels of a desk", () => {
  test("[S37] an admin adds a channel and it works at once: a dialog, a person, an answer", async () => {
    const row = await make();
    expect(row).toMatchObject({ kind: "telegram", name: "Our bot", team: world.team, paused: false });
    await fake.userWrites({ user: "ivan", text: "Не печатает" });
    await expect.poll(() => dialogs().length).toBe(1);
    const [dialog] = dialogs();
    if (dialog?.user === undefined || dialog.user === null) throw new Error("nobody's dialog");
    expect(dialog).toMatchObject({
      link: row.id,
      channel: "telegram",
      team: world.team,
      person: personOfUser(dialog.user),
    });
    const person = world.desk.core.gateway.head(personOfUser(dialog.user));
    expect(person?.fields["name"]?.value).toBe("User ivan");
    expect(person?.fields["id.telegram"]?.value).toEqual({ value: "ivan", verified: true });
    await expect.poll(() => world.desk.core.gateway.head(dialog._id)?.last?.text).toBe("Не печатает");
    await reply(admin, dialog._id, { text: "Уже идём" });
    await expect.poll(() => fake.sent()).toMatchObject([{ to: "ivan", text: "Уже идём" }]);
    const [after] = await list();
    expect(after?.health).toMatchObject({ failed: 0, aside: 0, waiting: 0 });
    expect(after?.health.lastIn).toBeGreaterThan(0);
    expect(after?.health.lastOut).toBeGreaterThan(0);
  });

  test("[S37] secrets are write-only: neither the API, nor a device, nor the audit ever tells one", async () => {
    const row = await make();
    expect(row.secrets).toEqual(["token"]);
    expect(row.settings).toEqual({ server: settings().server });
    await admin.call("PATCH", `/api/channels/${row.id}`, { name: "Renamed", settings: { token: "a secret token" } });
    await admin.call("POST", `/api/channels/${row.id}/test`);
    const told = [
      await (await admin.call("GET", "/api/channels")).text(),
      await (await admin.call("GET", "/api/audit")).text(),
      await (await admin.call("GET", `/db/${row.id}`)).text(),
      await (await admin.call("GET", "/api/bootstrap")).text(),
      JSON.stringify(world.desk.core.gateway.head(row.id)),
    ];
    for (const text of told) expect(text).not.toContain("a secret token");
    expect(told[1]).toContain("channel-made");
    expect(told[1]).toContain('"settings.token"');
    expect(told[1]).toContain(admin.id);
    // An absent secret stays, `null` takes a required one away and is refused with its name.
    const refused = await admin.call("PATCH", `/api/channels/${row.id}`, { settings: { token: null } });
    expect([refused.status, await refused.json()]).toMatchObject([422, { code: "config", detail: "token" }]);
    expect(await (await admin.call("POST", `/api/channels/${row.id}/test`)).json()).toMatchObject({
      ok: true,
      name: "@twin",
    });
  });

  test("[S37] what is not right in the form is named; nobody but an admin comes near", async () => {
    const wrong = async (more: object) => {
      const answer = await admin.call("POST", "/api/channels", body(more));
      const { code, detail } = (await answer.json()) as { code: string; detail?: string };
      return [answer.status, code, detail];
    };
    expect(await wrong({ settings: { server: "x" } })).toEqual([422, "config", "token"]);
    expect(await wrong({ settings: { ...settings(), extra: "1" } })).toEqual([422, "config", "extra"]);
    expect(await wrong({ kind: "pigeon" })).toEqual([422, "config", "kind"]);
    expect(await wrong({ team: "team.000000000000000000" })).toEqual([400, "malformed", "team"]);
    expect(await list()).toEqual([]);
    const tested = await admin.call(
      "POST",
      "/api/channels/test",
      body({ settings: { ...settings(), token: "wrong" } }),
    );
    expect(await tested.json()).toEqual({ ok: false, code: "auth" });
    const row = await make();
    for (const role of ["agent", "lead"] as const) {
      const other = await world.invite(admin, role, [world.team]);
      for (const [method, path] of [
        ["GET", "/api/channels"],
        ["POST", "/api/channels"],
        ["PATCH", `/api/channels/${row.id}`],
        ["DELETE", `/api/channels/${row.id}`],
        ["POST", `/api/channels/${row.id}/test`],
        ["GET", `/api/channels/${row.id}/aside`],
        ["POST", `/api/channels/${row.id}/failed/again`],
      ] as const) {
        // A lead sees which channels there are.
        const may = role === "lead" && method === "GET" && path === "/api/channels";
        const { status } = await other.call(method, path, method === "GET" ? undefined : {});
        expect([role, method, path, status]).toEqual([role, method, path, may ? 200 : 403]);
      }
    }
    expect((await fetch(`${world.url}/api/channels`)).status).toBe(401);
  });

  test("[S37] a wrong key is trouble with its code, the right one mends it without a restart", async () => {
    const row = await make({ settings: { ...settings(), token: "wrong" } });
    await expect.poll(async () => (await list())[0]?.health).toMatchObject({ state: "trouble", code: "auth" });
    const [bad] = await list();
    expect(bad?.health.nextTryAt).toBeGreaterThan(bad?.health.since ?? 0);
    await fake.userWrites({ user: "ivan", text: "Ау" });
    await admin.call("PATCH", `/api/channels/${row.id}`, { settings: { token: "a secret token" } });
    await expect.poll(() => dialogs().length).toBe(1);
    expect((await list())[0]?.health.state).toBe("running");
  });

  test("[S37] a channel that cannot be opened is trouble, and the desk goes on; its key is told nowhere", async () => {
    const module = makeTwinModule();
    await world.close();
    world = await openWorld({
      channelModules: [
        {
          ...module,
          open: (parts) => ({
            ...module.open(parts),
            receive: async () => {
              throw new Error(
                `GET https://vendor.example/bot${JSON.stringify(parts.settings["token"]).slice(1, -1)}/updates failed`,
              );
            },
          }),
        },
      ],
    });
    admin = await world.admin();
    const broken = await admin.call("POST", "/api/channels", body({ settings: { ...settings(), server: "nowhere" } }));
    expect(broken.status).toBe(201);
    expect(await broken.json()).toMatchObject({ health: { state: "trouble", code: "unreachable" } });
    await make();
    await expect
      .poll(async () => (await list()).map(({ health }) => health.detail))
      .toEqual(["there is no such server", "GET https://vendor.example/bot***/updates failed"]);
  });

  test("[U11] what failed is listed and sent again at once for all; an ended channel fails what is asked of it", async () => {
    const row = await make();
    await fake.userWrites({ user: "ivan", text: "Где вы?" });
    await expect.poll(() => dialogs().length).toBe(1);
    const thread = dialogs()[0]?._id as ThreadId; // just seen
    fake.fault("blocked", 1);
    await reply(admin, thread, { text: "Здесь" });
    const failed = async () =>
      (await (await admin.call("GET", `/api/channels/${row.id}/failed`)).json()) as { rows: readonly unknown[] };
    await expect
      .poll(async () => (await failed()).rows)
      .toMatchObject([{ thread, outcome: "failed", code: "blocked" }]);
    expect((await list())[0]?.health.failed).toBe(1);
    const again = await admin.call("POST", `/api/channels/${row.id}/failed/again`);
    expect(await again.json()).toEqual({ asked: 1 });
    await expect.poll(() => fake.sent().map(({ text }) => text)).toEqual(["Здесь"]);
    await expect.poll(async () => (await failed()).rows).toEqual([]);

    expect((await admin.call("DELETE", `/api/channels/${row.id}`)).status).toBe(204);
    expect(await list()).toEqual([]);
    expect((await admin.call("GET", `/api/channels/${row.id}/failed`)).status).toBe(404);
    await reply(admin, thread, { text: "Слышно?" });
    await expect
      .poll(() => world.desk.core.gateway.head(thread)?.undelivered)
      .toMatchObject([{ outcome: "failed", code: "no-channel" }]);
    expect(fake.sent()).toHaveLength(1);
  });

  test("[S37] what was set aside is read again or put away", async () => {
    const row = await make();
    await fake.sendBroken();
    const asides = async () =>
      (await (await admin.call("GET", `/api/channels/${row.id}/aside`)).json()) as {
        rows: readonly { id: string; reason: string; raw: string }[];
        more: boolean;
      };
    await expect.poll(async () => (await asides()).rows.length).toBe(1);
    const [kept] = (await asides()).rows;
    expect(kept).toMatchObject({ reason: "unknown-kind" });
    expect(kept?.raw).toContain("sticker-of-tomorrow");
    const again = await admin.call("POST", `/api/channels/${row.id}/aside/${kept?.id}/again`);
    expect(await again.json()).toEqual({ done: false, reason: "unknown-kind" });
    expect((await admin.call("DELETE", `/api/channels/${row.id}/aside/${kept?.id}`)).status).toBe(204);
    expect((await asides()).rows).toEqual([]);
    expect((await admin.call("DELETE", `/api/channels/${row.id}/aside/${kept?.id}`)).status).toBe(404);
    // What was put away stays away when it comes again; new things do not.
    await fake.repeatAll();
    await fake.userWrites({ user: "ivan", text: "после" });
    await expect.poll(() => dialogs().length).toBe(1);
    expect((await list())[0]?.health.aside).toBe(0);
  });

  test("[S37] hooks: unknown channels are not there, a paused one asks to come again", async () => {
    const row = await make();
    const call = (path: string) => fetch(`${world.url}/api/hooks/${path}`, { method: "POST", body: "{}" });
    expect((await call("channel.000000000000000000/x")).status).toBe(404);
    expect((await call("nonsense/x")).status).toBe(404);
    expect((await call(`${row.id}/x`)).status).toBe(404); // the twin hears no hook
    await admin.call("PATCH", `/api/channels/${row.id}`, { paused: true });
    expect((await call(`${row.id}/x`)).status).toBe(503);
    expect((await list())[0]?.health.state).toBe("paused");
  });

  test("[S37] a file that the channel does not take leaves as a link that can be taken back", async () => {
    await make();
    await fake.userWrites({ user: "ivan", text: "Пришлите инструкцию" });
    await expect.poll(() => dialogs().length).toBe(1);
    const thread = dialogs()[0]?._id as ThreadId; // just seen
    const bytes = Buffer.concat([Buffer.from("%PDF-1.4\n"), Buffer.alloc(70_000, 32)]);
    const sha = createHash("sha256").update(bytes).digest("hex");
    await world.desk.files.begin(sha, bytes.length, admin.id);
    await world.desk.files.append(sha, { by: admin.id, offset: 0, bytes });
    await world.desk.files.complete(sha, admin.id);
    const files = [{ sha, name: "инструкция.pdf", type: "application/pdf", size: bytes.length }];
    await reply(admin, thread, { text: "Вот", files } as never);
    await expect.poll(() => fake.sent().length).toBe(1);
    const url = /https?:\S+\/api\/shared-files\/\S+/.exec(fake.sent()[0]?.text ?? "")?.[0] ?? "";
    const got = await fetch(url);
    expect(got.status).toBe(200);
    expect(got.headers.get("content-disposition")).toContain("attachment");
    expect(got.headers.get("content-security-policy")).toContain("sandbox");
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
    expect((await fetch(`${url.slice(0, -2)}xx`)).status).toBe(404);
    expect(await world.desk.channels.shared.revoke(url.split("/").at(-1) ?? "")).toBe(true);
    expect((await fetch(url)).status).toBe(404);
  });

  test("[S39] a deep link greets once and tells the dialog its room", async () => {
    await make();
    const link = [...world.desk.core.directory.links()][0];
    if (link === undefined) throw new Error("a new desk has a link");
    await admin.push(
      admin.item({ kind: "set-field", thread: link.thread, set: { room: "312", greeting: "Это кабинет 312" } }),
    );
    fake.starts("olga", link.token);
    fake.starts("olga", link.token);
    await fake.userWrites({ user: "olga", text: "Лампа мигает" });
    await expect.poll(() => dialogs()[0]?.fields["room"]?.value).toBe("312");
    expect(fake.sent().map(({ text }) => text)).toEqual(["Это кабинет 312"]);
  });
});

describe("a desk that starts again", () => {
  test.each(["memory", "embedded"] as const)(
    "[I12] channels, places and answers survive a restart: %s",
    async (kind) => {
      const dataDir = await mkdtemp(join(tmpdir(), "otklik-channels-"));
      const memory = openMemoryStore();
      const files = makeMemoryBlobs();
      const keep = async () =>
        kind === "memory"
          ? { ...memory, close: async () => undefined }
          : await openEmbeddedStore({ folder: join(dataDir, "store") });
      const open = async () => openWorld({ store: await keep(), files, dataDir, channelModules: [makeTwinModule()] });
      await world.close();
      world = await open();
      const signedUp = await world.admin();
      admin = signedUp;
      const row = await make();
      await fake.userWrites({ user: "ivan", text: "до" });
      await expect.poll(() => dialogs().length).toBe(1);
      const thread = dialogs()[0]?._id as ThreadId; // just seen
      await admin.call("PATCH", `/api/channels/${row.id}`, { paused: true });
      await reply(admin, thread, { text: "подождёт" });
      await fake.userWrites({ user: "ivan", text: "во время" });
      await world.close();
      world = await open();
      const call: TestAgent["call"] = (method, path, given) =>
        fetch(`${world.url}${path}`, {
          method,
          headers: { cookie: signedUp.cookie, origin: world.url, "content-type": "application/json" },
          ...(given === undefined ? {} : { body: JSON.stringify(given) }),
        });
      admin = { ...signedUp, call };
      await expect
        .poll(async () => (await list())[0])
        .toMatchObject({ id: row.id, paused: true, health: { waiting: 1 } });
      expect(fake.sent()).toEqual([]);
      await call("PATCH", `/api/channels/${row.id}`, { paused: false });
      await expect.poll(() => fake.sent().map(({ text }) => text)).toEqual(["подождёт"]);
      await fake.repeatAll();
      const texts = async () =>
        ((await world.desk.core.reader.read(thread))?.items ?? []).flatMap((item) =>
          item.kind === "message" ? [item.text] : [],
        );
      await expect.poll(async () => (await texts()).sort()).toEqual(["во время", "до"]);
      expect(fake.sent()).toHaveLength(1);
      await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  );
});
