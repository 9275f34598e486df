import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SourceBody } from "../../shared/protocol/systems.ts";
import { threadOfHistory } from "../../shared/systems/history.ts";
import { threadOfRecord } from "../../shared/systems/plan.ts";
import { openWorld, type TestAgent, type World } from "../boot/desk-world.contract.ts";
import { openDesk } from "../boot/open-desk.ts";
import { openLog } from "../platform/log.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { type SystemsAdmin, systemsAdmin } from "./systems-people.contract.ts";

const PEOPLE: SourceBody = {
  kind: "csv",
  name: "Personnel",
  mapping: {
    target: "person",
    key: "№",
    fields: [
      { from: "Имя", to: "name", required: true },
      { from: "Почта", to: "email", as: "email" },
      { from: "Кабинет", to: "room" },
    ],
  },
};
const CSV =
  "№;Имя;Почта;Кабинет\r\n1;Иван Петров;ivan@example.com;304\r\n2;Ольга;olga at home;12\r\n3;Пётр;petr@example.com;\r\n";

let world: World;
let admin: TestAgent;
let systems: SystemsAdmin;
beforeAll(async () => {
  world = await openWorld();
  admin = await world.admin();
  systems = systemsAdmin(admin, world.url);
});
afterAll(() => world.close());

const field = (thread: Parameters<World["desk"]["core"]["gateway"]["head"]>[0], name: string) =>
  world.desk.core.gateway.head(thread)?.fields[name]?.value;

describe("[S45] people from a table", () => {
  it("shows what it holds, counts what it would do, does it, and does nothing the second time", async () => {
    const { id } = await systems.make(PEOPLE);
    await systems.bring(id, CSV);
    expect(await systems.look(id)).toMatchObject({ ok: true, columns: ["№", "Имя", "Почта", "Кабинет"], total: 3 });

    const dry = await systems.run(id, true);
    expect(dry).toMatchObject({ state: "done", dry: true, total: 3, created: 2, refused: 1 });
    expect(world.desk.core.gateway.head(threadOfRecord("person", id, "1"))).toBeUndefined();

    const real = await systems.run(id);
    expect(real).toMatchObject({ state: "done", created: 2, changed: 0, refused: 1, done: 3 });
    expect(real.faults).toEqual([{ line: 3, code: "not-email", column: "Почта", value: "olga at home" }]);
    expect(field(threadOfRecord("person", id, "1"), "room")).toBe("304");

    const before = world.desk.core.gateway.head(threadOfRecord("person", id, "1"));
    expect(await systems.run(id)).toMatchObject({ created: 0, changed: 0, same: 2, refused: 1 });
    expect(world.desk.core.gateway.head(threadOfRecord("person", id, "1"))).toEqual(before);
    const refused = await admin.call("GET", `/api/systems/runs/${real.id}/refused`);
    expect(refused.headers.get("content-type")).toContain("text/csv");
    expect(await refused.text()).toContain("3,2,Почта,olga at home,not-email");
  });
  it("reads what a Russian spreadsheet saves: windows-1251 and semicolons", async () => {
    const { id } = await systems.make({ ...PEOPLE, name: "1251" });
    // "№;Имя" and a row in windows-1251
    const bytes = Uint8Array.from([
      0xb9, 0x3b, 0xc8, 0xec, 0xff, 0x0d, 0x0a, 0x37, 0x3b, 0xc0, 0xed, 0xed, 0xe0, 0x0d, 0x0a,
    ]);
    await systems.bring(id, bytes);
    await systems.run(id);
    expect(field(threadOfRecord("person", id, "7"), "name")).toBe("Анна");
  });
  it("says in words what cannot be read, and changes nothing", async () => {
    const { id } = await systems.make({ ...PEOPLE, name: "none" });
    expect(await systems.look(id)).toMatchObject({ ok: false, code: "no-file" });
    expect((await systems.bring(id, "")).status).toBe(400);
    await systems.bring(id, Uint8Array.from([0, 1, 2, 3]));
    expect(await systems.run(id)).toMatchObject({ state: "failed", code: "format", created: 0 });
    await systems.bring(id, "a,a\n1,2\n");
    expect(await systems.run(id)).toMatchObject({ state: "failed", code: "format" });
  });
  it("is the admins' alone", async () => {
    const agent = await world.invite(admin, "lead", [world.team]);
    expect((await agent.call("GET", "/api/systems")).status).toBe(403);
    expect((await fetch(`${world.url}/api/systems`)).status).toBe(401);
  });
});

