import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeThreadId, personOfUser } from "../../shared/kernel/ids.ts";
import { DEFAULT_TICKET_TYPE, DEFAULT_TICKET_TYPE_ID } from "../../shared/ticket/type.ts";
import { secureRandom } from "../platform/chance.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { openWorld, type World } from "./desk-world.contract.ts";
import {
  answerTo,
  base,
  giveStatus,
  headOf,
  makeTeam,
  makeTicket,
  noticesOf,
  readAll,
} from "./ticket-people.contract.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** A user in talk with an admin, and a ticket of his that the admin owns. */
async function begin() {
  const admin = await world.admin();
  const user = world.user();
  await user.begin("Ноутбук зависает");
  const ticket = await makeTicket(admin, user, { team: world.team });
  await admin.push(admin.item({ kind: "claim", thread: ticket }));
  await expect.poll(() => headOf(world, ticket).untold).toEqual([]);
  return { admin, user, ticket };
}

describe("[S20] the user of a ticket", () => {
  test("[S18] [S22] is told once of its number, of each status, and is asked to check what is done", async () => {
    const { admin, user, ticket } = await begin();
    await giveStatus(world, admin, { ticket, status: "in-work" });
    await giveStatus(world, admin, { ticket, status: "done" });
    await expect.poll(async () => (await noticesOf(user)).length).toBe(3);
    const { number } = headOf(world, ticket);
    expect(number).toBeGreaterThan(1_000);
    expect(await noticesOf(user)).toMatchObject([
      { code: "ticket-created", via: ticket, params: { number } },
      { code: "ticket-status", via: ticket, params: { number, status: "in-work", ru: "В работе", en: "In work" } },
      { code: "ticket-done", via: ticket, params: { number, status: "done" } },
    ]);
    expect(headOf(world, ticket).untold).toEqual([]);
  });

  test("[S22] who accepts closes it and is told so once; a second answer, and a late one, do nothing", async () => {
    const { admin, user, ticket } = await begin();
    await giveStatus(world, admin, { ticket, status: "done" });
    await expect.poll(async () => (await noticesOf(user)).length).toBe(2);
    const [created, done] = await noticesOf(user);
    if (created === undefined || done === undefined) throw new Error("two notices");
    const accept = answerTo(user, done, "accept");
    expect(await user.send(accept, accept)).toMatchObject([{ answer: "ok" }, { answer: "dup" }]);
    await expect.poll(() => headOf(world, ticket)).toMatchObject({ state: "closed", status: "closed", untold: [] });
    await user.send(answerTo(user, done, "accept"), answerTo(user, done, "reopen"));
    await user.write("?");
    await expect.poll(async () => (await readAll(user)).at(-1)?.text).toBe("?");
    expect(headOf(world, ticket).status).toBe("closed");
    expect((await noticesOf(user)).map(({ code, params }) => [code, params?.["status"]])).toEqual([
      ["ticket-created", undefined],
      ["ticket-done", "done"],
      ["ticket-status", "closed"],
    ]);
  });

  test("[S22] who says that it is not done sends it back into work, with his words in the same chat", async () => {
    const { admin, user, ticket } = await begin();
    await giveStatus(world, admin, { ticket, status: "done" });
    await expect.poll(async () => (await noticesOf(user)).length).toBe(2);
    const [created, done] = await noticesOf(user);
    if (created === undefined || done === undefined) throw new Error("two notices");
    await user.send(answerTo(user, done, "reopen", "Всё ещё зависает"));
    await expect.poll(() => headOf(world, ticket).status).toBe("in-work");
    await expect.poll(async () => (await noticesOf(user)).length).toBe(3);
    expect((await readAll(user)).find((item) => item.kind === "accept")).toMatchObject({
      of: done.id,
      via: ticket,
      answer: "reopen",
      text: "Всё ещё зависает",
      mine: true,
    });
    // Done once more: the first notice's buttons are over, the answer to the second counts.
    await giveStatus(world, admin, { ticket, status: "done" });
    await expect.poll(async () => (await noticesOf(user)).length).toBe(4);
    const again = (await noticesOf(user)).at(-1);
    if (again === undefined) throw new Error("a fourth notice");
    await user.send(answerTo(user, again, "accept"));
    await expect.poll(() => headOf(world, ticket).state).toBe("closed");
  });

  test("an answer goes to a notice about a ticket of his dialog, and nowhere else", async () => {
    const { admin, user, ticket } = await begin();
    await giveStatus(world, admin, { ticket, status: "done" });
    await expect.poll(async () => (await noticesOf(user)).length).toBe(2);
    const [created, done] = await noticesOf(user);
    if (created === undefined || done === undefined) throw new Error("two notices");
    const eve = world.user();
    await eve.begin("!");
    const foreign = { ...answerTo(eve, done, "accept") };
    expect(await eve.send(foreign)).toMatchObject([{ code: "forbidden" }]);
    const bare = user.item({ kind: "accept", thread: user.thread, of: done.id });
    expect(await user.send(bare)).toMatchObject([{ code: "malformed" }]);
    // The notice of its number asks nothing.
    await user.send(answerTo(user, created, "accept"));
    await user.write("?");
    await expect.poll(async () => (await readAll(user)).at(-1)?.text).toBe("?");
    expect(headOf(world, ticket).status).toBe("done");
  });

  test("what was done off line comes as one notice with the true times, when all of it is there, and [S22] the check behind it", async () => {
    const { admin, user, ticket } = await begin();
    const yesterday = Date.now() - 86_400_000;
    for (const [at, status] of ["in-work", "waiting-for-visit", "done"].entries()) {
      const item = admin.item({
        kind: "status",
        thread: ticket,
        base: base(world, ticket),
        status,
        mode: "offline",
      });
      const written = admin.resign({ ...item, at: yesterday + at * 60_000 });
      expect(await admin.push(written)).toMatchObject([{ item: { stamp: { verdict: "won" } } }]);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await noticesOf(user)).toHaveLength(1);
    world.pass(3_000);
    await expect.poll(async () => (await noticesOf(user)).length, { timeout: 5_000 }).toBe(3);
    expect((await noticesOf(user)).slice(1)).toMatchObject([
      {
        code: "ticket-events",
        params: {
          events: [
            { status: "in-work", at: yesterday },
            { status: "waiting-for-visit", at: yesterday + 60_000 },
          ],
        },
      },
      { code: "ticket-done", params: { status: "done", at: yesterday + 120_000 } },
    ]);
  });

  test("a quiet status is not told; a ticket that nobody asked for is told to nobody and waits for nobody", async () => {
    const { admin, user, ticket } = await begin();
    await giveStatus(world, admin, { ticket, status: "spam" });
    const bare = makeThreadId("ticket", Date.now(), secureRandom);
    await admin.push(admin.item({ kind: "open", thread: bare, team: world.team }));
    await expect.poll(() => headOf(world, bare).untold).toEqual([]);
    await user.write("?");
    await expect.poll(async () => (await readAll(user)).at(-1)?.text).toBe("?");
    expect(await noticesOf(user)).toHaveLength(1);
  });

  test("[CL23] is told in the dialog that follows the one that was closed for long, and line 2 sees that one too", async () => {
    const { admin, user, ticket } = await begin();
    await admin.push(admin.item({ kind: "claim", thread: user.thread }));
    const { inc, n } = headOf(world, user.thread);
    await admin.push(
      admin.item({ kind: "close", thread: user.thread, base: base(world, user.thread), seen: { inc, n } }),
    );
    world.pass(73 * 3_600_000);
    await user.write("Где моя заявка?");
    await expect.poll(() => headOf(world, user.thread).next).toBeDefined();
    const next = headOf(world, user.thread).next;
    if (next === undefined) throw new Error("moved on");
    await expect.poll(() => headOf(world, next).links).toContainEqual({ to: ticket, relation: "ticket" });
    await expect.poll(() => headOf(world, ticket).links).toContainEqual({ to: next, relation: "dialog" });
    const later = { ...user, stream: (after: number) => user.streamOf(next, after) };
    // [S42] The question is answered where it went.
    await expect.poll(async () => (await noticesOf(later)).map(({ code }) => code)).toEqual(["ticket-where"]);
    const before = (await noticesOf(user)).length;
    // The test's devices stayed three days behind: to the desk this was done off line.
    await giveStatus(world, admin, { ticket, status: "done" });
    await expect.poll(() => headOf(world, ticket).untold, { timeout: 6_000 }).toEqual([]);
    expect(await noticesOf(user)).toHaveLength(before);
    expect(await noticesOf(later)).toMatchObject([{ code: "ticket-where" }, { code: "ticket-done", via: ticket }]);
  });
});

