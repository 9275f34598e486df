import { createRoot, getOwner, runWithOwner } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { agentAuthor, derivedThreadId, type ThreadId } from "../../../shared/kernel/ids.ts";
import type { PhoneRing } from "../../../shared/protocol/calls.ts";
import { emptyHead } from "../../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead, type FieldValue } from "../../../shared/thread/head.ts";
import { address } from "../../signals/address.ts";
import { type Desk, DeskContext } from "../../signals/desk.ts";
import { createDirectory } from "../../signals/directory.ts";
import { eventWords } from "../../signals/event-words.ts";
import { createHeadBook } from "../../signals/heads.ts";
import { lastLineOf } from "../../signals/last-line.ts";
import { createPhoneCalls } from "../../signals/phone-calls.ts";
import { setPreference } from "../../signals/preferences.ts";
import { startWords } from "../../signals/words.ts";
import { CallNotice } from "./call-notice.tsx";
import { PhoneLink } from "./phone-link.tsx";

const AGENT = derivedThreadId("agent", "anna");
const TEAM = derivedThreadId("team", "support");
const PETROV = derivedThreadId("person", "petrov");
const DIALOG = derivedThreadId("dialog", "printer");
const CHANNEL = derivedThreadId("channel", "pbx");
const RING: PhoneRing = { call: "1", state: "ringing", direction: "in", extension: "101", number: "+79161234567" };

const fields = (values: Readonly<Record<string, string | boolean>>): DeviceHead["fields"] =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { value, by: agentAuthor(AGENT), n: 1, at: 1 } satisfies FieldValue,
    ]),
  );
const headOf = (id: ThreadId, more: Partial<DeviceHead>): DeviceHead => ({
  ...deviceHead(emptyHead(id)),
  v: 1,
  ...more,
});

type Kit = { readonly desk: Desk; readonly place: HTMLElement; readonly taken: ThreadId[] };
let end: (() => void) | undefined;

function open(heads: readonly DeviceHead[], page: () => unknown, live = true): Kit {
  const place = document.createElement("div");
  document.body.append(place);
  const taken: ThreadId[] = [];
  let desk: Desk | undefined;
  const dispose = createRoot((disposeRoot) => {
    const book = createHeadBook();
    book.apply(heads, []);
    desk = {
      heads: book,
      directory: createDirectory(book),
      phone: createPhoneCalls(),
      me: () => ({
        id: agentAuthor(AGENT),
        agent: AGENT,
        name: "Анна",
        role: "agent",
        teams: [TEAM],
        device: "0123456789",
      }),
      now: () => 1_763_800_000_000,
      connection: () =>
        live ? { state: "live", unsent: 0 } : { state: "offline", since: 1, unsent: 0, oldestUnsentAt: null },
      acts: { take: (thread: ThreadId) => Promise.resolve(void taken.push(thread)) },
      inbox: { choose: () => undefined },
      dock: { isOpen: () => false, open: () => undefined, float: () => undefined, floating: () => undefined },
    } as unknown as Desk; // what these panels read
    const owner = getOwner();
    const unmount = runWithOwner(owner, () =>
      render(() => <DeskContext.Provider value={desk}>{page() as never}</DeskContext.Provider>, place),
    );
    return () => {
      unmount?.();
      disposeRoot();
    };
  });
  end = () => {
    dispose();
    place.remove();
  };
  if (desk === undefined) throw new Error("it was made above");
  return { desk, place, taken };
}

const petrov = headOf(PETROV, { fields: fields({ name: "Пётр Петров", phone: "8 (916) 123-45-67", room: "305" }) });
const printer = headOf(DIALOG, {
  team: TEAM,
  person: PETROV,
  channel: "telegram",
  lastAt: 1_763_700_000_000,
  fields: fields({ subject: "Принтер" }),
});

beforeAll(async () => {
  setPreference("locale", "ru");
  await startWords();
});
afterEach(() => {
  end?.();
  end = undefined;
  vi.unstubAllGlobals();
});
const buttonOf = (place: HTMLElement, words: string): HTMLButtonElement | undefined =>
  [...place.querySelectorAll("button")].find((one) => one.textContent.includes(words) || one.ariaLabel === words);

