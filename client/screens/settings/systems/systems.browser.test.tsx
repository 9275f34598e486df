import { createSignal } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RunInfo } from "../../../../shared/protocol/systems.ts";
import type { Mapping } from "../../../../shared/systems/mapping.ts";
import { setPreference } from "../../../signals/preferences.ts";
import { startWords } from "../../../signals/words.ts";
import { MappingForm } from "./mapping-form.tsx";
import { countsOf, guessMapping, ownField } from "./parts.ts";

beforeAll(startWords);
let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  document.body.textContent = "";
});

describe("[S45] a first guess at which column is what", () => {
  it("knows the names that directories, CRMs and Russian tables have", () => {
    expect(guessMapping(["sAMAccountName", "displayName", "mail", "telephoneNumber", "whenCreated"], "person")).toEqual(
      {
        target: "person",
        key: "sAMAccountName",
        fields: [
          { from: "displayName", to: "name", required: true },
          { from: "mail", to: "email", as: "email" },
          { from: "telephoneNumber", to: "phone", as: "phone" },
        ],
      },
    );
    const russian = guessMapping(["Табельный №", "ФИО", "Почта", "Кабинет", "Телефон", "Телефон 2"], "person");
    expect(russian.key).toBe("Табельный №");
    expect(russian.fields.map(({ from, to }) => [from, to])).toEqual([
      ["ФИО", "name"],
      ["Почта", "email"],
      ["Кабинет", "room"],
      ["Телефон", "phone"],
    ]);
    expect(guessMapping(["path", "title", "text"], "article").fields.map(({ to }) => to)).toEqual(["title", "text"]);
  });
  it("makes a name that the desk takes of any column", () => {
    expect([ownField("Дата приёма"), ownField("  % "), ownField("VPN login")]).toEqual([
      "x.data-priema",
      "x.field",
      "x.vpn-login",
    ]);
  });
});

describe("[S45] the form of a mapping", () => {
  function open(initial: Mapping): { readonly mapping: () => Mapping } {
    const [mapping, setMapping] = createSignal(initial);
    stop = render(
      () => (
        <MappingForm
          columns={["id", "Имя", "Отчество"]}
          rows={[{ id: "1", Имя: "Иван", Отчество: "Петрович" }]}
          mapping={mapping()}
          onChange={setMapping}
        />
      ),
      document.body,
    );
    return { mapping };
  }
  const choose = (label: string, value: string): void => {
    const select = [...document.querySelectorAll("select")].find(
      (one) => document.querySelector(`label[for="${one.id}"]`)?.textContent === label,
    );
    if (!(select instanceof HTMLSelectElement)) throw new Error(`there is no ${label}`);
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };

  it("shows values beside columns, and a field is filled by one column", () => {
    setPreference("locale", "en");
    const form = open({ target: "person", key: "id", fields: [{ from: "Имя", to: "name", required: true }] });
    expect(document.body.textContent).toContain("Петрович");
    choose("Field of the desk: Отчество", "name");
    expect(form.mapping().fields).toEqual([{ from: "Отчество", to: "name", required: true }]);
    choose("Field of the desk: Отчество", "x.otchestvo");
    expect(form.mapping().fields).toEqual([{ from: "Отчество", to: "x.otchestvo" }]);
    choose("Field of the desk: Отчество", "");
    expect(form.mapping().fields).toEqual([]);
  });
});

it("[U18] a run says what it counted, without the zeroes", () => {
  const run: RunInfo = {
    id: "a:1",
    source: "a",
    dry: true,
    state: "done",
    startedAt: 1,
    total: 4,
    done: 4,
    created: 3,
    changed: 0,
    same: 0,
    refused: 1,
    kept: 0,
    gone: 0,
    faults: [],
  };
  setPreference("locale", "en");
  expect(countsOf(run)).toEqual([
    ["new", 3],
    ["refused", 1],
  ]);
  expect(countsOf({ ...run, messages: 1 })).toContainEqual(["message", 1]);
  setPreference("locale", "ru");
  expect([1, 2, 5].map((messages) => countsOf({ ...run, messages })[1]?.[0])).toEqual([
    "сообщение",
    "сообщения",
    "сообщений",
  ]);
  setPreference("locale", "en");
});
