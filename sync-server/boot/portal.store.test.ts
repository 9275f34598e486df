import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { derivedThreadId, makeThreadId, personOfUser, type ThreadId } from "../../shared/kernel/ids.ts";
import type { AuditAnswer } from "../../shared/protocol/audit.ts";
import type { UserAnswer } from "../../shared/protocol/chat.ts";
import type {
  PortalEvent,
  PortalLinkAnswer,
  PortalMe,
  PortalTicketAnswer,
  PortalTickets,
} from "../../shared/protocol/portal.ts";
import { userOfPerson } from "../../shared/protocol/portal.ts";
import { createItemFactory } from "../../shared/testing/item-factory.ts";
import { secureRandom } from "../platform/chance.ts";
import { openWorld, type TestAgent, type TestUser, type World } from "./desk-world.contract.ts";
import { answerTo, base, giveStatus, headOf, makeTicket, noticesOf } from "./ticket-people.contract.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

type Ask = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> };
const portal = (secret: string, path = "", init: Ask = {}): Promise<Response> =>
  fetch(`${world.url}/api/portal${path}`, {
    ...init,
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...init.headers },
  });
const read = async <Body>(secret: string, path = ""): Promise<Body> =>
  (await (await portal(secret, path)).json()) as Body;
const tickets = async (secret: string) => (await read<PortalTickets>(secret, "/tickets")).tickets;
const ticketOf = (secret: string, ticket: ThreadId) => read<PortalTicketAnswer>(secret, `/tickets/${ticket}`);

async function begin(): Promise<{ admin: TestAgent; user: TestUser; ticket: ThreadId }> {
  const admin = await world.admin();
  const user = world.user();
  await user.begin("Ноутбук зависает");
  const ticket = await makeTicket(admin, user, { team: world.team });
  await admin.push(admin.item({ kind: "claim", thread: ticket }));
  await expect.poll(async () => (await noticesOf(user)).length).toBe(1);
  return { admin, user, ticket };
}

/** A public answer by the ticket. */
const answerByTicket = (admin: TestAgent, user: TestUser, ticket: ThreadId, text: string) => {
  const { inc, n } = headOf(world, user.thread);
  return admin.push(
    admin.item({ kind: "reply", thread: user.thread, text, via: ticket, under: base(world, ticket), seen: { inc, n } }),
  );
};

async function mint(admin: TestAgent, person: ThreadId, days?: number): Promise<PortalLinkAnswer & { secret: string }> {
  const made = await admin.call("POST", "/api/portal-links", { person, ...(days === undefined ? {} : { days }) });
  expect(made.status).toBe(201);
  const answer = (await made.json()) as PortalLinkAnswer;
  return { ...answer, secret: answer.url.split("/portal/#")[1] ?? "" };
}

