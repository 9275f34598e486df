import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { derivedThreadId, makeThreadId, personOfUser, type ThreadId } from "../../shared/kernel/ids.ts";
import { identifyText, type Traits, type WidgetSettings } from "../../shared/protocol/widget.ts";
import { secureRandom } from "../platform/chance.ts";
import { openWorld, type TestAgent, type TestUser, type World } from "./desk-world.contract.ts";

const SETTINGS: WidgetSettings = {
  origins: ["https://shop.example"],
  colours: { accent: "#0b62d6" },
  position: "right",
  theme: "auto",
  texts: { launcher: "" },
};

let world: World;
let admin: TestAgent;
let link: ThreadId;
beforeEach(async () => {
  world = await openWorld();
  admin = await world.admin();
  const found = world.desk.core.directory.linkOf(world.token);
  if (found === undefined) throw new Error("no link");
  link = found.thread;
  await admin.push(admin.item({ kind: "set-field", thread: link, set: { widget: SETTINGS } }));
});
afterEach(() => world.close());

const fieldsOf = (user: TestUser) => world.desk.core.gateway.head(personOfUser(user.id))?.fields ?? {};
const field = (user: TestUser, name: string) => fieldsOf(user)[name]?.value;
const makeSecret = async (): Promise<string> => {
  const made = await admin.call("POST", `/api/widgets/${link}/secret`);
  return ((await made.json()) as { secret: string }).secret;
};
const signed = (secret: string, id: string, traits: Traits = {}) => ({
  id,
  traits,
  signature: createHmac("sha256", secret).update(identifyText(id, traits)).digest("hex"),
});
const identify = async (user: TestUser, body: unknown) => {
  const answer = await user.call("POST", "/identify", body);
  return { status: answer.status, ...((await answer.json()) as object) };
};
/** He wrote, and stands among the desk's persons. */
async function writes(user: TestUser): Promise<void> {
  await user.begin("Здравствуйте");
  await expect.poll(() => world.desk.core.gateway.head(personOfUser(user.id))).toBeDefined();
}

