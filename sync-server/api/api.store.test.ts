import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiDialog, ApiMessage } from "../../shared/protocol/v1/dialogs.ts";
import { OPERATIONS } from "../../shared/protocol/v1/operations.ts";
import type { ApiProblem } from "../../shared/protocol/v1/parts.ts";
import type { ApiTicketWhole } from "../../shared/protocol/v1/tickets.ts";
import { DEFAULT_TICKET_TYPE, DEFAULT_TICKET_TYPE_ID } from "../../shared/ticket/type.ts";
import { openWorld, type TestAgent, type World } from "../boot/desk-world.contract.ts";
import { makeTeam } from "../boot/ticket-people.contract.ts";
import { makeProgram, type Seen, type TestProgram } from "./api-world.contract.ts";

let world: World;
let admin: TestAgent;
let program: TestProgram;
const seen: Seen = new Set();
const code = (answer: { readonly body: unknown }): string => (answer.body as ApiProblem).error.code;

beforeAll(async () => {
  world = await openWorld();
  admin = await world.admin();
  program = await makeProgram(world, admin, { seen });
});
afterAll(async () => world.close());

/** A dialog that somebody has begun. */
async function begin(
  text = "The printer is jammed",
): Promise<{ readonly id: string; readonly user: ReturnType<World["user"]> }> {
  const user = world.user();
  await user.begin(text);
  return { id: user.thread, user };
}

describe("dialogs", () => {
  it("[S37] are listed, read, claimed, answered and closed as an agent does", async () => {
    const { id, user } = await begin();
    const got = await program.call("GET", `/dialogs/${id}`);
    expect(got).toMatchObject({ status: 200, body: { id, state: "open", owner: null, team: world.team } });
    expect(await program.call("POST", `/dialogs/${id}/claim`, {})).toMatchObject({
      status: 200,
      body: { owner: program.made.token.agent },
    });
    const note = await program.call("POST", `/dialogs/${id}/notes`, { text: "Looked it up" });
    expect(note).toMatchObject({ status: 201, body: { kind: "note", state: "noted" } });
    const reply = await program.call("POST", `/dialogs/${id}/replies`, { text: "Switch it off and on" });
    expect(reply).toMatchObject({ status: 201, body: { kind: "reply", state: "sent" } });
    const stream = await user.stream(0);
    await stream.wait((event) => event.t === "ready");
    expect(stream.items().map((item) => item.text)).toContain("Switch it off and on");
    expect(stream.items().map((item) => item.text)).not.toContain("Looked it up");
    const said = await program.call("POST", `/dialogs/${id}/messages`, { text: "Thanks, by phone" });
    expect(said).toMatchObject({ status: 201, body: { kind: "message", author: user.id } });
    const list = await program.call("GET", `/dialogs/${id}/messages`);
    expect(
      (list.body as { items: ApiMessage[] }).items.filter(({ kind }) => kind !== "notice").map(({ text }) => text),
    ).toEqual(["The printer is jammed", "Looked it up", "Switch it off and on", "Thanks, by phone"]);
    const closed = await program.call("POST", `/dialogs/${id}/close`, { reason: "solved" });
    expect(closed).toMatchObject({ status: 200, body: { state: "closed" } });
  });

  it("[CL21] a reply by one who does not own the dialog never leaves", async () => {
    const { id, user } = await begin();
    const refused = await program.call("POST", `/dialogs/${id}/replies`, { text: "Not mine" });
    expect([refused.status, code(refused)]).toEqual([409, "not-owner"]);
    await admin.push(admin.item({ kind: "claim", thread: user.thread }));
    const taken = await program.call("POST", `/dialogs/${id}/claim`, {});
    expect([taken.status, code(taken)]).toEqual([409, "owned"]);
    expect(code(await program.call("POST", `/dialogs/${id}/close`, {}))).toBe("not-owner");
    const stream = await user.stream(0);
    await stream.wait((event) => event.t === "ready");
    expect(stream.items().map((item) => item.text)).not.toContain("Not mine");
  });

  it("[CL22] a reply that has not seen another agent's is refused and leaves nothing held", async () => {
    const { id, user } = await begin();
    await admin.push(admin.item({ kind: "claim", thread: user.thread }));
    const { inc, epoch } = world.desk.core.gateway.head(user.thread) ?? { inc: 0, epoch: 0 };
    await admin.push(
      admin.item({
        kind: "reply",
        thread: user.thread,
        text: "From a person",
        under: { inc, epoch },
        seen: { inc, n: 2 },
      }),
    );
    await admin.push(admin.item({ kind: "release", thread: user.thread, base: { inc, epoch } }));
    expect((await program.call("POST", `/dialogs/${id}/claim`, {})).status).toBe(200);
    const late = await program.call("POST", `/dialogs/${id}/replies`, { text: "From a program", seen: 2 });
    expect([late.status, code(late)]).toEqual([409, "unseen"]);
    expect(world.desk.core.gateway.head(user.thread)?.held).toEqual([]);
    expect((await program.call("POST", `/dialogs/${id}/replies`, { text: "From a program, informed" })).status).toBe(
      201,
    );
  });

  it("[S37] pages by the time of the last change lose nothing and repeat nothing", async () => {
    for (let i = 0; i < 5; i += 1) await begin(`Number ${i}`);
    for (const order of ["asc", "desc"]) {
      const ids: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const place: string = cursor === "" ? "" : `&cursor=${cursor}`;
        const { body } = await program.call("GET", `/dialogs?limit=2&order=${order}${place}`);
        const page = body as { items: ApiDialog[]; next: string | null };
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.next;
      }
      expect(new Set(ids).size).toBe(ids.length);
      const all = world.desk.core.gateway.visibleHeads({
        kind: "agent",
        id: admin.id,
        role: "agent",
        teams: [world.team],
      });
      expect(ids.toSorted()).toEqual(
        all.flatMap((head) => (head.kind === "dialog" ? [head._id as string] : [])).toSorted(),
      );
    }
    expect(code(await program.call("GET", "/dialogs?cursor=nonsense"))).toBe("malformed");
  });

  it("[S37] filters by state, team, owner and the time of the last change", async () => {
    const { id } = await begin();
    const since = new Date(Date.now() + 3_600_000).toISOString();
    const idsOf = async (query: string): Promise<string[]> =>
      ((await program.call("GET", `/dialogs?limit=100&${query}`)).body as { items: ApiDialog[] }).items.map(
        (one) => one.id,
      );
    expect(await idsOf(`state=open&team=${world.team}&owner=none`)).toContain(id);
    expect(await idsOf("state=snoozed")).toEqual([]);
    expect(await idsOf(`owner=${program.made.token.agent}&state=open`)).not.toContain(id);
    expect(await idsOf(`updatedSince=${since}`)).toEqual([]);
  });
});

