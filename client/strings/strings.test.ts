import { describe, expect, it } from "vitest";
import { chooseLocale } from "./dictionaries.ts";
import { en as enDesk } from "./en.ts";
import { enApi } from "./en-api.ts";
import { enCall } from "./en-call.ts";
import { enChannels } from "./en-channels.ts";
import { enHistory } from "./en-history.ts";
import { enJobs } from "./en-jobs.ts";
import { enMail } from "./en-mail.ts";
import { enPerson } from "./en-person.ts";
import { enTicketTypes } from "./en-ticket-types.ts";
import { enWidget } from "./en-widget.ts";
import { formatBytes, formatSpan } from "./format.ts";
import { counted } from "./plural.ts";
import { ru as ruDesk } from "./ru.ts";
import { ruApi } from "./ru-api.ts";
import { ruCall } from "./ru-call.ts";
import { ruChannels } from "./ru-channels.ts";
import { ruHistory } from "./ru-history.ts";
import { ruJobs } from "./ru-jobs.ts";
import { ruMail } from "./ru-mail.ts";
import { ruPerson } from "./ru-person.ts";
import { ruTicketTypes } from "./ru-ticket-types.ts";
import { ruWidget } from "./ru-widget.ts";

/** With the words of pages that load theirs late. */
const en = {
  ...enDesk,
  ticketTypes: enTicketTypes,
  jobs: enJobs,
  mail: enMail,
  api: enApi,
  calls: enCall,
  channels: enChannels,
  person: enPerson,
  history: enHistory,
  widget: enWidget,
};
const ru = {
  ...ruDesk,
  ticketTypes: ruTicketTypes,
  jobs: ruJobs,
  mail: ruMail,
  api: ruApi,
  calls: ruCall,
  channels: ruChannels,
  person: ruPerson,
  history: ruHistory,
  widget: ruWidget,
};

/** Every leaf with its path; a function is called with numbers that show all plural forms. */
function leaves(node: unknown, path = ""): [path: string, text: string][] {
  if (typeof node === "string") return [[path, node]];
  if (typeof node === "function") {
    const call = node as (...given: unknown[]) => unknown;
    return [1, 2, 5].map((n) => [`${path}(${n})`, String(call(n, n, n, n))]);
  }
  return Object.entries(node as object).flatMap(([key, value]) => leaves(value, path === "" ? key : `${path}.${key}`));
}

describe("strings", () => {
  it("[S51] every word exists in both languages and none is empty", () => {
    const english = leaves(en);
    const russian = leaves(ru);
    expect(russian.map(([path]) => path).sort()).toEqual(english.map(([path]) => path).sort());
    expect(english.length).toBeGreaterThan(500);
    for (const [path, text] of [...english, ...russian]) {
      expect([path, text.trim()]).not.toEqual([path, ""]);
      expect(`${path}: ${text}`).not.toMatch(/: .*(?:undefined|NaN|\[object)/);
    }
  });

  it("[S51] no Russian word was left in English", () => {
    const same = new Set(["Telegram", "VK", "MAX", "WhatsApp", "API"]);
    const left = leaves(ru).filter(([, text]) => /[a-z]{3,}/i.test(text) && !/[а-яё]/i.test(text) && !same.has(text));
    expect(left).toEqual([]);
  });

  it("[S51] plural forms are right", () => {
    const forms = { one: "заявка", few: "заявки", many: "заявок", other: "заявки" };
    const said = [1, 2, 5, 11, 21, 22, 25, 112].map((n) => counted("ru", n, forms).replace("\u00a0", " "));
    expect(said).toEqual([
      "1 заявка",
      "2 заявки",
      "5 заявок",
      "11 заявок",
      "21 заявка",
      "22 заявки",
      "25 заявок",
      "112 заявок",
    ]);
    expect(counted("en", 1, { one: "ticket", other: "tickets" })).toBe("1\u00a0ticket");
    expect(counted("en", 0, { one: "ticket", other: "tickets" })).toBe("0\u00a0tickets");
  });

  it("spans and sizes are said in two units at most", () => {
    const span = (ms: number) => formatSpan("ru", ms).replaceAll("\u00a0", " ");
    expect([40_000, 300_000, 4_320_000, 36_000_000, 3 * 86_400_000, -5].map(span)).toEqual([
      "40 с",
      "5 мин",
      "1 ч 12 мин",
      "10 ч",
      "3 дн",
      "0 с",
    ]);
    expect(formatBytes("en", 2_621_440)).toBe("2.5\u00a0MB");
    expect(formatBytes("ru", 1)).toBe("1\u00a0байт");
  });

  it("the browser's languages choose", () => {
    expect(chooseLocale(["de", "ru-RU", "en"])).toBe("ru");
    expect(chooseLocale(["en-US", "ru"])).toBe("en");
    expect(chooseLocale(["fr"])).toBe("en");
  });
});
