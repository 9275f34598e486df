import { describe, expect, test } from "vitest";
import { isWithinHours } from "./hours.ts";

const week = [1, 2, 3, 4, 5];
const at = (text: string): number => Date.parse(text);

describe("[S28] hours of a channel", () => {
  test.each([
    ["2026-03-02T06:00:00Z", true], // Monday, nine o'clock in Moscow
    ["2026-03-02T05:59:00Z", false],
    ["2026-03-02T14:59:00Z", true],
    ["2026-03-02T15:00:00Z", false],
    ["2026-03-01T09:00:00Z", false], // Sunday
  ])("%s in a zone: %s", (text, isWithin) => {
    expect(isWithinHours({ days: week, from: "09:00", to: "18:00", zone: "Europe/Moscow" }, at(text))).toBe(isWithin);
  });

  test.each([
    ["2026-03-06T23:30:00Z", true], // Friday night
    ["2026-03-07T01:30:00Z", true], // the same night
    ["2026-03-07T22:30:00Z", false], // Saturday night is no working day
    ["2026-03-02T01:30:00Z", false], // before Monday's
  ])("over midnight they belong to the day on which they began: %s", (text, isWithin) => {
    expect(isWithinHours({ days: week, from: "22:00", to: "06:00", zone: "UTC" }, at(text))).toBe(isWithin);
  });

  test("a zone that nobody knows keeps nobody waiting; equal times are the whole day", () => {
    expect(isWithinHours({ days: week, from: "09:00", to: "10:00", zone: "Mars/Olympus" }, 0)).toBe(true);
    expect(isWithinHours({ days: [1], from: "00:00", to: "00:00", zone: "UTC" }, at("2026-03-02T23:59:00Z"))).toBe(
      true,
    );
  });
});
