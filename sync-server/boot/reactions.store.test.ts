import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { derivedThreadId, makeThreadId, personOfUser } from "../../shared/kernel/ids.ts";
import { secureRandom } from "../platform/chance.ts";
import { SETTINGS } from "../reactions/route-new-dialog.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { openWorld, type TestAgent, type TestUser, type World } from "./desk-world.contract.ts";
import { FIRST_LINK } from "./first-desk.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const headOf = (user: TestUser) => world.desk.core.gateway.head(user.thread);

/** The owner's command on the dialog as it is now. */
function under(user: TestUser) {
  const head = headOf(user);
  const inc = head?.inc ?? 0;
  return { base: { inc, epoch: head?.epoch ?? 0 }, seen: { inc, n: head?.n ?? 0 } };
}

async function makeTeam(admin: TestAgent, name: string) {
  const thread = makeThreadId("team", Date.now(), secureRandom);
  const answers = await admin.push(admin.item({ kind: "open", thread, set: { name } }));
  expect(answers).toMatchObject([{ answer: "ok" }]);
  return thread;
}

describe("reactions", () => {
  test("a new user gets a person, and his dialog knows it", async () => {
    const user = world.user();
    await user.begin("?");
    await expect.poll(() => headOf(user)?.person).toBe(personOfUser(user.id));
    expect(world.desk.core.gateway.head(personOfUser(user.id))).toMatchObject({ kind: "person", user: user.id });
  });

  test("[S39] a link that stands for a device tells the dialog its asset and room", async () => {
    const admin = await world.admin();
    const asset = derivedThreadId("asset", "printer");
    await admin.push(admin.item({ kind: "open", thread: asset, set: { name: "HP 400", room: "312" } }));
    await admin.push(admin.item({ kind: "set-field", thread: FIRST_LINK, set: { asset, room: "312" } }));
    const link = await (await fetch(`${world.url}/api/chat/${world.token}`)).json();
    expect(link).toMatchObject({ context: { asset: "HP 400", room: "312" } });
    const user = world.user();
    await user.begin("Не печатает");
    await expect.poll(() => headOf(user)?.fields["asset"]?.value).toBe(asset);
    expect(headOf(user)?.fields["room"]?.value).toBe("312");
  });

  test("[S9] a new dialog lands on a team by rule, untouched by a person; an owned one stays", async () => {
    const admin = await world.admin();
    const printers = await makeTeam(admin, "Printers");
    const routing = [{ name: "printers", team: printers, when: { text: ["принтер"] } }];
    await admin.push(admin.item({ kind: "set-field", thread: SETTINGS, set: { routing } }));
    const user = world.user();
    await user.begin("Принтер не виден");
    await expect.poll(() => headOf(user)?.team).toBe(printers);
    const other = world.user();
    await other.begin("Ноутбук");
    await admin.push(admin.item({ kind: "claim", thread: other.thread }));
    await other.write("и принтер");
    await expect.poll(() => headOf(other)?.person).not.toBeNull();
    expect(headOf(other)?.team).toBe(world.team);
  });

  test("[S5] closing tells the user so, in his own order", async () => {
    const admin = await world.admin();
    const user = world.user();
    await user.begin("?");
    await admin.push(admin.item({ kind: "claim", thread: user.thread }));
    await expect.poll(() => headOf(user)?.person).not.toBeNull();
    await admin.push(admin.item({ kind: "close", thread: user.thread, ...under(user) }));
    const stream = await user.stream(1);
    expect(await stream.wait((event) => event.t === "item")).toMatchObject({
      item: { u: 2, kind: "notice", code: "closed" },
    });
    await stream.wait((event) => event.t === "state" && event.state.state === "closed");
  });

  test("a sleeping dialog wakes when its time has come", async () => {
    const admin = await world.admin();
    const user = world.user();
    await user.begin("?");
    await admin.push(admin.item({ kind: "claim", thread: user.thread }));
    await expect.poll(() => headOf(user)?.person).not.toBeNull();
    const until = Date.now() + 3_600_000;
    await admin.push(admin.item({ kind: "snooze", thread: user.thread, until, ...under(user) }));
    expect(headOf(user)?.state).toBe("snoozed");
    world.pass(3_600_001);
    await expect.poll(() => headOf(user)?.state, { timeout: 8_000 }).toBe("open");
    expect(headOf(user)?.owner).toBe(admin.id);
  });

  test("what an account says is mirrored to its agent's thread", async () => {
    const admin = await world.admin();
    const agent = await world.invite(admin, "technician", [world.team]);
    await expect.poll(() => world.desk.core.gateway.head(agent.agent)?.fields["role"]?.value).toBe("technician");
    await admin.call("PATCH", `/api/accounts/${agent.agent}`, { name: "Борис", role: "lead" });
    await expect.poll(() => world.desk.core.directory.nameOf(agent.id)).toBe("Борис");
    expect(world.desk.core.gateway.head(agent.agent)?.fields["field"]?.value).toBe(false);
  });
});

describe("reactions after a crash", () => {
  test("nothing is done twice when the feed is read again from its beginning", async () => {
    const store = openMemoryStore();
    const first = await openWorld({ store });
    const user = first.user();
    await user.begin("?");
    await expect.poll(() => first.desk.core.gateway.head(user.thread)?.person).not.toBeNull();
    const n = first.desk.core.gateway.head(user.thread)?.n;
    const image = store.takeImage();
    await first.close();

    const again = openMemoryStore({ image });
    const server = await again.open("desk-server");
    const checkpoint = await server.get("reactions");
    if (checkpoint !== undefined) await server.remove(checkpoint._id, checkpoint._rev);
    const second = await openWorld({ store: again });
    const late = second.user();
    await late.begin("!");
    // The feed has been read up to the newest dialog: everything before it was answered again. After a crash each
    // thread's items are collected for two seconds (CL11).
    await expect
      .poll(() => second.desk.core.gateway.head(late.thread)?.person, { timeout: 10_000 })
      .toBe(personOfUser(late.id));
    expect(second.desk.core.gateway.head(user.thread)?.n).toBe(n);
    await second.close();
  });
});
