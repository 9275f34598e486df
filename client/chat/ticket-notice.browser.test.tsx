import { createSignal } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, describe, expect, it } from "vitest";
import type { ItemId } from "../../shared/kernel/ids.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import type { UserItem } from "../../shared/protocol/chat.ts";
import { CheckCard } from "./check-card.tsx";
import type { CheckState } from "./checks.ts";
import { type Locale, wordsOf } from "./strings.ts";
import { TicketNotice } from "./ticket-notice.tsx";
import { ticketWordsOf } from "./ticket-words.ts";

let end: (() => void) | undefined;
afterEach(() => {
  end?.();
  document.body.replaceChildren();
});

const DONE = { status: "done", ru: "Выполнена", en: "Done" };
const at = Date.UTC(2026, 4, 3, 12, 0);

function told(code: string, params: NonNullable<UserItem["params"]>, locale: Locale): HTMLElement {
  const item: UserItem = {
    u: 1,
    id: "device0001-00000000000001" as ItemId,
    kind: "notice",
    mine: false,
    at,
    code,
    params,
    via: derivedThreadId("ticket", "one"),
  };
  const place = document.body.appendChild(document.createElement("div"));
  end = render(
    () => (
      <TicketNotice
        item={item}
        words={ticketWordsOf(locale)}
        locale={locale}
        portal={(ticket) => `/portal/#${ticket ?? ""}`}
        check={<p>CHECK</p>}
        other="other"
      />
    ),
    place,
  );
  return place;
}
const textOf = (code: string, params: NonNullable<UserItem["params"]>, locale: Locale): string => {
  const text = told(code, params, locale).textContent ?? "";
  end?.();
  return text;
};
const events = (count: number) => Array.from({ length: count }, () => ({ what: "status", ...DONE, at }));

describe("notices of tickets, in words", () => {
  it("[S18] the number, in both languages, with a way to the portal", () => {
    expect(textOf("ticket-created", { number: 1042 }, "ru")).toContain("Создана заявка № 1042");
    const place = told("ticket-created", { number: 1042 }, "en");
    expect(place.textContent).toContain("Request 1042 created");
    expect(place.querySelector("a")?.getAttribute("href")).toMatch(/^\/portal\/#ticket\./);
  });

  it("[S20] a status by its own name; grouped events with their true times and the right plural", () => {
    expect(textOf("ticket-status", { number: 7, ...DONE }, "ru")).toContain("Заявка № 7: Выполнена");
    const counts = [1, 2, 5, 21].map((count) => textOf("ticket-events", { number: 7, events: events(count) }, "ru"));
    const forms = ["1\u00a0событие", "2\u00a0события", "5\u00a0событий", "21\u00a0событие"];
    for (const [index, form] of forms.entries()) expect(counts[index]).toContain(`Заявка № 7: ${form}`);
    expect(textOf("ticket-events", { number: 7, events: events(1) }, "en")).toContain("Request 7: 1\u00a0event");
    const place = told("ticket-events", { number: 7, events: [{ what: "created", at }, ...events(1)] }, "en");
    const times = [...place.querySelectorAll(".events time")].map((time) => time.getAttribute("datetime"));
    expect(times).toEqual([new Date(at).toISOString(), new Date(at).toISOString()]);
    expect(place.textContent).not.toContain("CHECK");
  });

  it("[S22] what is done asks", () => {
    expect(textOf("ticket-done", { number: 7, ...DONE }, "ru")).toMatch(/Заявка № 7 выполнена.*CHECK/);
  });

  it("[S42] where his requests are, with how many more", () => {
    const tickets = [{ number: 7, ...DONE, title: "", at }];
    const text = textOf("ticket-where", { tickets, more: 2 }, "ru");
    expect(text).toContain("№ 7 · Без названия");
    expect(text).toContain("и ещё 2\u00a0заявки");
  });

  it("a notice of a later version is one line, not a hole", () => {
    expect(textOf("ticket-status", { number: "seven" }, "en")).toBe("other");
  });
});

describe("[S22] the card that asks", () => {
  type Given = readonly [answer: string, text: string];
  function ask(onAnswer: (given: Given) => Promise<void>) {
    const [state, setState] = createSignal<CheckState>({ state: "asks" });
    const place = document.body.appendChild(document.createElement("div"));
    end = render(
      () => (
        <CheckCard
          state={state()}
          words={ticketWordsOf("en")}
          chatWords={wordsOf("en")}
          locale="en"
          onAnswer={(answer, text) => onAnswer([answer, text])}
          onForget={() => undefined}
        />
      ),
      place,
    );
    const button = (name: string): HTMLButtonElement => {
      const found = [...place.querySelectorAll("button")].find((one) => one.textContent?.trim() === name);
      if (found === undefined) throw new Error(`no button ${name}`);
      return found;
    };
    return { place, button, setState };
  }

  it("gives one answer however often it is pressed, and shows it when it is given", () => {
    const given: Given[] = [];
    const { place, button, setState } = ask((one) => {
      given.push(one);
      return new Promise(() => undefined);
    });
    const accept = button("Accept");
    accept.click();
    accept.click();
    expect(given).toEqual([["accept", ""]]);
    setState({ state: "answered", given: { answer: "accept", at, waits: true } });
    expect(place.querySelector("button")).toBeNull();
    expect(place.textContent).toMatch(/You accepted it .*kept on this device/);
  });

  it("goes back into work with what is wrong, never without", () => {
    const given: Given[] = [];
    const { place, button } = ask((one) => {
      given.push(one);
      return Promise.resolve();
    });
    button("Reopen").click();
    const send = button("Reopen");
    expect(send.disabled).toBe(true);
    const area = place.querySelector("textarea");
    if (area === null) throw new Error("no field");
    area.value = " It still hangs ";
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    send.click();
    expect(given).toEqual([["reopen", "It still hangs"]]);
  });

  it("a full device is told, and the answer can be given again", async () => {
    let tries = 0;
    const { place, button } = ask(() => {
      tries += 1;
      return Promise.reject(new DOMException("full", "QuotaExceededError"));
    });
    button("Accept").click();
    await Promise.resolve();
    await Promise.resolve();
    expect(place.querySelector("[role=alert]")?.textContent).toContain("out of space");
    button("Accept").click();
    expect(tries).toBe(2);
  });
});