describe("[S17] line 2", () => {
  test("sees the dialog as long as the ticket is its own; line 1 goes on seeing it", async () => {
    const admin = await world.admin();
    const second = await makeTeam(admin, "Second line");
    const third = await makeTeam(admin, "Third line");
    const boris = await world.invite(admin, "agent", [second]);
    const vera = await world.invite(admin, "technician", [third]);
    const user = world.user();
    await user.begin("Ноутбук зависает");
    const { gateway, identity } = world.desk.core;
    const sees = (who: typeof boris): boolean => {
      const actor = identity.actorOf(who.id);
      return actor !== undefined && gateway.visibleHead(actor, user.thread) !== undefined;
    };
    expect(sees(boris)).toBe(false);
    const ticket = await makeTicket(admin, user, { team: second, shared: [world.team] });
    await expect.poll(() => sees(boris)).toBe(true);
    expect(await boris.push(boris.item({ kind: "claim", thread: ticket }))).toMatchObject([
      { item: { stamp: { verdict: "won" } } },
    ]);
    // To a technician of a third team.
    await boris.push(boris.item({ kind: "handover", thread: ticket, base: base(world, ticket), to: vera.id }));
    await expect.poll(() => headOf(world, ticket).owner).toBe(vera.id);
    await expect.poll(() => sees(vera)).toBe(true);
    // And on to the third team: the second sees the dialog no longer, the first still does.
    await vera.push(vera.item({ kind: "transfer", thread: ticket, base: base(world, ticket), team: third }));
    await expect.poll(() => headOf(world, ticket).team).toBe(third);
    await expect.poll(() => sees(boris)).toBe(false);
    expect(sees(vera)).toBe(true);
    expect(headOf(world, user.thread)).toMatchObject({ team: world.team, sharedWith: [third], watchers: [] });
    expect(await noticesOf(user)).toMatchObject([{ code: "ticket-created" }]);
  });
});