describe("[S19] the portal by the chat's own secret", () => {
  test("shows his tickets, what was said by them, their history, and nothing that is the team's", async () => {
    const { admin, user, ticket } = await begin();
    const note = admin.item({ kind: "note", thread: ticket, text: "СЕКРЕТНО: он всегда жалуется" });
    await admin.push(note, admin.item({ kind: "note", thread: user.thread, text: "СЕКРЕТНО" }));
    expect(await answerByTicket(admin, user, ticket, "Выезжаем")).toMatchObject([
      { item: { stamp: { verdict: "sent" } } },
    ]);
    await giveStatus(world, admin, { ticket, status: "waiting-for-visit" });
    await expect.poll(async () => (await noticesOf(user)).length).toBe(2);
    await user.write("Жду");

    const { number } = headOf(world, ticket);
    expect(await tickets(user.secret)).toMatchObject([
      {
        ticket,
        number,
        dialog: user.thread,
        status: { id: "waiting-for-visit", ru: "Ждёт выезда", category: "waiting" },
      },
    ]);
    const whole = await ticketOf(user.secret, ticket);
    expect(whole.items.map(({ kind, text, code }) => text ?? code ?? kind)).toEqual([
      "Ноутбук зависает",
      "ticket-created",
      "Выезжаем",
      "ticket-status",
      "Жду",
    ]);
    expect(whole.items.every(({ dialog }) => dialog === user.thread)).toBe(true);
    expect(whole.history).toMatchObject([
      { what: "created" },
      { what: "status", status: "waiting-for-visit", ru: "Ждёт выезда", en: "Waiting for visit" },
    ]);
    expect(whole.check).toBeUndefined();
    const text = JSON.stringify([whole, await tickets(user.secret)]);
    expect(text).not.toContain("СЕКРЕТНО");
    expect(text).not.toContain(admin.id);
    expect(text).not.toContain("alias");
  });

  test("[S22] names the notice that waits for his answer, and takes the answer by the chat's door", async () => {
    const { admin, user, ticket } = await begin();
    await giveStatus(world, admin, { ticket, status: "done" });
    await expect.poll(async () => (await ticketOf(user.secret, ticket)).check).toBeDefined();
    const { check } = await ticketOf(user.secret, ticket);
    if (check === undefined) throw new Error("a check");
    expect(check.dialog).toBe(user.thread);
    const accept = answerTo(user, { id: check.notice, via: ticket }, "accept");
    const sent = await portal(user.secret, "/items", { method: "POST", body: JSON.stringify({ items: [accept] }) });
    expect(await sent.json()).toMatchObject({ answers: [{ answer: "ok" }] });
    await expect.poll(async () => (await ticketOf(user.secret, ticket)).ticket.status.id).toBe("closed");
    expect((await ticketOf(user.secret, ticket)).check).toBeUndefined();
  });

  test("another's ticket, one that is not there, and a stranger's secret are told apart by nothing", async () => {
    const { user, ticket } = await begin();
    const eve = world.user();
    await eve.begin("!");
    expect((await portal(eve.secret, `/tickets/${ticket}`)).status).toBe(404);
    expect((await portal(eve.secret, `/tickets/${derivedThreadId("ticket", "none")}`)).status).toBe(404);
    expect((await portal(eve.secret, `/tickets/${user.thread}`)).status).toBe(404);
    expect(await tickets(eve.secret)).toEqual([]);
    expect(await tickets("A".repeat(43))).toEqual([]);
    expect((await fetch(`${world.url}/api/portal`)).status).toBe(401);
    expect((await portal("short")).status).toBe(401);
    expect((await portal(`p.${"A".repeat(43)}`)).status).toBe(404);
  });

  test("says whether anything is new by its ETag, and by a stream while it is open", async () => {
    const { admin, user, ticket } = await begin();
    const first = await portal(user.secret, `/tickets/${ticket}`);
    const etag = first.headers.get("etag") ?? "";
    expect((await portal(user.secret, `/tickets/${ticket}`, { headers: { "if-none-match": etag } })).status).toBe(304);
    const list = (await portal(user.secret, "/tickets")).headers.get("etag") ?? "";

    const events: PortalEvent[] = [];
    const eve = world.user();
    await eve.begin("!");
    const foreign: PortalEvent[] = [];
    const stop = [await listen(user.secret, events), await listen(eve.secret, foreign)];
    await expect.poll(() => events.length + foreign.length).toBe(2);
    await admin.push(admin.item({ kind: "note", thread: ticket, text: "nobody's business" }));
    await giveStatus(world, admin, { ticket, status: "in-work" });
    await expect.poll(() => events.slice(1)).toContainEqual({ t: "changed", ticket });
    for (const end of stop) end();
    expect(foreign).toMatchObject([{ t: "ready" }]);
    for (const [path, old] of [
      [`/tickets/${ticket}`, etag],
      ["/tickets", list],
    ] as const) {
      expect((await portal(user.secret, path, { headers: { "if-none-match": old } })).status).toBe(200);
    }
  });
});

describe("[S19] a new request", () => {
  test("is a dialog with a message; the desk makes one ticket of it, with his words, for the team of its link", async () => {
    const user = world.user();
    expect((await read<PortalMe>(user.secret)).opening).toBeUndefined();
    await user.begin("Здравствуйте");
    const me = await read<PortalMe>(user.secret);
    expect(me).toMatchObject({
      user: user.id,
      by: "secret",
      opening: { team: world.team, person: personOfUser(user.id) },
    });
    if (me.opening === undefined) throw new Error("an opening");
    const { team, link, person } = me.opening;
    const thread = makeThreadId("dialog", Date.now(), secureRandom);
    const set = { subject: "Новый монитор", request: true };
    const open = user.item({ kind: "open", thread, team, user: user.id, channel: "link", link, person, set });
    const body = `Нужен второй монитор. ${"Очень нужен. ".repeat(300)}`;
    const messages = [body, "И кабель"].map((text) => user.item({ kind: "message", thread, text }));
    const items = [open, ...messages];
    for (let time = 0; time < 2; time += 1) {
      const sent = await portal(user.secret, "/items", { method: "POST", body: JSON.stringify({ items }) });
      const { answers } = (await sent.json()) as { answers: readonly UserAnswer[] };
      expect(answers.map(({ answer }) => answer)).toEqual(Array.from({ length: 3 }, () => (time === 0 ? "ok" : "dup")));
    }
    await expect.poll(async () => (await tickets(user.secret))[0]?.title).toBe("Новый монитор");
    const [row, ...others] = await tickets(user.secret);
    if (row === undefined) throw new Error("a ticket");
    expect(others).toEqual([]);
    expect(row).toMatchObject({ dialog: thread, status: { id: "new" } });
    const head = headOf(world, row.ticket);
    expect(head).toMatchObject({ team, user: user.id, person, links: [{ to: thread, relation: "dialog" }] });
    expect(headOf(world, thread).links).toContainEqual({ to: row.ticket, relation: "ticket" });
    await expect
      .poll(async () =>
        (await ticketOf(user.secret, row.ticket)).items.map(({ code, text }) => code ?? text?.slice(0, 8)),
      )
      .toEqual(["Нужен вт", "И кабель", "ticket-created"]);
  });

  test("only by an open link, by one who is known, and in no other person's name", async () => {
    const { user } = await begin();
    const { opening } = await read<PortalMe>(user.secret);
    if (opening === undefined) throw new Error("an opening");
    const { team, link } = opening;
    const stranger = world.user();
    const openBy = (who: TestUser, more: object) =>
      who.item({
        kind: "open",
        thread: makeThreadId("dialog", Date.now(), secureRandom),
        team,
        user: who.id,
        channel: "link",
        link,
        set: { request: true },
        ...more,
      });
    const code = async (who: TestUser, item: unknown): Promise<unknown> => {
      const sent = await portal(who.secret, "/items", { method: "POST", body: JSON.stringify({ items: [item] }) });
      const { answers } = (await sent.json()) as { answers: readonly UserAnswer[] };
      return answers.map((answer) => ("code" in answer ? answer.code : answer.answer))[0];
    };
    expect(await code(stranger, openBy(stranger, {}))).toBe("link-unknown");
    expect(await code(user, openBy(user, { person: personOfUser(stranger.id) }))).toBe("forbidden");
    expect(await code(user, openBy(user, { link: derivedThreadId("link", "none") }))).toBe("link-unknown");
    expect(await code(user, openBy(user, { set: { request: "yes" } }))).toBe("forbidden");
    expect(await code(user, openBy(user, {}))).toBe("ok");
  });
});