describe("tickets", () => {
  it("[S37] are made with texts, changed, given a status and read", async () => {
    const { id } = await begin();
    const made = await program.call("POST", "/tickets", {
      id: "crm-42",
      team: world.team,
      title: "Новый принтер",
      description: "На третий этаж",
      dialog: id,
      priority: 2,
      tags: ["print"],
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        title: "Новый принтер",
        description: "На третий этаж",
        dialogs: [id],
        priority: 2,
        tags: ["print"],
        status: "new",
      },
    });
    const ticket = made.body as ApiTicketWhole;
    expect(ticket.number).toBeGreaterThan(0);
    const again = await program.call("POST", "/tickets", {
      id: "crm-42",
      team: world.team,
      title: "Новый принтер",
      description: "На третий этаж",
      dialog: id,
      priority: 2,
      tags: ["print"],
    });
    expect((again.body as ApiTicketWhole).id).toBe(ticket.id);
    expect((again.body as ApiTicketWhole).description).toBe("На третий этаж");
    const other = await program.call("POST", "/tickets", { id: "crm-42", team: world.team, title: "Something else" });
    expect([other.status, code(other)]).toEqual([409, "id-taken"]);
    const changed = await program.call("PATCH", `/tickets/${ticket.id}`, { title: "Новый МФУ", priority: 3 });
    expect(changed.body).toMatchObject({ title: "Новый МФУ", description: "На третий этаж", priority: 3 });
    const moved = await program.call("POST", `/tickets/${ticket.id}/status`, { status: "in-work" });
    expect(moved).toMatchObject({ status: 200, body: { status: "in-work" } });
    expect(code(await program.call("POST", `/tickets/${ticket.id}/status`, { status: "no-such" }))).toBe("no-status");
    expect((await program.call("GET", `/tickets/${ticket.id}`)).body).toMatchObject({
      title: "Новый МФУ",
      status: "in-work",
    });
    const listed = (await program.call("GET", "/tickets?status=in-work")).body as { items: ApiTicketWhole[] };
    expect(listed.items.map((one) => one.id)).toContain(ticket.id);
  });

  it("[S50] custom fields are those of the type; another name is refused by its name", async () => {
    const { id: _id, ...type } = DEFAULT_TICKET_TYPE;
    const fields = [
      { id: "floor", kind: "number", name: { ru: "Этаж", en: "Floor" } },
      {
        id: "kind",
        kind: "choice",
        name: { ru: "Вид", en: "Kind" },
        options: [{ id: "laser", name: { ru: "Л", en: "L" } }],
      },
    ];
    const set = { ...type, fields };
    await admin.push(admin.item({ kind: "open", thread: DEFAULT_TICKET_TYPE_ID, set } as never));
    const made = await program.call("POST", "/tickets", {
      team: world.team,
      title: "A",
      fields: { floor: 3, kind: "laser" },
    });
    expect(made.body).toMatchObject({ fields: { floor: 3, kind: "laser" } });
    const { id } = made.body as ApiTicketWhole;
    expect((await program.call("PATCH", `/tickets/${id}`, { fields: { floor: 4 } })).body).toMatchObject({
      fields: { floor: 4, kind: "laser" },
    });
    const unknown = await program.call("PATCH", `/tickets/${id}`, { fields: { colour: "red" } });
    expect((unknown.body as ApiProblem).error).toMatchObject({ code: "unknown-field", field: "fields.colour" });
    const wrong = await program.call("PATCH", `/tickets/${id}`, { fields: { kind: "ink" } });
    expect((wrong.body as ApiProblem).error).toMatchObject({ code: "malformed", field: "fields.kind" });
  });
});