describe("[S45] articles from Markdown", () => {
  it("takes a zip of files with front matter, and the same again changes nothing", async () => {
    const { id } = await systems.make({
      kind: "markdown",
      name: "Handbook",
      mapping: {
        target: "article",
        key: "path",
        fields: [
          { from: "title", to: "title", required: true },
          { from: "text", to: "text" },
          { from: "tags", to: "x.tags" },
        ],
      },
    });
    const zip = zipSync({
      "printers/jam.md": strToU8("---\ntitle: Paper jam\ntags: [printer, paper]\n---\nOpen the **lid**.\n"),
      "wifi.md": strToU8("# Wi-Fi\n\nName and password are on the wall.\n"),
      "broken.md": strToU8("---\n{ title: [\n---\nStill text.\n"),
      "picture.png": strToU8("no text"),
    });
    await systems.bring(id, zip, "handbook.zip");
    expect(await systems.run(id)).toMatchObject({ created: 3, refused: 0 });
    const jam = threadOfRecord("article", id, "printers/jam.md");
    expect([field(jam, "title"), field(jam, "text"), field(jam, "x.tags")]).toEqual([
      "Paper jam",
      "Open the **lid**.",
      "printer, paper",
    ]);
    expect(field(threadOfRecord("article", id, "wifi.md"), "title")).toBe("Wi-Fi");
    expect(await systems.run(id)).toMatchObject({ created: 0, changed: 0, same: 3 });
  });
});

