import { createEffect, createRoot } from "solid-js";
import { beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../shared/kernel/canonical.ts";
import { derivedItemId, derivedThreadId, personOfUser, SYSTEM, userIdOfSecret } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead, type MergedRow } from "../../shared/thread/head.ts";
import { createDirectory } from "./directory.ts";
import { createHeadBook } from "./heads.ts";
import { startWords } from "./words.ts";

const [web, mail] = [userIdOfSecret("web"), userIdOfSecret("mail")];
const [webs, mails] = [personOfUser(web), personOfUser(mail)];
const fields = (set: Readonly<Record<string, Json>>, at: number): DeviceHead["fields"] =>
  Object.fromEntries(Object.entries(set).map(([name, value]) => [name, { value, by: SYSTEM, n: 1, at }]));
const head = (id: DeviceHead["_id"], more: Partial<DeviceHead>): DeviceHead => ({
  ...deviceHead(emptyHead(id)),
  ...more,
});
const row = (person: DeviceHead["_id"], at: number, ended = false): MergedRow => ({
  person,
  item: derivedItemId(`row:${person}:${at}`),
  by: SYSTEM,
  at,
  ...(ended ? { ended: true as const } : {}),
});
const webHead = (merged?: readonly MergedRow[]): DeviceHead =>
  head(webs, {
    user: web,
    createdAt: 1,
    fields: fields({ name: "Пётр", phone: "+7 912 345-67-89" }, 10),
    ...(merged === undefined ? {} : { merged }),
  });
const mailHead = head(mails, {
  user: mail,
  createdAt: 2,
  fields: fields({ name: "Petr", email: "petr@firm.ru", room: "12" }, 20),
});
const dialog = head(derivedThreadId("dialog", "mail"), { user: mail, person: mails });

beforeAll(startWords);

/** The directory over a book of heads, while the test lives. */
function open() {
  const heads = createHeadBook();
  return createRoot((dispose) => ({ heads, directory: createDirectory(heads), dispose }));
}

describe("[S2] [S3] one person everywhere", () => {
  it("names, facts and search of a dialog are the profile's, whichever card it names", () => {
    const { heads, directory, dispose } = open();
    heads.apply([webHead([row(mails, 5)]), mailHead, dialog], []);
    expect(directory.personId(dialog)).toBe(webs);
    expect(directory.nameOfDialog(dialog)).toBe("Пётр");
    expect(directory.nameOf(mail)).toBe("Пётр");
    expect(directory.person(dialog)?.fields["room"]?.value).toBe("12");
    expect(directory.person(dialog)?.fields["phone"]?.value).toBe("+7 912 345-67-89");
    expect(directory.searchText(dialog)).toContain("петр");
    expect(directory.searchText(dialog)).toContain("petr@firm.ru");
    expect(directory.profiles.all().map(({ _id }) => _id)).toEqual([webs]);
    // A fact is corrected where it stands.
    expect(directory.profiles.placeOf(webs, "room")).toBe(mails);
    expect(directory.profiles.placeOf(mails, "name")).toBe(webs);
    expect(directory.profiles.placeOf(mails, "department")).toBe(webs);
    dispose();
  });

  it("[U14] parted, each has what is his again", () => {
    const { heads, directory, dispose } = open();
    heads.apply([webHead([row(mails, 5)]), mailHead, dialog], []);
    heads.apply([webHead([row(mails, 9, true)])], []);
    expect(directory.personId(dialog)).toBe(mails);
    expect(directory.nameOfDialog(dialog)).toBe("Petr");
    expect(directory.profiles.headOf(webs)?.fields["room"]).toBeUndefined();
    expect(directory.profiles.all()).toHaveLength(2);
    dispose();
  });

  it("the other card may come later, and go; what follows a dialog's person hears of it, and of nothing else", () => {
    const { heads, directory, dispose } = open();
    const seen: string[] = [];
    const end = createRoot((disposeEffect) => {
      createEffect(() => seen.push(directory.personId(dialog) ?? ""));
      return disposeEffect;
    });
    heads.apply([webHead([row(mails, 5)]), dialog], []);
    expect(directory.personId(dialog)).toBe(mails);
    heads.apply([mailHead], []);
    expect(directory.personId(dialog)).toBe(webs);
    heads.apply([{ ...mailHead, fields: fields({ name: "P." }, 30) }], []);
    heads.apply([head(derivedThreadId("person", "somebody"), {})], []);
    heads.apply([], [mails]);
    expect(seen).toEqual([mails, webs, mails]);
    end();
    dispose();
  });
});