describe("the directory", () => {
  it("[S37] contacts, companies and assets are made once, changed and listed", async () => {
    for (const [path, body, patch] of [
      [
        "/contacts",
        { name: "Пётр", email: "p@example.com", phone: "+7 900 000-00-00", fields: { department: "IT" } },
        { phone: null },
      ],
      ["/companies", { name: "ООО Ромашка" }, { name: "АО Ромашка" }],
      ["/assets", { name: "Printer", room: "301" }, { room: "302" }],
    ] as const) {
      const made = await program.call("POST", path, { id: "row-1", ...body });
      expect(made).toMatchObject({ status: 201, body });
      const { id } = made.body as { id: string };
      expect((await program.call("POST", path, { id: "row-1", ...body })).body).toMatchObject({ id });
      expect(code(await program.call("POST", path, { id: "row-1", name: "Other" }))).toBe("id-taken");
      expect((await program.call("PATCH", `${path}/${id}`, patch)).body).toMatchObject({ id, ...patch });
      expect((await program.call("GET", `${path}/${id}`)).body).toMatchObject({ id, ...patch });
      const list = (await program.call("GET", path)).body as { items: { id: string }[] };
      expect(list.items.map((one) => one.id)).toContain(id);
    }
    const { id } = await begin();
    const contact = world.desk.core.gateway.head(id as never)?.person ?? "";
    for (let i = 0; i < 50 && (await program.call("GET", `/contacts/${contact}`)).status === 404; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20)); // the desk makes the person by itself
    }
    const threads = (await program.call("GET", `/contacts/${contact}/threads`)).body as { items: { id: string }[] };
    expect(threads.items.map((one) => one.id)).toEqual([id]);
    expect((await program.call("GET", "/teams")).body).toMatchObject({ items: [{ id: world.team }] });
    const agents = (await program.call("GET", "/agents")).body as { items: { id: string }[] };
    expect(agents.items.map((one) => one.id)).toContain(admin.agent);
  });
});

describe("doing it twice", () => {
  it("[S37] the same id makes one item, also when both come at once", async () => {
    const { id } = await begin();
    const post = () => program.call("POST", `/dialogs/${id}/notes`, { id: "n-1", text: "Once" });
    const [a, b] = await Promise.all([post(), post()]);
    expect((a.body as ApiMessage).id).toBe((b.body as ApiMessage).id);
    expect((await post()).body).toEqual(a.body);
    const other = await program.call("POST", `/dialogs/${id}/notes`, { id: "n-1", text: "Twice" });
    expect([other.status, code(other)]).toEqual([409, "id-taken"]);
    const list = (await program.call("GET", `/dialogs/${id}/messages`)).body as { items: ApiMessage[] };
    expect(list.items.filter(({ kind }) => kind === "note")).toHaveLength(1);
  });

  it("[S37] an Idempotency-Key answers as before for a day, and refuses another body", async () => {
    const { id } = await begin();
    const headers = { "idempotency-key": "k-1" };
    const first = await program.call("POST", `/dialogs/${id}/notes`, { text: "Once" }, headers);
    const second = await program.call("POST", `/dialogs/${id}/notes`, { text: "Once" }, headers);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    const other = await program.call("POST", `/dialogs/${id}/notes`, { text: "Other" }, headers);
    expect([other.status, code(other)]).toEqual([409, "idempotency-key"]);
    const list = (await program.call("GET", `/dialogs/${id}/messages`)).body as { items: ApiMessage[] };
    expect(list.items.filter(({ kind }) => kind === "note")).toHaveLength(1);
  });
});