describe("the notice of a ringing telephone", () => {
  it("[S47] shows the caller's card by his number, however it was written down, and takes no focus", () => {
    const { desk, place } = open([petrov, printer], () => <CallNotice />);
    expect(place.querySelector("article")).toBeNull();
    const before = document.activeElement;
    desk.phone.apply(RING);
    expect(place.querySelector("[role=status]")?.textContent).toBe("Звонит: Пётр Петров");
    expect(place.textContent).toContain("+7 916 123 45 67");
    expect(place.textContent).toContain("305");
    expect(place.querySelector("a")?.textContent).toContain("Принтер");
    expect(document.activeElement).toBe(before);
  });

  it("[S47] one press takes his dialog, another opens his card", () => {
    const { desk, place, taken } = open([petrov, printer], () => <CallNotice />);
    desk.phone.apply(RING);
    buttonOf(place, "Взять диалог в работу")?.click();
    expect(taken).toEqual([DIALOG]);
    buttonOf(place, "Открыть карточку")?.click();
    expect(address()).toEqual({ screen: "people", person: PETROV });
  });

  it("[S47] a dialog that another has is opened, not taken", () => {
    const others = { ...printer, owner: agentAuthor(derivedThreadId("agent", "boris")) };
    const { desk, place } = open([petrov, others], () => <CallNotice />);
    desk.phone.apply(RING);
    expect(buttonOf(place, "Взять диалог в работу")).toBeUndefined();
    expect(buttonOf(place, "Открыть диалог")).toBeDefined();
  });

  it("[S47] who is not known is named as the exchange names him, and who hides himself as hidden", () => {
    const { desk, place } = open([], () => <CallNotice />);
    desk.phone.apply({ ...RING, name: "Бухгалтерия" });
    expect(place.textContent).toContain("Звонит: Бухгалтерия");
    expect(place.textContent).toContain("никому не принадлежит");
    desk.phone.apply({ ...RING, call: "2", number: "" });
    expect(place.textContent).toContain("Звонит: номер скрыт");
    expect(place.querySelectorAll("article")).toHaveLength(2);
  });

  it("[S47] it says that one speaks, goes when the call is over, and stays away when it was put away", () => {
    const { desk, place } = open([petrov], () => <CallNotice />);
    desk.phone.apply(RING);
    desk.phone.apply({ ...RING, state: "answered" });
    expect(place.textContent).toContain("Разговор: Пётр Петров");
    desk.phone.apply({ ...RING, state: "ended" });
    expect(place.querySelector("article")).toBeNull();
    desk.phone.apply({ ...RING, call: "2" });
    buttonOf(place, "Убрать")?.click();
    desk.phone.apply({ ...RING, call: "2", state: "answered" });
    expect(place.querySelector("article")).toBeNull();
  });
});

describe("a number", () => {
  const exchange = headOf(CHANNEL, { fields: fields({ kind: "phone" }) });
  const link = () => <PhoneLink number="8 916 123-45-67" label="Позвонить" />;
  const press = (place: HTMLElement): MouseEvent => {
    const event = new MouseEvent("click", { bubbles: true, cancelable: true });
    place.querySelector("a")?.dispatchEvent(event);
    return event;
  };

  it("[S47] is called by the exchange where one is connected", async () => {
    const asked: unknown[] = [];
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
      asked.push([url, init.body]);
      return Promise.resolve(Response.json({ ok: true }));
    });
    const { place } = open([exchange], link);
    expect(press(place).defaultPrevented).toBe(true);
    await vi.waitFor(() => expect(asked).toEqual([["/api/calls", '{"number":"8 916 123-45-67"}']]));
  });

  it("[S47] without an exchange, or without a line to the desk, the device dials", () => {
    const { place } = open([], link);
    expect(place.querySelector("a")?.getAttribute("href")).toBe("tel:89161234567");
    expect(press(place).defaultPrevented).toBe(false);
    end?.();
    expect(press(open([exchange], link, false).place).defaultPrevented).toBe(false);
    end?.();
    const gone = headOf(CHANNEL, { fields: fields({ kind: "phone", removed: true }) });
    expect(press(open([gone], link).place).defaultPrevented).toBe(false);
  });
});

describe("a call in the thread and in the list", () => {
  const item = {
    kind: "call",
    author: "system",
    direction: "in",
    outcome: "answered",
    from: "+79161234567",
    to: "101",
    agent: agentAuthor(AGENT),
    seconds: 63,
  };
  const said = async (locale: "ru" | "en", more: object): Promise<string> => {
    setPreference("locale", locale);
    await startWords();
    const { desk } = open([headOf(AGENT, { fields: fields({ name: "Анна" }) })], () => null);
    const words = eventWords({ ...item, ...more } as never, printer, { directory: desk.directory, now: 1 }); // what it reads
    end?.();
    return words;
  };

  it("[S47] says who spoke and how long, what was missed, in both languages", async () => {
    expect(await said("en", {})).toBe("Incoming call, +79161234567 · Анна · 1\u00a0min");
    expect(await said("en", { direction: "out", outcome: "busy", to: "+79160000000", seconds: 0 })).toBe(
      "Outgoing call: busy, +79160000000 · Анна",
    );
    expect(await said("ru", { outcome: "missed", from: "" })).toContain("Пропущенный звонок, номер скрыт");
    const last = { kind: "call", text: "missed", author: "system", at: 1, n: 1, files: 0 } as const;
    expect(lastLineOf({ ...printer, last } as DeviceHead, agentAuthor(AGENT))).toBe("Звонок: без ответа");
  });
});
