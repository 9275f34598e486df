import { describe, expect, it } from "vitest";
import { programEmail } from "../../shared/directory/programs.ts";
import { derivedThreadId, SYSTEM, type ThreadId } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import { peopleOf, receiversOf } from "./act-rules.ts";

const TEAM = derivedThreadId("team", "it");
const agent = (name: string, email: string): DeviceHead => {
  const id = derivedThreadId("agent", name);
  const fields = { name, email };
  return {
    ...deviceHead(emptyHead(id)),
    fields: Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [field, { value, by: SYSTEM, n: 1, at: 1 }]),
    ),
  };
};
const anna = agent("anna", "anna@desk.example");
const robot = agent("robot", programEmail(derivedThreadId("agent", "robot")));
const teams = (): readonly ThreadId[] => [TEAM];

describe("[S37] a program's account", () => {
  it("is nobody to assign a dialog or a ticket to", () => {
    expect(peopleOf([robot, anna])).toEqual([anna]);
    for (const kind of ["dialog", "ticket"] as const) {
      const thread = { ...deviceHead(emptyHead(derivedThreadId(kind, "one"))), team: TEAM };
      expect(receiversOf([robot, anna], thread, teams)).toEqual([anna]);
    }
  });
});
