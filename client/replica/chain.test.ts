import { describe, expect, it } from "vitest";
import type { Item, ItemKind } from "../../shared/items/registry.ts";
import { agent, type Given, openDialog, ThreadWorld, user } from "../../shared/testing/thread-world.ts";
import { deviceHead } from "../../shared/thread/head.ts";
import { afterOf, baseOf, seenOf, underOf } from "./chain.ts";
import type { Unsent } from "./port.ts";

const anna = agent("anna");
const maker = new ThreadWorld();
const unsent = (item: Item, state: Unsent["state"] = "saved"): Unsent => ({ item, state, savedAt: 0 });
const own = <Kind extends ItemKind>(kind: Kind, given: Given<Kind>): Item => maker.make(anna, kind, given) as Item;
const claim = own("claim", {});
const reply = own("reply", { text: "x", under: { after: claim.id }, seen: { inc: 1, n: 2 } });

function dialog() {
  const world = openDialog(user("visitor"));
  return {
    world,
    view: (mine: readonly Unsent[] = []) => ({ head: deviceHead(world.at), items: world.items, unsent: mine }),
  };
}

describe("what a command stands on", () => {
  it("[CL3] is the ownership that the head names", () => {
    const { world, view } = dialog();
    world.write(anna, "claim", {});
    expect(baseOf(view())).toEqual({ inc: 1, epoch: world.at.epoch });
    expect(underOf(view([unsent(own("note", { text: "x" }))]))).toEqual({ inc: 1, epoch: world.at.epoch });
  });

  it("[CL3] is the last own undecided command that changes the owner, where there is one", () => {
    const { view } = dialog();
    expect(baseOf(view([unsent(claim)]))).toEqual({ after: claim.id });
    const release = own("release", { base: { after: claim.id } });
    expect(baseOf(view([unsent(claim), unsent(reply), unsent(release)]))).toEqual({ after: release.id });
  });

  it("[CL19] is never a refused one", () => {
    const { view } = dialog();
    expect(baseOf(view([unsent(claim, "refused")]))).toEqual({ inc: 1, epoch: view().head.epoch });
  });
});

describe("what a device has seen", () => {
  it("[CL3] ends before the first gap", () => {
    const { world, view } = dialog();
    for (const text of ["a", "b", "c"]) world.write(anna, "note", { text });
    expect(seenOf(view())).toEqual({ inc: 1, n: 5 });
    const holed = { ...view(), items: world.items.filter(({ stamp }) => stamp.n !== 4) };
    expect(seenOf(holed)).toEqual({ inc: 1, n: 3 });
  });

  it("[CL3] is not more than the head counts, though an item came before its head", () => {
    const { world, view } = dialog();
    const { head } = view();
    world.write(anna, "note", { text: "ahead" });
    expect(seenOf({ head, items: world.items })).toEqual({ inc: 1, n: 2 });
  });

  it("[CL27] does not count what a restore undid, though the device still holds it", () => {
    const { world, view } = dialog();
    world.write(anna, "note", { text: "undone" });
    const restored = { ...view().head, inc: 2, n: 3, starts: [2] };
    expect(seenOf({ head: restored, items: world.items })).toEqual({ inc: 2, n: 2 });
  });
});

describe("what goes behind what", () => {
  it("[CL8] [CL21] a reply, close or snooze goes behind the last undecided reply, other kinds behind nothing", () => {
    const second = own("reply", { text: "y", under: { after: claim.id }, seen: { inc: 1, n: 2 } });
    const mine = [unsent(claim), unsent(reply), unsent(second)];
    for (const kind of ["reply", "close", "snooze"] as const) expect(afterOf(mine, kind)).toEqual([second.id]);
    for (const kind of ["note", "claim", "ack", "discard"] as const) expect(afterOf(mine, kind)).toEqual([]);
    expect(afterOf([unsent(claim), unsent(reply, "refused")], "close")).toEqual([]);
  });
});
