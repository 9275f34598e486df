import { describe, expect, it } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { agent, OTHER_TEAM, system, TEAM, ThreadWorld } from "../../shared/testing/thread-world.ts";
import { decideSharing, hasOthers, letInBy } from "./decide-sharing.ts";

const anna = agent("anna").id;
const boris = agent("boris").id;
const vera = agent("vera").id;
const nobody = { authors: new Set<never>(), teams: new Set<never>() };
const dialog = { team: TEAM, owner: anna, watchers: [], sharedWith: [] };

function watches(...rows: readonly (readonly ["system" | "person", object])[]): readonly StampedItem[] {
  const world = new ThreadWorld();
  return rows.map(([by, words], at) => {
    const item = world.make(by === "system" ? system : agent("anna"), "watch", words);
    return { ...item, stamp: { inc: 1, n: at + 1, at: 0, verdict: "noted", epoch: 0 } };
  });
}

describe("[S17] who sees a dialog for the sake of its tickets", () => {
  it("the ticket's team and owner; a ticket of the dialog's own team lets nobody in", () => {
    expect(decideSharing(dialog, [{ team: OTHER_TEAM, owner: boris }], nobody)).toEqual({
      add: [boris],
      addTeams: [OTHER_TEAM],
    });
    expect(decideSharing(dialog, [{ team: TEAM, owner: anna }], nobody)).toBeUndefined();
    expect(
      decideSharing(
        { ...dialog, watchers: [boris], sharedWith: [OTHER_TEAM] },
        [{ team: OTHER_TEAM, owner: boris }],
        nobody,
      ),
    ).toBeUndefined();
  });

  it("whoever the ticket has left sees it no longer, if the desk had let him in", () => {
    const shown = { ...dialog, watchers: [boris, vera], sharedWith: [OTHER_TEAM] };
    const moved = [{ team: TEAM, owner: null }];
    const letIn = { authors: new Set([boris]), teams: new Set([OTHER_TEAM]) };
    expect(decideSharing(shown, moved, letIn)).toEqual({ remove: [boris], removeTeams: [OTHER_TEAM] });
    expect(decideSharing(shown, moved, nobody)).toBeUndefined();
  });

  it("nothing is taken from the dialog's own team and owner", () => {
    const letIn = { authors: new Set([anna]), teams: new Set([TEAM]) };
    const shown = { ...dialog, watchers: [anna], sharedWith: [TEAM] };
    expect(decideSharing(shown, [{ team: OTHER_TEAM, owner: null }], letIn)).toEqual({ addTeams: [OTHER_TEAM] });
  });

  it("of two tickets on one dialog the other one goes on letting its people in", () => {
    const shown = { ...dialog, watchers: [boris, vera], sharedWith: [OTHER_TEAM] };
    const letIn = { authors: new Set([boris, vera]), teams: new Set([OTHER_TEAM]) };
    const tickets = [
      { team: TEAM, owner: null },
      { team: OTHER_TEAM, owner: vera },
    ];
    expect(decideSharing(shown, tickets, letIn)).toEqual({ remove: [boris] });
  });

  it("a person's word takes somebody out of the desk's hands, and a removal ends it", () => {
    const items = watches(
      ["system", { add: [boris, vera], addTeams: [OTHER_TEAM] }],
      ["person", { add: [boris] }],
      ["system", { remove: [vera] }],
      ["person", { removeTeams: [OTHER_TEAM] }],
      ["system", { addTeams: [OTHER_TEAM] }],
    );
    expect(letInBy(items)).toEqual({ authors: new Set(), teams: new Set([OTHER_TEAM]) });
    expect(letInBy([...items].reverse())).toEqual(letInBy(items));
  });

  it("the items are read only where somebody else sees the dialog", () => {
    expect(hasOthers({ ...dialog, watchers: [boris] }, [{ team: TEAM, owner: boris }])).toBe(false);
    expect(hasOthers({ ...dialog, watchers: [vera] }, [{ team: TEAM, owner: boris }])).toBe(true);
    expect(hasOthers({ ...dialog, sharedWith: [OTHER_TEAM] }, [{ team: TEAM, owner: null }])).toBe(true);
  });
});
