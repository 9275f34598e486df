import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { AuditAnswer } from "../../shared/protocol/audit.ts";
import type { PortalLinkAnswer, PortalTickets } from "../../shared/protocol/portal.ts";
import { type FakeMail, openFakeMail } from "../channels/email/fake.ts";
import { secureRandom } from "../platform/chance.ts";
import { openWorld, type TestAgent, type World } from "./desk-world.contract.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

async function mint(admin: TestAgent, person: ThreadId): Promise<PortalLinkAnswer & { secret: string }> {
  const made = await admin.call("POST", "/api/portal-links", { person });
  expect(made.status).toBe(201);
  const answer = (await made.json()) as PortalLinkAnswer;
  return { ...answer, secret: answer.url.split("/portal/#")[1] ?? "" };
}

describe("[S19] a link that the desk mails by itself", () => {
  let fake: FakeMail;
  beforeEach(async () => {
    fake = await openFakeMail();
  });
  afterEach(() => fake.close());

  async function openMailbox(admin: TestAgent): Promise<void> {
    const body = { kind: "email", name: "Support", team: world.team, settings: fake.settings };
    expect((await admin.call("POST", "/api/channels", body)).status).toBe(201);
  }
  async function personWith(admin: TestAgent, set: Record<string, string>): Promise<ThreadId> {
    const person = makeThreadId("person", Date.now(), secureRandom);
    await admin.push(admin.item({ kind: "open", thread: person, set: { name: "Иван Петров", ...set } }));
    return person;
  }
  type Mailed = { readonly status: number; readonly outcome?: string; readonly code?: string };
  const mail = async (by: TestAgent, id: string, body: object): Promise<Mailed> => {
    const answer = await by.call("POST", `/api/portal-links/${id}/mail`, body);
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const email = "ivan@users.example";

  test("goes from the desk's mailbox to the address on the card, in the language asked for, and is noted", async () => {
    const admin = await world.admin();
    await openMailbox(admin);
    const person = await personWith(admin, { email: "Ivan@users.example" });
    const { link, url, secret } = await mint(admin, person);
    expect(await mail(admin, link.id, { url, locale: "ru" })).toMatchObject({ status: 200, outcome: "sent" });
    expect(await mail(admin, link.id, { url, locale: "en" })).toMatchObject({ outcome: "sent" });
    expect(fake.sent()).toMatchObject([
      { to: email, text: expect.stringContaining(`написать нам:\n${url}`) },
      { to: email, text: expect.stringContaining(`write to us:\n${url}`) },
    ]);
    const shown = await fetch(`${world.url}/api/portal/tickets`, { headers: { authorization: `Bearer ${secret}` } });
    expect(((await shown.json()) as PortalTickets).tickets).toEqual([]);
    const { entries } = (await (await admin.call("GET", "/api/audit")).json()) as AuditAnswer;
    expect(entries.filter(({ act }) => act === "portal-link-mailed")).toMatchObject([
      { link: link.id, person, outcome: "sent", by: admin.id },
      { link: link.id, person, outcome: "sent", by: admin.id },
    ]);
    expect(JSON.stringify(entries)).not.toContain(secret.slice(2));
  });

  test("no other address than the desk's own leaves, no other link's, and none that has ended", async () => {
    const admin = await world.admin();
    await openMailbox(admin);
    const person = await personWith(admin, { email });
    const [one, other] = [await mint(admin, person), await mint(admin, person)];
    const url = `https://evil.example/portal/#${one.secret}`;
    expect(await mail(admin, one.link.id, { url, locale: "en" })).toMatchObject({ outcome: "sent" });
    expect(fake.sent()[0]?.text).toContain(one.url);
    expect(fake.sources().join()).not.toContain("evil");
    for (const wrong of [other.url, `${world.url}/portal/#p.${"A".repeat(43)}`, world.url]) {
      expect(await mail(admin, one.link.id, { url: wrong, locale: "en" })).toMatchObject({ status: 404 });
    }
    await admin.call("DELETE", `/api/portal-links/${one.link.id}`);
    expect(await mail(admin, one.link.id, { url: one.url, locale: "en" })).toMatchObject({ code: "link-revoked" });
    const anybody = await fetch(`${world.url}/api/portal-links/${other.link.id}/mail`, {
      method: "POST",
      headers: { authorization: `Bearer ${other.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ url: other.url, locale: "en" }),
    });
    expect(anybody.status).toBe(401);
    expect(fake.sent()).toHaveLength(1);
  });

  test("says when the desk has no mailbox, the card no address, or the mail did not leave", async () => {
    const admin = await world.admin();
    const [person, bare] = [await personWith(admin, { email }), await personWith(admin, { email: "not an address" })];
    const [made, lost] = [await mint(admin, person), await mint(admin, bare)];
    const ask = { url: made.url, locale: "ru" };
    expect(await mail(admin, made.link.id, ask)).toMatchObject({ status: 200, outcome: "no-mailbox" });
    await openMailbox(admin);
    expect(await mail(admin, lost.link.id, { ...ask, url: lost.url })).toMatchObject({ outcome: "no-address" });
    fake.fault("blocked", 1);
    expect(await mail(admin, made.link.id, ask)).toMatchObject({ outcome: "failed" });
    expect(await mail(admin, made.link.id, ask)).toMatchObject({ outcome: "sent" });
    const { entries } = (await (await admin.call("GET", "/api/audit")).json()) as AuditAnswer;
    expect(entries.flatMap((entry) => (entry.act === "portal-link-mailed" ? [entry.outcome] : [])).reverse()).toEqual([
      "failed",
      "sent",
    ]);
  });
});
