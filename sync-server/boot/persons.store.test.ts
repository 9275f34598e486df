import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Json } from "../../shared/kernel/canonical.ts";
import { derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { openWorld, type TestAgent, type World } from "./desk-world.contract.ts";

let world: World;
let admin: TestAgent;
beforeEach(async () => {
  world = await openWorld();
  admin = await world.admin();
});
afterEach(() => world.close());

const idOf = (name: string): ThreadId => derivedThreadId("person", name);
const headOf = (name: string) => world.desk.core.gateway.head(idOf(name));
const open = (name: string, set: Readonly<Record<string, Json>>) => world.vouch(idOf(name), { name, ...set });
const email = (verified: boolean) => ({ "id.email": { value: "petr@firm.ru", verified } });
/** Both persons' words on each other. */
const words = () =>
  ["web", "mail"].flatMap((name) =>
    (headOf(name)?.merged ?? []).map((row) => ({ by: row.by, ended: row.ended, reason: row.reason })),
  );

describe("[S3] [U14] persons on the server", () => {
  test("joined by what a channel vouches for on both sides, with why; parted by a person they stay parted", async () => {
    await open("web", email(true));
    await open("mail", email(true));
    await expect.poll(words).toEqual([{ by: "system", ended: undefined, reason: "verified-email" }]);
    await admin.push(admin.item({ kind: "unmerge", thread: idOf("mail"), with: idOf("web") }));
    // Whatever is written then makes the desk look at them again.
    await admin.push(admin.item({ kind: "set-field", thread: idOf("mail"), set: { room: "12" } }));
    await admin.push(admin.item({ kind: "set-field", thread: idOf("web"), set: { room: "12" } }));
    // A third of the same identifier would bring them together again: the desk leaves that to people.
    await open("third", email(true));
    // When one is joined by another identifier, what was written before has been looked at.
    const telegram = { "id.telegram": { value: "77", verified: true } };
    await world.vouch(idOf("web"), telegram);
    await open("fourth", telegram);
    const rowsOf = (name: string) => headOf(name)?.merged ?? [];
    await expect
      .poll(() => [...rowsOf("web"), ...rowsOf("fourth")].some(({ reason }) => reason === "verified-telegram"))
      .toBe(true);
    expect(words().filter(({ by }) => by === "system")).toHaveLength(2);
    expect(rowsOf("third")).toEqual([]);
    const parted = headOf("mail")?.merged?.find(({ person }) => person === idOf("web"));
    expect(parted?.ended).toBe(true);
  });

  test("never by what one side only says", async () => {
    await open("web", email(true));
    await open("mail", email(false));
    await admin.push(admin.item({ kind: "set-field", thread: idOf("mail"), set: { email: "petr@firm.ru" } }));
    await open("sure", { "id.email": { value: "petr@firm.ru", verified: true } });
    await expect.poll(() => headOf("web")?.merged?.map(({ person }) => person)).toEqual([idOf("sure")]);
    expect(headOf("mail")?.merged).toBeUndefined();
  });

  test("[U14] merged and parted by people, any number of times; each keeps what is his", async () => {
    await open("web", { phone: "+7 912 345-67-89" });
    await open("mail", { email: "petr@firm.ru" });
    for (let round = 0; round < 3; round += 1) {
      const answers = await admin.push(
        admin.item({ kind: "merge", thread: idOf("web"), with: idOf("mail"), reason: "by-hand" }),
        admin.item({ kind: "unmerge", thread: idOf("mail"), with: idOf("web") }),
      );
      expect(answers).toMatchObject([{ answer: "ok" }, { answer: "ok" }]);
    }
    expect(headOf("web")?.fields["phone"]?.value).toBe("+7 912 345-67-89");
    expect(headOf("mail")?.fields["email"]?.value).toBe("petr@firm.ru");
    expect(headOf("mail")?.merged).toMatchObject([{ person: idOf("web"), ended: true, by: admin.id }]);
  });

  test("bad words are refused with their reason: of oneself, of what is no person, in what is no person", async () => {
    await open("web", {});
    const asset = derivedThreadId("asset", "one");
    await admin.push(admin.item({ kind: "open", thread: asset, set: { name: "HP" } }));
    const answers = await admin.push(
      admin.item({ kind: "merge", thread: idOf("web"), with: idOf("web") }),
      admin.item({ kind: "merge", thread: idOf("web"), with: asset }),
      admin.item({ kind: "merge", thread: asset, with: idOf("web") }),
    );
    expect(answers).toMatchObject([
      { answer: "refused", code: "malformed" },
      { answer: "refused", code: "malformed" },
      { answer: "refused", code: "forbidden" },
    ]);
    expect(headOf("web")?.merged).toBeUndefined();
  });
});
