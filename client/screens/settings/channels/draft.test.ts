import { describe, expect, it } from "vitest";
import type { ChannelSetup } from "../../../../shared/channels/setup.ts";
import { derivedThreadId } from "../../../../shared/kernel/ids.ts";
import type { ChannelRow } from "../../../../shared/protocol/channels.ts";
import { bodyOf, COMMON, draftOf, faultsOf, isPolled, newDraft, patchOf } from "./draft.ts";

const TEAM = derivedThreadId("team", "it");
const NIGHT = derivedThreadId("team", "night");
const both = (text: string) => ({ ru: text, en: text });
const SETUP: ChannelSetup = {
  kind: "email",
  name: both("Mail"),
  about: both("A mailbox"),
  guide: [both("Make a mailbox")],
  hook: false,
  fields: [
    { name: "host", type: "host", label: both("Server"), required: true },
    { name: "port", type: "number", label: both("Port"), required: true, initial: 993 },
    { name: "from", type: "email", label: both("Address"), required: false },
    { name: "base", type: "url", label: both("Base"), required: false, advanced: true },
    { name: "tls", type: "switch", label: both("TLS"), required: false, initial: true },
    { name: "ignore", type: "lines", label: both("Ignore"), required: false },
    { name: "password", type: "secret", label: both("Password"), required: true },
    { name: "second", type: "secret", label: both("Second"), required: false },
  ],
};
const row = (facts: Partial<ChannelRow> = {}): ChannelRow => ({
  id: derivedThreadId("channel", "mail"),
  kind: "email",
  name: "Mailbox",
  team: TEAM,
  paused: false,
  settings: { host: "mail.example.org", port: 993, tls: true, ignore: ["a", "b"] },
  secrets: ["password"],
  health: { state: "running", waiting: 0, failed: 0, aside: 0 },
  ...facts,
});

describe("the form of a channel", () => {
  it("[S50] a new one is sent with what was filled in and its beginnings, not with what is empty", () => {
    const draft = newDraft(SETUP, { name: " Help ", team: TEAM });
    const filled = {
      ...draft,
      values: { ...draft.values, host: "mail.example.org" },
      secrets: { password: " s3cret " },
    };
    expect(faultsOf(SETUP, filled, undefined)).toEqual({});
    expect(bodyOf(SETUP, filled)).toEqual({
      kind: "email",
      name: "Help",
      team: TEAM,
      settings: { host: "mail.example.org", port: 993, tls: true, password: "s3cret" },
    });
  });

  it("[S50] says of each field what is wrong with it", () => {
    const draft = newDraft(SETUP, { name: "", team: "" });
    const wrong = {
      ...draft,
      hours: { days: [], from: "18:00", to: "09:00", zone: "Europe/Moscow" },
      values: { ...draft.values, host: "not a host", port: "many", from: "nobody", base: "ftp://x" },
    };
    expect(faultsOf(SETUP, wrong, undefined)).toEqual({
      [COMMON.name]: "required",
      [COMMON.team]: "required",
      [COMMON.hours]: "days",
      host: "host",
      port: "number",
      from: "email",
      base: "url",
      password: "required",
    });
    // Hours that end before they begin go over midnight.
    expect(
      faultsOf(SETUP, { ...wrong, hours: { ...wrong.hours, days: [1] } }, undefined)[COMMON.hours],
    ).toBeUndefined();
  });

  it("[S50] of one that is there only what changed is sent; a secret that nobody typed stays", () => {
    const kept = row({ hours: { days: [1], from: "09:00", to: "18:00", zone: "UTC" }, outsideTeam: NIGHT });
    const draft = draftOf(SETUP, kept);
    expect(faultsOf(SETUP, draft, kept)).toEqual({});
    expect(patchOf(SETUP, draft, kept)).toEqual({});
    const changed = {
      ...draft,
      name: "Other",
      hours: undefined,
      outsideTeam: "" as const,
      values: { ...draft.values, ignore: "a\n\n c ", port: "143", tls: false },
      secrets: { password: "  ", second: null },
    };
    expect(patchOf(SETUP, changed, kept)).toEqual({
      name: "Other",
      hours: null,
      outsideTeam: null,
      settings: { port: 143, tls: false, ignore: ["a", "c"], second: null },
    });
  });

  it("[S50] a secret that is needed may be replaced, never merely taken away", () => {
    const kept = row();
    const draft = draftOf(SETUP, kept);
    expect(faultsOf(SETUP, { ...draft, secrets: { password: null } }, kept)).toEqual({ password: "required" });
    expect(patchOf(SETUP, { ...draft, secrets: { password: "new" } }, kept)).toEqual({ settings: { password: "new" } });
    expect(JSON.stringify(draft)).not.toContain("password");
  });

  it("a channel that the desk asks by itself calls nobody", () => {
    const options = ["poll", "webhook"].map((value) => ({ value, label: both(value) }));
    const way = { name: "mode", type: "choice", label: both("Way"), required: true, initial: "poll", options } as const;
    const setup: ChannelSetup = { ...SETUP, hook: true, fields: [...SETUP.fields, way] };
    const draft = newDraft(setup, { name: "x", team: TEAM });
    expect(isPolled(setup, draft)).toBe(true);
    expect(isPolled(setup, { ...draft, values: { ...draft.values, mode: "webhook" } })).toBe(false);
    expect(isPolled(SETUP, draft)).toBe(false);
  });

  it("host names, numbers of networks and names of other alphabets are hosts", () => {
    const draft = newDraft(SETUP, { name: "x", team: TEAM });
    const faultOf = (host: string) => faultsOf(SETUP, { ...draft, values: { ...draft.values, host } }, row())["host"];
    for (const good of ["localhost", "10.0.0.1", "::1", "почта.рф", "a-b.example.org"])
      expect(faultOf(good)).toBeUndefined();
    for (const bad of ["http://x", "-a.b", "a..b", "a b"]) expect(faultOf(bad)).toBe("host");
  });
});
