import { beforeAll, describe, expect, it } from "vitest";
import type { ItemAnswer } from "../../shared/items/stamp.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { agent, deviceFor, TEAM, TICKET } from "../../shared/testing/thread-world.ts";
import { actorFor } from "../../shared/ticket/actor.ts";
import { toBase64url } from "../../shared/ticket/base64url.ts";
import type { TicketDoc } from "../../shared/ticket/document.ts";
import { emptyTicket } from "../../shared/ticket/document.ts";
import { startAutomerge } from "../platform/automerge.ts";
import { ArbiterWorld } from "./arbiter-world.contract.ts";
import { makeTicketContents } from "./ticket-contents.ts";

const anna = agent("anna");
const boris = agent("boris");
const contents = makeTicketContents(startAutomerge);

beforeAll(startAutomerge);

async function openWorld(world = new ArbiterWorld()): Promise<ArbiterWorld> {
  await world.boot({ contents });
  if ((await world.arbiter.head(TICKET)) === undefined) await world.write(anna, "open", { thread: TICKET, team: TEAM });
  return world;
}

/** The document with `text` typed at the end of its title, and the change that says so. */
function typed(doc: TicketDoc, who: Actor, text: string, session = "000000000001"): { doc: TicketDoc; data: string } {
  const at = doc.content().title.length;
  const actor = actorFor(deviceFor(who), session);
  const made = doc.edit([{ f: "text", field: "title", at, remove: 0, insert: text }], actor, 1_700_000_000_000);
  if (!made.ok) throw new Error(made.fault);
  return made;
}

const send = (world: ArbiterWorld, who: Actor, data: string): Promise<ItemAnswer> =>
  world.send(who, world.make(who, "change", { thread: TICKET, data }));

describe("a ticket's content at the arbiter", () => {
  it("[I12] grows by changes whose foundations are there, also over a restart, and shows its title in the head", async () => {
    const world = await openWorld();
    const first = typed(emptyTicket(), anna, "Printer");
    const second = typed(first.doc, boris, " is silent");
    expect(await send(world, boris, second.data)).toMatchObject({ answer: "retry", why: "deps" });
    expect(await send(world, anna, first.data)).toMatchObject({ item: { stamp: { set: { title: "Printer" } } } });
    await openWorld(world);
    expect(await send(world, boris, second.data)).toMatchObject({
      item: { stamp: { set: { title: "Printer is silent" } } },
    });
    const third = typed(second.doc, anna, ".", "000000000002");
    expect(await send(world, anna, third.data)).toMatchObject({ answer: "ok" });
    expect((await world.storedHead(TICKET)).fields["title"]?.value).toBe("Printer is silent.");
    expect(await world.faults(TICKET)).toEqual([]);
  });

  it("refuses what is no change, another device's, a number taken, and leaves the content as it was", async () => {
    const world = await openWorld();
    const first = typed(emptyTicket(), anna, "A");
    const codes = async (who: Actor, data: string) => {
      const answer = await send(world, who, data);
      return answer.answer === "refused" ? answer.code : answer.answer;
    };
    expect(await codes(boris, first.data)).toBe("change-actor");
    expect(await codes(anna, toBase64url(new Uint8Array([1, 2, 3])))).toBe("change-broken");
    expect(await codes(anna, "A")).toBe("change-broken");
    expect(await codes(anna, first.data)).toBe("ok");
    expect(await codes(boris, first.data)).toBe("change-actor");
    const twin = typed(emptyTicket(), anna, "B");
    expect(await codes(anna, twin.data)).toBe("change-actor");
    expect((await world.storedHead(TICKET)).fields["title"]?.value).toBe("A");
  });

  it("[CL27] a change that stands before its foundation in the log counts when that has come", async () => {
    const world = await openWorld();
    const first = typed(emptyTicket(), anna, "A");
    const second = typed(first.doc, anna, "B");
    const third = typed(first.doc, boris, "C");
    const items = [second, first, third].map(({ data }, i) =>
      world.make(i === 2 ? boris : anna, "change", { thread: TICKET, data }),
    );
    const [late, early, other] = items;
    if (late === undefined || early === undefined || other === undefined) throw new Error("no items");
    const at = await contents.open([late]);
    const next = at.with(early);
    if (!next.ok) throw new Error(next.fault);
    const type = { fields: [] } as never;
    expect(next.state.projection(type)).toMatchObject({ title: "AB" });
    expect((await contents.open([late, early])).projection(type)).toMatchObject({ title: "AB" });
    expect(at.with(other)).toEqual({ ok: false, fault: "deps" });
  });
});
