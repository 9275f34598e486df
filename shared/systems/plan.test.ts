import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SYSTEM, type ThreadId } from "../kernel/ids.ts";
import { emptyHead } from "../thread/fold.ts";
import type { DeviceHead, FieldValue } from "../thread/head.ts";
import { type Mapping, mapRow, mapRows, readDate } from "./mapping.ts";
import { planSync, type SyncPlan, threadOfRecord } from "./plan.ts";

const PEOPLE: Mapping = {
  target: "person",
  key: "id",
  fields: [
    { from: "name", to: "name", required: true },
    { from: "mail", to: "email", as: "email" },
    { from: "tel", to: "phone", as: "phone" },
    { from: "firm", to: "company", as: "company" },
    { from: "since", to: "x.since", as: "date" },
  ],
};
const row = (line: number, values: Record<string, string>) => ({ line, values });

/** A desk that keeps what plans write. */
function world() {
  const heads = new Map<ThreadId, DeviceHead>();
  const write = (thread: ThreadId, set: Record<string, unknown>, by = SYSTEM): void => {
    const before = heads.get(thread) ?? emptyHead(thread);
    const fields: Record<string, FieldValue> = { ...before.fields };
    for (const [name, value] of Object.entries(set))
      fields[name] = { value: value as string, by, n: before.n + 1, at: 1 };
    heads.set(thread, { ...before, n: before.n + 1, fields });
  };
  const plan = (rows: Parameters<typeof mapRows>[0], mapping = PEOPLE): SyncPlan & { readonly refused: number } => {
    const { mapped, faults } = mapRows(rows, mapping);
    const made = planSync(mapped, {
      target: mapping.target,
      source: "hr",
      head: (thread) => heads.get(thread),
      byName: (kind, name) =>
        [...heads.values()].find(
          (head) =>
            head.kind === kind && JSON.stringify(head.fields["name"]?.value)?.toLowerCase() === JSON.stringify(name),
        )?._id,
      brought: [...heads.values()].filter((head) => head.fields["source"]?.value === "hr").map(({ _id }) => _id),
    });
    return { ...made, refused: faults.length + made.faults.length };
  };
  const run = (rows: Parameters<typeof mapRows>[0], mapping = PEOPLE): SyncPlan => {
    const made = plan(rows, mapping);
    for (const { thread, set } of made.writes) write(thread, set);
    return made;
  };
  return { heads, write, plan, run };
}

describe("[S45] reading a row", () => {
  it("refuses a row with the column that is to blame, and takes the rest", () => {
    const { mapped, faults } = mapRows(
      [
        row(2, { id: "1", name: "Ivan", mail: "Ivan@Example.com", since: "22.11.2026" }),
        row(3, { id: "", name: "nobody" }),
        row(4, { id: "2", name: "" }),
        row(5, { id: "3", name: "Olga", mail: "olga at home" }),
        row(6, { id: "1", name: "Ivan again" }),
        row(7, { id: "4", name: "Petr", tel: "call me" }),
        row(8, { id: "5", name: "Rita", since: "31.02.2026" }),
      ],
      PEOPLE,
    );
    expect(mapped).toEqual([
      { key: "1", line: 2, set: { name: "Ivan", email: "ivan@example.com", "x.since": "2026-11-22" }, refs: [] },
    ]);
    expect(faults.map(({ line, code, column }) => [line, code, column])).toEqual([
      [3, "no-key", "id"],
      [4, "missing", "name"],
      [5, "not-email", "mail"],
      [6, "same-key", "id"],
      [7, "not-phone", "tel"],
      [8, "not-date", "since"],
    ]);
  });
  it("never throws, whatever the cells hold", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("id", "name", "mail", "tel", "since"), fc.string()), (values) => {
        const result = mapRow(row(1, values), PEOPLE);
        expect("code" in result || result.key.length > 0).toBe(true);
      }),
    );
  });
  it("knows days that exist", () => {
    expect([readDate("2024-02-29"), readDate("2023-02-29"), readDate("1.2.2024")]).toEqual([
      "2024-02-29",
      undefined,
      "2024-02-01",
    ]);
  });
});

describe("[S45] a run", () => {
  const rows = [
    row(2, { id: "1", name: "Ivan", mail: "ivan@example.com" }),
    row(3, { id: "2", name: "Olga", tel: "+7 900 123-45-67" }),
  ];

  it("writes what is new, and the second run writes nothing", () => {
    const desk = world();
    expect(desk.run(rows).writes.map(({ isNew }) => isNew)).toEqual([true, true]);
    expect(desk.heads.get(threadOfRecord("person", "hr", "1"))?.fields["id.email"]?.value).toEqual({
      value: "ivan@example.com",
      verified: true,
    });
    expect(desk.plan(rows)).toMatchObject({ writes: [], same: 2, refused: 0, gone: [] });
  });
  it("leaves what somebody of the desk has changed by hand, and says so", () => {
    const desk = world();
    desk.run(rows);
    const ivan = threadOfRecord("person", "hr", "1");
    desk.write(ivan, { name: "Ivan Petrov" }, "agent.000000000000000000" as typeof SYSTEM);
    const next = desk.plan([row(2, { id: "1", name: "Ivan P.", mail: "new@example.com" })]);
    expect(next.kept).toEqual([{ thread: ivan, line: 2, field: "name" }]);
    expect(next.writes.map(({ set }) => Object.keys(set).sort())).toEqual([["email", "id.email"]]);
    expect(next.gone).toEqual([threadOfRecord("person", "hr", "2")]);
  });
  it("finds a company by its id in the source or by its name, and refuses one that is not there", () => {
    const desk = world();
    const firm = threadOfRecord("company", "hr", "77");
    desk.write(firm, { name: "Romashka" });
    const made = desk.plan([
      row(2, { id: "1", name: "Ivan", firm: "77" }),
      row(3, { id: "2", name: "Olga", firm: "romashka" }),
      row(4, { id: "3", name: "Petr", firm: "Nobody Ltd" }),
    ]);
    expect(made.writes.map(({ set }) => set["company"])).toEqual([firm, firm]);
    expect(made.faults.map(({ line, code }) => [line, code])).toEqual([[4, "no-such"]]);
  });
  it("[S3] an address that the source gives to several names none of them for sure", () => {
    const desk = world();
    desk.run([
      row(2, { id: "1", name: "Ivan", mail: "info@example.com" }),
      row(3, { id: "2", name: "Olga", mail: "Info@example.com" }),
      row(4, { id: "3", name: "Petr", mail: "petr@example.com" }),
    ]);
    const isSure = (key: string): unknown =>
      Reflect.get(Object(desk.heads.get(threadOfRecord("person", "hr", key))?.fields["id.email"]?.value), "verified");
    expect(["1", "2", "3"].map(isSure)).toEqual([false, false, true]);
  });
  it("run twice is run once, for any rows", () => {
    const cell = fc.constantFrom("", "a", "b", "x@example.com", "+79001234567", "2024-01-01");
    const some = fc.array(
      fc.record({ id: fc.constantFrom("1", "2", "3", ""), name: cell, mail: cell, tel: cell, since: cell }),
    );
    fc.assert(
      fc.property(some, (list) => {
        const desk = world();
        const given = list.map((values, index) => row(index + 2, values));
        desk.run(given);
        const before = JSON.stringify([...desk.heads]);
        expect(desk.run(given).writes).toEqual([]);
        expect(JSON.stringify([...desk.heads])).toBe(before);
      }),
    );
  });
});
