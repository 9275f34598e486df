import { describe, expect, test } from "vitest";
import { derivedThreadId } from "../kernel/ids.ts";
import { type NewDialog, parseRouting, routeOf } from "./routing.ts";

const team = (name: string) => derivedThreadId("team", name);
const link = derivedThreadId("link", "lobby");
const hours = { days: [1, 2, 3, 4, 5], from: "09:00", to: "18:00", zone: "Europe/Moscow" };
/** Monday, 5 January 2026, 12:00 in Moscow. */
const noon = Date.UTC(2026, 0, 5, 9);
const dialog = (facts: Partial<NewDialog> = {}): NewDialog => ({ channel: "link", text: "", at: noon, ...facts });

describe("[S9] routing", () => {
  test("the first rule whose conditions all hold names the team", () => {
    const rules = parseRouting([
      { team: team("night"), when: { hours: { ...hours, outside: true } } },
      { team: team("print"), name: "printers", when: { channel: ["link"], text: ["Принтер", "printer"] } },
      { team: team("lobby"), when: { link: [link] } },
      { team: team("rest"), when: {} },
    ]);
    expect(routeOf(rules, dialog({ text: "Не виден ПРИНТЕР" }))).toEqual({ team: team("print"), rule: "printers" });
    expect(routeOf(rules, dialog({ text: "printer", channel: "email" }))?.team).toBe(team("rest"));
    expect(routeOf(rules, dialog({ link }))?.team).toBe(team("lobby"));
    expect(routeOf(rules, dialog({ text: "printer", at: noon + 8 * 3_600_000 }))?.team).toBe(team("night"));
    expect(routeOf(rules, dialog({ at: noon - 2 * 86_400_000 }))?.team).toBe(team("night"));
  });

  test("hours that pass midnight belong to the day on which they begin", () => {
    const rules = parseRouting([
      { team: team("night"), when: { hours: { ...hours, days: [1], from: "22:00", to: "06:00" } } },
    ]);
    const at = (hour: number): unknown => routeOf(rules, dialog({ at: noon + (hour - 12) * 3_600_000 }));
    expect([21, 22, 29, 30].map((hour) => at(hour) !== undefined)).toEqual([false, true, true, false]);
    expect(at(3)).toBeUndefined();
  });

  test("what is no rule is passed over; an unknown zone holds never", () => {
    expect(parseRouting("all to IT")).toEqual([]);
    const rules = parseRouting([
      { when: {} },
      { team: team("a"), when: { hours: { ...hours, from: "9" } } },
      { team: team("b"), when: { hours: { ...hours, zone: "Mars/Base" } } },
    ]);
    expect(rules).toHaveLength(1);
    expect(routeOf(rules, dialog())).toBeUndefined();
  });
});
