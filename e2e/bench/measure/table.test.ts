import { expect, test } from "vitest";
import { atMost, failedLine } from "./line.ts";
import { number, renderTable } from "./table.ts";

test("numbers have three significant digits", () => {
  expect([0, 0.1234, 1.2345, 12.345, 123.45, 12_345.6].map(number)).toEqual([
    "0",
    "0.123",
    "1.23",
    "12.3",
    "123",
    "12346",
  ]);
});

test("the table shows floor, rivals, ratio and verdict, and says what was short or not measured", () => {
  const floor = { name: "ws", value: 2 };
  const text = renderTable([
    {
      row: "W1",
      what: "one change",
      unit: "ms",
      floor,
      rivals: [{ name: "rival", note: "n/a on this Node" }],
      ours: 3,
      checks: [atMost(1.1, floor, 3)],
      notes: ["p99 4 ms"],
    },
    failedLine("W2", "many changes", "out of time"),
  ]);
  expect(text.split("\n").map((line) => line.replace(/ {2,}/g, "  "))).toEqual([
    "row  what  floor  rival  ours  ratio  target  verdict",
    "---  ------------  ----------  ---------  -------  ------  -----------  -------",
    "W1  one change  ws 2.00 ms  rival n/a  3.00 ms  1.50 x  <= 1.1 x ws  short",
    "  short: <= 1.1 x ws",
    "  rival: n/a on this Node",
    "  p99 4 ms",
    "W2  many changes  -  -  -  -  -  failed",
    "  failed: out of time",
  ]);
});
