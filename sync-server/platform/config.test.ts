import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";

const faultsOf = (env: Record<string, string>, args: string[] = []): readonly string[] => {
  const config = readConfig(env, args);
  return config.ok ? [] : config.error;
};

describe("config", () => {
  test("an empty environment is a desk on port 8080 with its data beside it", () => {
    const config = readConfig({}, []);
    expect(config).toMatchObject({ ok: true, value: { port: 8080, logLevel: "info", trustedProxies: 0, demo: false } });
    expect(config.ok && config.value.dataDir.endsWith("/.data")).toBe(true);
  });

  test("port 0 takes any free port, an https address means one proxy", () => {
    const config = readConfig({ PORT: "0", PUBLIC_URL: "https://desk.example.com/" }, ["--demo"]);
    expect(config).toMatchObject({
      ok: true,
      value: { port: 0, publicUrl: "https://desk.example.com", trustedProxies: 1, demo: true },
    });
  });

  test.each([
    ["PORT", "eighty"],
    ["PORT", "70000"],
    ["PORT", "-1"],
    ["COUCHDB_URL", "couch"],
    ["PUBLIC_URL", "desk.example.com"],
    ["PUBLIC_URL", "https://desk.example.com/desk"],
    ["LOG_LEVEL", "loud"],
    ["TRUST_PROXY", "many"],
    ["HOST", "a host"],
  ])("%s=%s is refused by name", (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(name);
  });

  test("a password in COUCHDB_URL is not repeated", () => {
    expect(faultsOf({ COUCHDB_URL: "ftp://me:secret@host" }).join()).not.toContain("secret");
  });

  test("every fault is told at once; an unknown option is one", () => {
    expect(faultsOf({ PORT: "x", LOG_LEVEL: "x" }, ["--fast"])).toHaveLength(3);
  });
});