describe("rights", () => {
  it("[I11] a token sees what its teams see and nothing else", async () => {
    const far = await makeTeam(admin, "Far");
    const stranger = await makeProgram(world, admin, { teams: [far] });
    const { id } = await begin();
    expect((await stranger.call("GET", `/dialogs/${id}`)).status).toBe(404);
    expect((await stranger.call("POST", `/dialogs/${id}/notes`, { text: "Hm" })).status).toBe(404);
    expect((await stranger.call("GET", "/dialogs")).body).toMatchObject({ items: [], next: null });
  });

  it("[S37] a token does what its scopes say, until it expires or is revoked", async () => {
    const reader = await makeProgram(world, admin, { scopes: ["dialogs:read"] });
    const { id } = await begin();
    expect((await reader.call("GET", `/dialogs/${id}`)).status).toBe(200);
    const refused = await reader.call("POST", `/dialogs/${id}/notes`, { text: "Hm" });
    expect([refused.status, code(refused)]).toEqual([403, "scope"]);
    expect((await reader.call("GET", "/contacts")).status).toBe(403);
    expect((await admin.call("DELETE", `/api/api-tokens/${reader.made.token.id}`)).status).toBe(204);
    const gone = await reader.call("GET", `/dialogs/${id}`);
    expect([gone.status, code(gone)]).toEqual([401, "token"]);
    const brief = await makeProgram(world, admin, { expiresAt: Date.now() + 2 * 86_400_000 });
    expect((await brief.call("GET", "/teams")).status).toBe(200);
    world.pass(2 * 86_400_000);
    expect((await brief.call("GET", "/teams")).status).toBe(401);
  });

  it("[S37] only admins make tokens; the store keeps no secret", async () => {
    const agent = await world.invite(admin, "agent", [world.team]);
    const made = await agent.call("POST", "/api/api-tokens", { name: "x", scopes: ["dialogs:read"], teams: [] });
    expect(made.status).toBe(403);
    const docs = await world.desk.core.databases.server.range({ start: "api-token:", end: "api-token:~" });
    expect(docs.length).toBeGreaterThan(0);
    expect(JSON.stringify(docs)).not.toContain(program.made.secret);
    const told = JSON.stringify(await (await admin.call("GET", "/api/api-tokens")).json());
    expect(told).not.toContain(program.made.secret);
    expect(told).not.toContain("PRIVATE KEY");
    const used = world.desk.core.databases.server.get(`api-token:${program.made.token.id}`);
    expect((await used)?.["lastUsedAt"]).toBeGreaterThan(0);
  });
});

describe("bad input", () => {
  it("[S37] is refused with its code, its field and a reference", async () => {
    const { id } = await begin();
    const path = `/dialogs/${id}/notes`;
    const cases: readonly (readonly [unknown, number, string, string | undefined])[] = [
      [{ text: "a", colour: 1 }, 400, "unknown-field", "colour"],
      [{ text: 1 }, 400, "malformed", "text"],
      [{}, 400, "malformed", "text"],
      ["{", 400, "malformed", "body"],
      [{ text: "a", id: "no spaces please" }, 400, "malformed", "id"],
      [{ text: "a", x: [[[[[[[1]]]]]]] }, 400, "too-deep", undefined],
      [{ text: "a".repeat(200_000) }, 413, "too-large", undefined],
    ];
    for (const [body, status, name, field] of cases) {
      const answer = await program.call("POST", path, body);
      expect([answer.status, code(answer), (answer.body as ApiProblem).error.field]).toEqual([status, name, field]);
      expect((answer.body as ApiProblem).error.ref).toBe(answer.headers.get("x-request-id"));
    }
    expect((await program.call("GET", "/dialogs?colour=red")).body).toMatchObject({
      error: { code: "unknown-field", field: "colour" },
    });
    expect((await program.call("GET", "/no-such")).body).toMatchObject({ error: { code: "not-found" } });
  });

  it("[S37] too many calls are told to wait", async () => {
    const busy = await makeProgram(world, admin, { scopes: ["directory:read"] });
    let answer = await busy.call("GET", "/teams");
    for (let i = 0; i < 620 && answer.status === 200; i += 1) answer = await busy.call("GET", "/teams");
    expect([answer.status, code(answer)]).toEqual([429, "rate"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("the document", () => {
  it("[S37] is OpenAPI 3.1 with every route, served with a page that needs nothing from elsewhere", async () => {
    const document = (await (await fetch(`${world.url}/api/v1/openapi.json`)).json()) as {
      readonly openapi: string;
      readonly paths: Readonly<Record<string, object>>;
    };
    expect(document.openapi).toMatch(/^3\.1\./);
    for (const one of Object.values(OPERATIONS))
      expect(Object.keys(document.paths[one.path] ?? {})).toContain(one.method);
    const page = await fetch(`${world.url}/api/v1/docs`);
    const html = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|(?:src|href)="https?:/);
    for (const one of Object.values(OPERATIONS)) expect(html).toContain(one.path);
  });

  it("[S37] no operation was left without a real answer held against it", () => {
    const all = Object.values(OPERATIONS).map((one) => `${one.method} ${one.path}`);
    expect([...seen].toSorted()).toEqual(all.toSorted());
  });
});
