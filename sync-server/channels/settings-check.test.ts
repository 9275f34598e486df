import { describe, expect, test } from "vitest";
import type { ChannelSetup, SetupField } from "../../shared/channels/setup.ts";
import { checkSettings } from "./settings-check.ts";

const words = { ru: "", en: "" };
const field = (name: string, more: Partial<SetupField> = {}): SetupField => ({
  name,
  type: "text",
  label: words,
  required: false,
  ...more,
});
const setup = (...fields: readonly SetupField[]): ChannelSetup => ({
  kind: "telegram",
  name: words,
  about: words,
  fields,
  guide: [],
  hook: false,
});
const none = { plain: {}, secrets: {} };

describe("[S37] settings against their form", () => {
  test("a secret stands apart; absent it stays, null takes it away", () => {
    const form = setup(field("host"), field("password", { type: "secret" }));
    const first = checkSettings(form, none, { host: "mail", password: "secret" });
    expect(first).toEqual({ ok: true, value: { plain: { host: "mail" }, secrets: { password: "secret" } } });
    const kept = first.ok ? first.value : none;
    expect(checkSettings(form, kept, { host: "other" })).toEqual({
      ok: true,
      value: { plain: { host: "other" }, secrets: { password: "secret" } },
    });
    expect(checkSettings(form, kept, { password: null })).toEqual({
      ok: true,
      value: { plain: { host: "mail" }, secrets: {} },
    });
  });

  test("a kept secret goes to no other address than the one it was given for", () => {
    const form = setup(field("base", { type: "url" }), field("key", { type: "secret" }), field("name"));
    const kept = { plain: { base: "https://api.example", name: "a" }, secrets: { key: "secret" } };
    const secretsOf = (given: Parameters<typeof checkSettings>[2], of = form): unknown => {
      const checked = checkSettings(of, kept, given);
      return checked.ok ? checked.value.secrets : checked.error;
    };
    expect(secretsOf({ name: "b", base: "https://api.example" })).toEqual({ key: "secret" });
    expect(secretsOf({ base: "https://elsewhere.example" })).toEqual({});
    expect(secretsOf({ base: "https://elsewhere.example", key: "again" })).toEqual({ key: "again" });
    const strict = setup(
      field("base", { type: "url" }),
      field("key", { type: "secret", required: true }),
      field("name"),
    );
    expect(secretsOf({ base: "https://elsewhere.example" }, strict)).toBe("key");
  });

  test("what is required and empty is named; what the form does not know is refused", () => {
    const form = setup(
      field("token", { type: "secret", required: true }),
      field("port", { type: "number", initial: 993 }),
    );
    expect(checkSettings(form, none, {})).toEqual({ ok: false, error: "token" });
    expect(checkSettings(form, none, { token: "" })).toEqual({ ok: false, error: "token" });
    expect(checkSettings(form, none, { token: "t", constructor: "x" })).toEqual({ ok: false, error: "constructor" });
    expect(checkSettings(form, none, { token: "t" })).toEqual({
      ok: true,
      value: { plain: { port: 993 }, secrets: { token: "t" } },
    });
  });

  test.each([
    ["url", "https://api.example/", "https://api.example"],
    ["url", "javascript:alert(1)", undefined],
    ["host", "imap.example.com", "imap.example.com"],
    ["host", "imap example", undefined],
    ["email", "a@example.com", "a@example.com"],
    ["email", "a b", undefined],
    ["number", "25", 25],
    ["number", "many", undefined],
    ["switch", false, false],
    ["switch", "yes", undefined],
    ["lines", "one\n\n two ", ["one", "two"]],
    ["lines", [1], undefined],
    ["choice", "b", "b"],
    ["choice", "c", undefined],
    ["text", " word ", "word"],
    ["text", 7, undefined],
  ] as const)("%s %j is read as %j", (type, given, read) => {
    const options = ["a", "b"].map((value) => ({ value, label: words }));
    const form = setup(field("x", { type, required: true, ...(type === "choice" ? { options } : {}) }));
    const checked = checkSettings(form, none, { x: given });
    expect(checked).toEqual(
      read === undefined ? { ok: false, error: "x" } : { ok: true, value: { plain: { x: read }, secrets: {} } },
    );
  });
});