describe("[S19] the portal by a mailed link", () => {
  test("is his as long as it is not revoked and has not run out; only a hash of it is kept", async () => {
    const { admin, user, ticket } = await begin();
    const person = personOfUser(user.id);
    await expect.poll(() => world.desk.core.gateway.head(person)).toBeDefined();
    const { link, secret, url } = await mint(admin, person, 2);
    expect(url).toMatch(/\/portal\/#p\.[\w-]{43}$/);
    expect(await read<PortalMe>(secret)).toMatchObject({ user: user.id, by: "link", expiresAt: link.expiresAt });
    expect(await tickets(secret)).toMatchObject([{ ticket, dialog: user.thread }]);
    const docs = await world.desk.core.databases.server.range({ start: "portal-link:", end: "portal-link:~" });
    expect(docs).toHaveLength(1);
    expect(JSON.stringify(docs)).not.toContain(secret.slice(2));
    expect(docs[0]?._id).toBe(`portal-link:${createHash("sha256").update(secret.slice(2)).digest("hex").slice(0, 32)}`);

    const listed = await admin.call("GET", `/api/portal-links?person=${person}`);
    expect(await listed.json()).toEqual({ links: [link] });
    const events: PortalEvent[] = [];
    const ended = await listen(secret, events);
    await expect.poll(() => events.length).toBe(1);
    expect((await admin.call("DELETE", `/api/portal-links/${link.id}`)).status).toBe(204);
    await expect.poll(() => ended.isEnded()).toBe(true);
    expect(await (await portal(secret, "/tickets")).json()).toMatchObject({ code: "link-revoked" });
    const acts = async () => ((await (await admin.call("GET", "/api/audit")).json()) as AuditAnswer).entries;
    await expect
      .poll(async () => (await acts()).slice(0, 2))
      .toMatchObject([
        { act: "portal-link-revoked", link: link.id, person, by: admin.id },
        { act: "portal-link-made", link: link.id, person, by: admin.id },
      ]);

    const second = await mint(admin, person, 1);
    world.pass(86_400_001);
    expect(await (await portal(second.secret)).json()).toMatchObject({ code: "link-expired" });
  });

  test("leads to a person who never wrote by a chat; the dialog that was made for him is his to write in", async () => {
    const admin = await world.admin();
    const person = makeThreadId("person", Date.now(), secureRandom);
    await admin.push(admin.item({ kind: "open", thread: person, set: { name: "Иван Петров" } }));
    const user = userOfPerson(person);
    const dialog = makeThreadId("dialog", Date.now(), secureRandom);
    const ticket = makeThreadId("ticket", Date.now(), secureRandom);
    const common = { team: world.team, person, user };
    expect(
      await admin.push(
        admin.item({ kind: "open", thread: dialog, channel: "desk", ...common, set: { subject: "По телефону" } }),
        admin.item({ kind: "open", thread: ticket, dialog, ...common }),
        admin.item({ kind: "link", thread: dialog, to: ticket, relation: "ticket" }),
      ),
    ).toMatchObject([{ answer: "ok" }, { answer: "ok" }, { answer: "ok" }]);
    const { secret } = await mint(admin, person);
    expect(await read<PortalMe>(secret)).toMatchObject({ user, name: "Иван Петров", opening: { person } });
    await expect.poll(async () => (await ticketOf(secret, ticket)).items).toMatchObject([{ code: "ticket-created" }]);
    const make = createItemFactory(secureRandom);
    const message = make({ author: user, device: "0123456789" as Parameters<typeof make>[0]["device"] }, Date.now(), {
      kind: "message",
      thread: dialog,
      text: "Спасибо",
    });
    await portal(secret, "/items", { method: "POST", body: JSON.stringify({ items: [message] }) });
    await expect.poll(async () => (await ticketOf(secret, ticket)).items.at(-1)?.text).toBe("Спасибо");
    expect((await portal(secret, "/tickets")).headers.get("cache-control")).toContain("private");
  });

  test("[S3] [S19] of a person of two cards it leads to the tickets of both, to no dialog of the other, and no longer than they are one", async () => {
    const { admin, user, ticket } = await begin();
    const other = world.user();
    await other.begin("Принтер не печатает");
    const second = await makeTicket(admin, other, { team: world.team });
    await admin.push(admin.item({ kind: "claim", thread: second }));
    await other.write("Пароль от него 4711");
    const [person, alias] = [personOfUser(user.id), personOfUser(other.id)];
    await expect.poll(() => [person, alias].map((id) => world.desk.core.gateway.head(id)?.kind)).toHaveLength(2);
    const { secret } = await mint(admin, person);
    const seen = async () => (await tickets(secret)).map((row) => row.ticket).sort();
    expect(await seen()).toEqual([ticket]);
    expect((await portal(secret, `/tickets/${second}`)).status).toBe(404);

    const events: PortalEvent[] = [];
    const stop = await listen(secret, events);
    expect(
      await admin.push(admin.item({ kind: "merge", thread: person, with: alias, reason: "by-hand" })),
    ).toMatchObject([{ answer: "ok" }]);
    expect(await seen()).toEqual([ticket, second].sort());
    const shown = await ticketOf(secret, second);
    expect(shown.ticket).toMatchObject({ ticket: second, status: { category: "new" } });
    expect(shown.ticket).not.toHaveProperty("dialog");
    expect(shown.items).toEqual([]);
    expect(JSON.stringify(shown)).not.toContain("4711");
    await giveStatus(world, admin, { ticket: second, status: "in-work" });
    await expect.poll(() => events).toContainEqual({ t: "changed", ticket: second });
    // By the chats' own secrets each sees what is his own.
    expect((await tickets(user.secret)).map((row) => row.ticket)).toEqual([ticket]);
    expect((await tickets(other.secret)).map((row) => row.ticket)).toEqual([second]);
    expect((await portal(user.secret, `/tickets/${second}`)).status).toBe(404);

    expect(await admin.push(admin.item({ kind: "unmerge", thread: person, with: alias }))).toMatchObject([
      { answer: "ok" },
    ]);
    expect(await seen()).toEqual([ticket]);
    expect((await portal(secret, `/tickets/${second}`)).status).toBe(404);
    events.length = 0;
    await giveStatus(world, admin, { ticket: second, status: "done" });
    await giveStatus(world, admin, { ticket, status: "in-work" });
    await expect.poll(() => events).toContainEqual({ t: "changed", ticket });
    expect(events).not.toContainEqual({ t: "changed", ticket: second });
    stop();
  });

  test("is made by agents only, for persons only", async () => {
    const { admin, user, ticket } = await begin();
    expect((await admin.call("POST", "/api/portal-links", { person: ticket })).status).toBe(404);
    expect((await admin.call("POST", "/api/portal-links", { person: personOfUser(user.id), days: 5_000 })).status).toBe(
      400,
    );
    expect((await admin.call("DELETE", "/api/portal-links/none")).status).toBe(404);
    const anybody = await fetch(`${world.url}/api/portal-links`, {
      method: "POST",
      headers: { authorization: `Bearer ${user.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ person: personOfUser(user.id) }),
    });
    expect(anybody.status).toBe(401);
  });
});

/** Opens the portal's stream; its events go into `events`. */
async function listen(secret: string, events: PortalEvent[]): Promise<(() => void) & { isEnded: () => boolean }> {
  const controller = new AbortController();
  const response = await portal(secret, "/stream", { signal: controller.signal });
  let isEnded = false;
  const reading = (async () => {
    let rest = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (rest + chunk).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks)
        if (block.startsWith("data: ")) events.push(JSON.parse(block.slice(6)) as PortalEvent);
    }
  })();
  void reading.catch(() => undefined).finally(() => (isEnded = true));
  return Object.assign(() => controller.abort(), { isEnded: () => isEnded });
}