describe("[S45] a CRM that speaks as Bitrix24 does", () => {
  let server: Server;
  let hook = "";
  let calls = 0;
  const contacts = Array.from({ length: 120 }, (_, index) => ({
    ID: String(index + 1),
    NAME: "Ivan",
    LAST_NAME: `Number ${index + 1}`,
    COMPANY_ID: "5",
    EMAIL: [{ ID: "1", VALUE_TYPE: "WORK", VALUE: `c${index + 1}@example.com`, TYPE_ID: "EMAIL" }],
    PHONE: [{ ID: "2", VALUE_TYPE: "WORK", VALUE: "+7 900 000-00-01", TYPE_ID: "PHONE" }],
  }));
  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        calls += 1;
        const send = (status: number, body: unknown): void => {
          response.writeHead(status, { "Content-Type": "application/json" });
          response.end(JSON.stringify(body));
        };
        if (!request.url?.startsWith("/rest/1/secret/"))
          return send(401, { error: "NO_AUTH_FOUND", error_description: "Wrong authorization data" });
        // Too often at first, as the vendor answers.
        if (calls === 2) return send(503, { error: "QUERY_LIMIT_EXCEEDED", error_description: "Too many requests" });
        const { start } = JSON.parse(Buffer.concat(chunks).toString()) as { start: number };
        const all = request.url.includes("crm.company.list") ? [{ ID: "5", TITLE: "Romashka" }] : contacts;
        const next = start + 50 < all.length ? { next: start + 50 } : {};
        send(200, { result: all.slice(start, start + 50), total: all.length, ...next, time: {} });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rest/1/secret/`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it("brings companies and their contacts page by page, waits where it must, keeps the key to itself", async () => {
    const settings = { hook, system: "b24" };
    const companies = await systems.make({
      kind: "bitrix24",
      name: "Firms",
      settings: { ...settings, entity: "company" },
      mapping: { target: "company", key: "ID", fields: [{ from: "TITLE", to: "name" }] },
    });
    expect(JSON.stringify(companies)).not.toContain("secret/");
    expect(companies.secrets).toEqual(["hook"]);
    expect(await systems.run(companies.id)).toMatchObject({ created: 1 });
    const people = await systems.make({
      kind: "bitrix24",
      name: "Contacts",
      settings: { ...settings, entity: "contact" },
      mapping: {
        target: "person",
        key: "ID",
        fields: [
          { from: "FULL_NAME", to: "name" },
          { from: "EMAIL", to: "email", as: "email" },
          { from: "COMPANY_ID", to: "company", as: "company" },
        ],
      },
    });
    expect(await systems.run(people.id)).toMatchObject({ created: 120, refused: 0 });
    const last = threadOfRecord("person", "b24", "120");
    expect([field(last, "name"), field(last, "email"), field(last, "company")]).toEqual([
      "Ivan Number 120",
      "c120@example.com",
      threadOfRecord("company", "b24", "5"),
    ]);
    expect(await systems.run(people.id)).toMatchObject({ created: 0, changed: 0, same: 120 });
  });
  it("says that the key is not taken, and that nobody answers", async () => {
    const mapping = PEOPLE.mapping ?? null;
    const wrong = await systems.make({
      kind: "bitrix24",
      name: "x",
      mapping,
      settings: { hook: hook.replace("secret", "other") },
    });
    expect(await systems.look(wrong.id)).toMatchObject({ ok: false, code: "auth" });
    const gone = await systems.make({
      kind: "bitrix24",
      name: "y",
      mapping,
      settings: { hook: "http://127.0.0.1:9/rest/" },
    });
    expect(await systems.look(gone.id)).toMatchObject({ ok: false, code: "unreachable" });
  });
});

const CHATWOOT = {
  data: {
    payload: [
      {
        id: 17,
        status: "resolved",
        created_at: 1_577_840_400,
        labels: ["printer"],
        additional_attributes: { mail_subject: "The printer" },
        meta: {
          sender: { id: 4, name: "Ivan", email: "ivan.old@example.com", phone_number: "+79000000000" },
          assignee: { id: 1, name: "Somebody", email: "gone@example.com" },
          channel: "Channel::Email",
        },
        messages: [
          {
            id: 1,
            content: "It does not print",
            message_type: 0,
            created_at: 1_577_840_400,
            sender: { id: 4 },
            attachments: [{ data_url: "https://old.example.com/files/screen.png" }],
          },
          { id: 2, content: "Assigned to Somebody", message_type: 2, created_at: 1_577_840_410 },
          {
            id: 3,
            content: "Switch it on",
            message_type: 1,
            created_at: 1_577_840_460,
            sender: { name: "Somebody", email: "gone@example.com" },
          },
          {
            id: 4,
            content: "was unplugged",
            message_type: 1,
            private: true,
            created_at: 1_577_840_470,
            sender: { name: "Somebody" },
          },
          { id: 5, content: 7, message_type: 0, created_at: 1_577_840_480 },
        ],
      },
      {
        id: 18,
        status: "open",
        created_at: "2020-01-02T00:00:00Z",
        messages: [{ id: 9, content: "Hello?", message_type: "incoming", created_at: 1_577_923_200 }],
      },
      { id: 19, created_at: "not a time", messages: "none" },
    ],
  },
};

describe("[U18] dialogs of another desk", () => {
  it("come with their dates and ends, tell nobody, and come once", async () => {
    const { id } = await systems.make({ kind: "chatwoot", name: "Old desk", team: world.team });
    const zip = zipSync({ "export.json": strToU8(JSON.stringify(CHATWOOT)), "files/screen.png": strToU8("a picture") });
    await systems.bring(id, zip, "export.zip");
    expect(await systems.look(id)).toMatchObject({ ok: true, total: 2 });
    expect(await systems.run(id, true)).toMatchObject({ dry: true, created: 2, refused: 2, total: 2 });

    const heard: string[] = [];
    const stop = world.desk.core.arbiter.onCommit(({ items }) =>
      heard.push(...items.map(({ kind, stamp }) => `${kind}${stamp.imported === true ? "" : "!"}`)),
    );
    const run = await systems.run(id);
    expect(run).toMatchObject({ state: "done", created: 2, refused: 2, messages: 5 });
    expect(run.faults.map(({ code }) => code).sort()).toEqual(["broken", "broken-message"]);

    const dialog = threadOfHistory(id, { kind: "dialog", id: "17" });
    const { head, items = [] } = (await world.desk.core.reader.read(dialog)) ?? {};
    expect(head).toMatchObject({
      state: "closed",
      createdAt: 1_577_840_400_000,
      lastAt: 1_577_840_470_000,
      waitingSince: null,
      tags: ["printer"],
      channel: "email",
    });
    expect(
      items
        .filter(({ kind }) => kind === "message" || kind === "reply")
        .sort((a, b) => a.stamp.n - b.stamp.n)
        .map(({ stamp }) => stamp.at),
    ).toEqual([1_577_840_400_000, 1_577_840_460_000]);
    const [message] = items.flatMap((item) => (item.kind === "message" ? [item] : []));
    expect(message?.files?.map(({ name, size }) => [name, size])).toEqual([["screen.png", 9]]);
    expect(world.desk.core.gateway.head(threadOfHistory(id, { kind: "dialog", id: "18" }))).toMatchObject({
      state: "open",
      waitingSince: 1_577_923_200_000,
    });
    // A reaction to any of it would be an item that is not stamped as imported: the persons are the only ones.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard.filter((kind) => kind.endsWith("!"))).toEqual(["open!", "open!"]);
    stop();

    expect(await systems.run(id)).toMatchObject({ created: 0, changed: 0, same: 2 });
  });
  it("leaves alone what somebody works in by now, and goes on with the rest", async () => {
    const { id } = await systems.make({ kind: "history-csv", name: "Table", team: world.team });
    const head = "dialog_id,kind,at,by,author_name,text,status,subject,user_email\n";
    const first = 'a,dialog,2021-03-01T10:00:00Z,user,Olga,"Hello, desk",,Subject,olga@example.com\n';
    await systems.bring(
      id,
      head +
        first +
        "t1,ticket,01.03.2021 10:00,user,Olga,Broken,done,A ticket,olga@example.com\n,dialog,x,user,,,,,\n",
    );
    expect(await systems.run(id)).toMatchObject({ created: 2, refused: 1 });
    const ticket = world.desk.core.gateway.head(threadOfHistory(id, { kind: "ticket", id: "t1" }));
    expect(ticket).toMatchObject({ status: "done", createdAt: Date.UTC(2021, 2, 1, 10) });
    expect([ticket?.fields["title"]?.value, ticket?.untold ?? []]).toEqual(["A ticket", []]);

    const thread = threadOfHistory(id, { kind: "dialog", id: "a" });
    const at = world.desk.core.gateway.head(thread);
    await admin.push(
      admin.item({ kind: "note", thread, text: "I look at it" }),
      admin.item({ kind: "tag", thread, add: ["x"] }),
    );
    await systems.bring(
      id,
      `${head}${first}a,dialog,2021-03-02T10:00:00Z,user,Olga,More,,,\nb,dialog,2021-03-02T10:00:00Z,user,Olga,New,,,\n`,
    );
    const again = await systems.run(id);
    expect(again).toMatchObject({ created: 1 });
    expect(again.faults).toEqual([expect.objectContaining({ code: "in-work" })]);
    expect(world.desk.core.gateway.head(thread)?.n).toBe((at?.n ?? 0) + 2);
  });
});

describe("[S45] a program that ends in the middle", () => {
  it("goes on behind what it has written", async () => {
    const store = openMemoryStore();
    const dataDir = await mkdtemp(join(tmpdir(), "otklik-systems-"));
    const lasting = { ...store, close: async () => undefined };
    const one = await openWorld({ store: lasting, dataDir });
    const boss = await one.admin();
    const rows = Array.from({ length: 3_000 }, (_, index) => `${index};Person ${index};p${index}@example.com;1`);
    const by = systemsAdmin(boss, one.url);
    const { id } = await by.make(PEOPLE);
    await by.bring(id, `№;Имя;Почта;Кабинет\n${rows.join("\n")}\n`);
    await boss.call("POST", `/api/systems/${id}/run`, { dry: false });
    const people = (world: World): number =>
      [...world.desk.core.gateway.heads()].filter(({ kind }) => kind === "person").length;
    while (people(one) < 200) await new Promise((resolve) => setTimeout(resolve, 5));
    await one.close();

    const config = { port: 0, host: "127.0.0.1", dataDir, logLevel: "silent", trustedProxies: 0, demo: false } as const;
    const files = one.desk.files;
    const desk = await openDesk({
      config,
      store: lasting,
      files,
      log: openLog("silent"),
      clientFolder: join(dataDir, "client"),
    });
    const count = (): number => [...desk.core.gateway.heads()].filter(({ kind }) => kind === "person").length;
    while (count() < 3_000) await new Promise((resolve) => setTimeout(resolve, 20));
    const docs = await desk.core.databases.desk.range({
      start: `${threadOfRecord("person", id, "0")}:`,
      end: `${threadOfRecord("person", id, "0")}:~`,
    });
    expect(docs).toHaveLength(1);
    await desk.close();
    await rm(dataDir, { recursive: true, force: true });
  });
});
