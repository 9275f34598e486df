import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SourceBody } from "../../shared/protocol/systems.ts";
import { threadOfRecord } from "../../shared/systems/plan.ts";
import { openWorld, type World } from "../boot/desk-world.contract.ts";
import { openSlapd, type Slapd } from "./slapd.contract.ts";
import { type SystemsAdmin, systemsAdmin } from "./systems-people.contract.ts";

const PEOPLE = 1_203;
const LDIF = [
  "dn: dc=example,dc=com\nobjectClass: top\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n",
  "dn: ou=people,dc=example,dc=com\nobjectClass: organizationalUnit\nou: people\n",
  ...Array.from({ length: PEOPLE }, (_, index) =>
    [
      `dn: uid=p${index},ou=people,dc=example,dc=com`,
      "objectClass: inetOrgPerson",
      `uid: p${index}`,
      // Base64, as an LDIF writes what is not ASCII: "Пётр <n>".
      `cn:: ${Buffer.from(`Пётр ${index}`).toString("base64")}`,
      "sn: x",
      `mail: p${index}@example.com`,
      `mail: second${index}@example.com`,
      `roomNumber: ${300 + (index % 9)}`,
      `jpegPhoto:: ${Buffer.from([0xff, 0xd8, 0xff, 0x00]).toString("base64")}`,
      "",
    ].join("\n"),
  ),
].join("\n");

let slapd: Slapd;
let world: World;
let systems: SystemsAdmin;
beforeAll(async () => {
  slapd = await openSlapd(LDIF);
  world = await openWorld();
  systems = systemsAdmin(await world.admin(), world.url);
});
afterAll(async () => {
  await world.close();
  await slapd.close();
});

const source = (more: Partial<NonNullable<SourceBody["settings"]>> = {}): SourceBody => ({
  kind: "ldap",
  name: "Directory",
  settings: {
    url: slapd.url,
    bindDn: slapd.bindDn,
    password: slapd.password,
    baseDn: "ou=people,dc=example,dc=com",
    filter: "(objectClass=inetOrgPerson)",
    attributes: "uid cn mail roomNumber jpegPhoto",
    ...more,
  },
  mapping: {
    target: "person",
    key: "uid",
    fields: [
      { from: "cn", to: "name", required: true },
      { from: "roomNumber", to: "room" },
    ],
  },
});

describe("[S45] an LDAP directory, against OpenLDAP's slapd", () => {
  it("brings everybody, page by page, and nothing the second time", async () => {
    const made = await systems.make(source());
    expect([made.secrets, JSON.stringify(made).includes('secret"')]).toEqual([["password"], false]);
    const look = await systems.look(made.id);
    expect(look).toMatchObject({ ok: true, total: PEOPLE });
    // Several values stand beside each other; bytes are no text.
    expect(look.ok && look.rows[0]?.["mail"]).toBe("p0@example.com; second0@example.com");
    expect(look.ok && look.rows[0]?.["jpegPhoto"]).toBeUndefined();
    expect(await systems.run(made.id)).toMatchObject({ state: "done", created: PEOPLE, refused: 0 });
    const head = world.desk.core.gateway.head(threadOfRecord("person", made.id, "p1202"));
    expect([head?.fields["name"]?.value, head?.fields["room"]?.value]).toEqual(["Пётр 1202", "305"]);
    expect(await systems.run(made.id)).toMatchObject({ created: 0, changed: 0, same: PEOPLE, gone: 0 });
  });
  it("says whether name and password, the place or the network is to blame", async () => {
    const code = async (more: Record<string, string>): Promise<unknown> => {
      const { id } = await systems.make(source(more));
      const look = await systems.look(id);
      return look.ok ? "ok" : look.code;
    };
    expect(await code({ password: "wrong" })).toBe("auth");
    expect(await code({ baseDn: "ou=nobody,dc=example,dc=com" })).toBe("config");
    expect(await code({ filter: "((" })).toBe("config");
    expect(await code({ url: "ldap://127.0.0.1:9" })).toBe("unreachable");
    expect(await code({ url: "http://127.0.0.1" })).toBe("config");
  });
});