type Widget = { readonly link: ThreadId; readonly token: string; readonly secret: string };
/** The widget of another site. */
async function otherWidget(): Promise<Widget> {
  const [thread, token] = [makeThreadId("link", Date.now(), secureRandom), "another-site"];
  const set = { token, title: "Another site", widget: SETTINGS };
  await admin.push(admin.item({ kind: "open", thread, team: world.team, set }));
  const made = await admin.call("POST", `/api/widgets/${thread}/secret`);
  return { link: thread, token, secret: ((await made.json()) as { secret: string }).secret };
}
async function identifyAt({ token }: Widget, user: TestUser, body: unknown): Promise<object> {
  const answer = await fetch(`${world.url}/api/chat/${token}/identify`, {
    method: "POST",
    headers: { authorization: `Bearer ${user.secret}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as object;
}

describe("[S3] [S38] who the visitor of a site is", () => {
  test("a right signature makes an identifier, name and addresses of the person", async () => {
    const secret = await makeSecret();
    const user = world.user();
    await writes(user);
    const traits = { name: "Пётр Иванов", email: "Petr@firm.example", phone: "+7 912 345-67-89" };
    const body = signed(secret, "customer-17", traits);
    expect(await identify(user, body)).toMatchObject({ status: 200, outcome: "verified", kept: true });
    expect(field(user, "id.external")).toEqual({ value: "customer-17", verified: true, channel: link });
    expect(field(user, "id.email")).toEqual({ value: "petr@firm.example", verified: true });
    expect(field(user, "id.phone")).toEqual({ value: traits.phone, verified: true });
    expect([field(user, "name"), field(user, "email")]).toEqual([traits.name, traits.email]);
    // Each page of the site says it anew: that is no news.
    const before = world.desk.core.gateway.head(personOfUser(user.id))?.n;
    expect(await identify(user, body)).toMatchObject({ status: 200, outcome: "verified", kept: true });
    expect(world.desk.core.gateway.head(personOfUser(user.id))?.n).toBe(before);
  });

  test("a wrong signature is refused with its code, whatever of it is wrong; the chat goes on", async () => {
    const secret = await makeSecret();
    const user = world.user();
    await writes(user);
    const right = signed(secret, "customer-17", { email: "petr@firm.example" });
    const wrong = [
      { ...right, id: "customer-18" },
      { ...right, traits: { email: "boss@firm.example" } },
      { ...right, traits: {} },
      { ...right, signature: right.signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) },
      { ...right, signature: "" },
      signed("another secret", "customer-17"),
    ];
    for (const body of wrong) {
      expect(await identify(user, body)).toMatchObject({ status: 403, code: "signature-wrong" });
    }
    expect(Object.keys(fieldsOf(user)).filter((name) => name.startsWith("id."))).toEqual([]);
    expect(await user.write("и ещё")).toMatchObject({ answer: "ok" });
    // A line break could make one text of two different persons.
    expect(await identify(user, signed(secret, "customer-17\nBoss"))).toMatchObject({ status: 400 });
  });

  test("without a signature it is kept as not verified, and takes no place of what was verified or of an agent's word", async () => {
    const secret = await makeSecret();
    const [guest, known] = [world.user(), world.user()];
    await writes(guest);
    expect(await identify(guest, { id: "7", traits: { name: "Anna", email: "anna@x.example" } })).toMatchObject({
      outcome: "unverified",
      kept: true,
    });
    expect(field(guest, "id.external")).toEqual({ value: "7", verified: false, channel: link });
    expect(field(guest, "id.email")).toEqual({ value: "anna@x.example", verified: false });
    expect(field(guest, "name")).toBe("Anna");

    await writes(known);
    await identify(known, signed(secret, "17", { name: "Petr", email: "petr@x.example" }));
    await admin.push(admin.item({ kind: "set-field", thread: personOfUser(known.id), set: { name: "Пётр Петрович" } }));
    await identify(known, { id: "17", traits: { name: "Boss", email: "boss@x.example" } });
    await identify(known, signed(secret, "17", { name: "P.", email: "petr@x.example" }));
    expect(field(known, "id.external")).toEqual({ value: "17", verified: true, channel: link });
    expect(field(known, "id.email")).toEqual({ value: "petr@x.example", verified: true });
    expect(field(known, "name")).toBe("Пётр Петрович");
  });

  test("the same customer by two devices is one person; who only says that he is he is not", async () => {
    const secret = await makeSecret();
    const [phone, laptop, liar] = [world.user(), world.user(), world.user()];
    for (const user of [phone, laptop, liar]) await writes(user);
    await identify(phone, signed(secret, "customer-17"));
    await identify(liar, { id: "customer-17", traits: {} });
    await identify(laptop, signed(secret, "customer-17"));
    const joined = () =>
      [phone, laptop, liar].map(({ id }) => [
        personOfUser(id),
        ...(world.desk.core.gateway.head(personOfUser(id))?.merged ?? []).map((row) => row.person),
      ]);
    await expect.poll(() => joined().filter((ids) => ids.length > 1)).toHaveLength(1);
    const [both = []] = joined().filter((ids) => ids.length > 1);
    expect([...both].sort()).toEqual([personOfUser(phone.id), personOfUser(laptop.id)].sort());
  });

  test("customer 77 of one site is nobody of another site's customer 77; what is the world's joins them all the same", async () => {
    const [own, foreign] = [await makeSecret(), await otherWidget()];
    const [phone, laptop, stranger] = [world.user(), world.user(), world.user()];
    for (const user of [phone, laptop, stranger]) await writes(user);
    await identify(phone, signed(own, "77"));
    expect(await identifyAt(foreign, stranger, signed(foreign.secret, "77"))).toMatchObject({ outcome: "verified" });
    expect(field(stranger, "id.external")).toEqual({ value: "77", verified: true, channel: foreign.link });
    await identify(laptop, signed(own, "77"));
    const partnersOf = (user: TestUser) =>
      (world.desk.core.gateway.head(personOfUser(user.id))?.merged ?? []).map(({ person }) => person);
    await expect.poll(() => [...partnersOf(phone), ...partnersOf(laptop)]).toHaveLength(1);
    expect(partnersOf(stranger)).toEqual([]);
    // The same chat shown on both sites is one of them only; it is not given away by the other site's word.
    expect(await identifyAt(foreign, phone, signed(foreign.secret, "77"))).toMatchObject({ code: "identity-taken" });
    await identify(phone, signed(own, "77", { email: "petr@firm.example" }));
    await identifyAt(foreign, stranger, signed(foreign.secret, "77", { email: "petr@firm.example" }));
    const all = () => [phone, laptop, stranger].flatMap(partnersOf);
    await expect.poll(() => all().length).toBe(2);
  });

  test("an id that was kept before ids were a widget's own is made so with the next word of the site", async () => {
    const secret = await makeSecret();
    const user = world.user();
    await writes(user);
    const kept = { "id.external": { value: "77", verified: true } };
    await world.vouch(personOfUser(user.id), kept);
    expect(await identify(user, signed(secret, "78"))).toMatchObject({ code: "identity-taken" });
    expect(await identify(user, signed(secret, "77"))).toMatchObject({ outcome: "verified", kept: true });
    expect(field(user, "id.external")).toEqual({ value: "77", verified: true, channel: link });
  });

  test("one chat is not two customers: another verified id is refused", async () => {
    const secret = await makeSecret();
    const user = world.user();
    await writes(user);
    await identify(user, signed(secret, "17"));
    expect(await identify(user, signed(secret, "18"))).toMatchObject({ status: 409, code: "identity-taken" });
    expect(await identify(user, { id: "18", traits: {} })).toMatchObject({ status: 409 });
    expect(field(user, "id.external")).toEqual({ value: "17", verified: true, channel: link });
  });

  test("before the first message nothing is kept of anybody, and the signature is looked at all the same", async () => {
    const secret = await makeSecret();
    const user = world.user();
    expect(await identify(user, signed(secret, "17"))).toMatchObject({ outcome: "verified", kept: false });
    expect(await identify(user, signed("no", "17"))).toMatchObject({ status: 403 });
    expect(world.desk.core.gateway.head(personOfUser(user.id))).toBeUndefined();
  });

  test("a replaced or removed secret makes old signatures wrong; a stranger's guesses run out", async () => {
    const old = await makeSecret();
    const now = await makeSecret();
    const user = world.user();
    expect(await identify(user, signed(old, "17"))).toMatchObject({ status: 403 });
    expect(await identify(user, signed(now, "17"))).toMatchObject({ status: 200 });
    expect((await admin.call("DELETE", `/api/widgets/${link}/secret`)).status).toBe(204);
    expect(await identify(user, signed(now, "17"))).toMatchObject({ status: 403 });
    const statuses = new Set<number>();
    for (let guess = 0; guess < 25; guess += 1) {
      statuses.add((await identify(world.user(), signed(`guess ${guess}`, "17"))).status);
    }
    expect([...statuses]).toEqual([403, 429]);
  });

  test("attributes are texts of limited names, size and number", async () => {
    const user = world.user();
    await writes(user);
    const tell = async (attributes: unknown) => (await user.call("POST", "/attributes", { attributes })).status;
    expect(await tell({ plan: "pro", "cart-size": "3" })).toBe(200);
    expect([field(user, "x.plan"), field(user, "x.cart-size")]).toEqual(["pro", "3"]);
    for (const bad of [{ plan: 3 }, { "a.b": "x" }, { plan: "x".repeat(501) }, { "": "x" }, "plan"]) {
      expect(await tell(bad)).toBe(400);
    }
    for (let round = 0; round < 4; round += 1) {
      await tell(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`n${round}-${at}`, "x"])));
    }
    expect(Object.keys(fieldsOf(user)).filter((name) => name.startsWith("x."))).toHaveLength(50);
    expect(await tell({ plan: "free" })).toBe(200);
    expect(field(user, "x.plan")).toBe("free");
  });
});

describe("[S38] the widget's link", () => {
  test("its dialogs come by the channel widget; a plain link has none", async () => {
    const user = world.user();
    const thread = derivedThreadId("dialog", user.id);
    const open = (channel: "widget" | "link") =>
      user.item({
        kind: "open",
        thread,
        team: world.team,
        user: user.id,
        person: personOfUser(user.id),
        channel,
        link,
      });
    await admin.push(admin.item({ kind: "set-field", thread: link, set: { widget: null } }));
    expect(await user.send(open("widget"))).toMatchObject([{ answer: "refused", code: "forbidden" }]);
    await admin.push(admin.item({ kind: "set-field", thread: link, set: { widget: SETTINGS } }));
    expect(await user.send(open("widget"))).toMatchObject([{ answer: "ok" }]);
    expect(world.desk.core.gateway.head(thread)?.channel).toBe("widget");
    const answer = await (await fetch(`${world.url}/api/chat/${world.token}`)).json();
    expect(answer).toMatchObject({ widget: true });
    expect(JSON.stringify(answer)).not.toContain("shop.example");
  });

  test("[S11] its secret is told once, to those who may change it, and stands in no document of a device", async () => {
    const secret = await makeSecret();
    expect(secret).toMatch(/^ws_[A-Za-z0-9_-]{43}$/);
    const state = (await (await admin.call("GET", `/api/widgets/${link}/secret`)).json()) as object;
    expect(Object.keys(state)).toEqual(["madeAt"]);
    expect(JSON.stringify(world.desk.core.gateway.head(link))).not.toContain(secret);
    const agent = await world.invite(admin, "agent", [world.team]);
    const lead = await world.invite(admin, "lead", [world.team]);
    expect((await agent.call("POST", `/api/widgets/${link}/secret`)).status).toBe(403);
    expect((await lead.call("GET", `/api/widgets/${link}/secret`)).status).toBe(200);
    expect((await fetch(`${world.url}/api/widgets/${link}/secret`)).status).toBe(401);
    expect((await admin.call("GET", `/api/widgets/${world.team}/secret`)).status).toBe(404);
  });
});