describe("the desk by itself", () => {
  test("a ticket is due by its type's minutes, from the moment when it was taken in", async () => {
    const admin = await world.admin();
    const { id: _id, ...type } = DEFAULT_TICKET_TYPE;
    const set = { ...type, respondMinutes: 30, resolveMinutes: 480 } as unknown as Record<string, string>;
    const thread = DEFAULT_TICKET_TYPE_ID;
    expect(await admin.push(admin.item({ kind: "open", thread, set }))).toMatchObject([{ answer: "ok" }]);
    const user = world.user();
    await user.begin("?");
    const ticket = await makeTicket(admin, user, { team: world.team });
    const { createdAt } = headOf(world, ticket);
    await expect
      .poll(() => headOf(world, ticket).due)
      .toEqual({ respond: createdAt + 30 * 60_000, resolve: createdAt + 480 * 60_000 });
  });

  test("[S42] answers the question where the request is, once; one without requests is left to people", async () => {
    const { user, ticket } = await begin();
    const { number } = headOf(world, ticket);
    await user.write("Где моя заявка?");
    await expect.poll(async () => (await noticesOf(user)).length).toBe(2);
    expect((await noticesOf(user))[1]).toMatchObject({
      code: "ticket-where",
      params: { tickets: [{ number, status: "new", ru: "Новая", en: "New" }] },
    });
    const other = world.user();
    await other.begin("Где моя заявка?");
    await other.write("?");
    await expect.poll(async () => (await readAll(other)).length).toBe(2);
    expect(await noticesOf(other)).toEqual([]);
  });
});

describe("a start that reads the feed again", () => {
  test("[S22] an answer that was given does not come a second time, though the ticket is done once more", async () => {
    const store = openMemoryStore();
    await world.close();
    world = await openWorld({ store });
    const { admin, user, ticket } = await begin();
    await giveStatus(world, admin, { ticket, status: "done" });
    await expect.poll(async () => (await noticesOf(user)).length).toBe(2);
    const done = (await noticesOf(user)).at(-1);
    if (done === undefined) throw new Error("a notice");
    await user.send(answerTo(user, done, "accept"));
    await expect.poll(() => headOf(world, ticket).state).toBe("closed");
    await giveStatus(world, admin, { ticket, status: "done" });
    await expect.poll(() => headOf(world, ticket).untold).toEqual([]);
    const { n } = headOf(world, ticket);
    const told = (await noticesOf(user)).length;
    const image = store.takeImage();
    await world.close();

    const again = openMemoryStore({ image });
    const server = await again.open("desk-server");
    const checkpoint = await server.get("reactions");
    if (checkpoint !== undefined) await server.remove(checkpoint._id, checkpoint._rev);
    world = await openWorld({ store: again });
    const late = world.user();
    await late.begin("!");
    // Everything before the newest dialog was answered again by now.
    await expect
      .poll(() => world.desk.core.gateway.head(late.thread)?.person, { timeout: 10_000 })
      .toBe(personOfUser(late.id));
    expect(headOf(world, ticket)).toMatchObject({ status: "done", state: "open", n });
    const items = await world.desk.live.hub.items(user.thread);
    expect(items?.filter((item) => item.code?.startsWith("ticket-"))).toHaveLength(told);
  }, 20_000);
});
