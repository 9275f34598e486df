import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { ChatTwin, standIn, until } from "./chat-twin.contract.ts";
import { checkState } from "./checks.ts";
import { type ChatDatabase, openChatDatabase } from "./database.ts";
import { openChatEngine } from "./engine.ts";
import { openIdentity } from "./identity.ts";
import { type ChatModel, emptyModel } from "./model.ts";
import type { ChatEngine } from "./port.ts";

type Page = { readonly engine: ChatEngine; readonly database: ChatDatabase; readonly model: () => ChatModel };

let twin: ChatTwin;
let browser: EventTarget;
let disks = 0;
const pages: Page[] = [];
beforeEach(() => {
  twin = new ChatTwin();
  browser = standIn(twin);
});
afterEach(() => {
  for (const page of pages.splice(0)) shut(page);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function shut({ engine, database }: Page): void {
  engine.close();
  database.close();
}

/** A page of the chat; another one on the same disk is the same person's, unless a personal link says otherwise. */
async function open(
  disk: string,
  more: { readonly secret?: string; readonly database?: (real: ChatDatabase) => ChatDatabase } = {},
): Promise<Page> {
  const real = await openChatDatabase(disk);
  const database = more.database?.(real) ?? real;
  const identity = await openIdentity(real, more.secret);
  let model = emptyModel;
  const show = (next: ChatModel): void => {
    model = next;
  };
  const engine = await openChatEngine({ token: "door", database, identity, locale: "en", show });
  const page = { engine, database, model: () => model };
  pages.push(page);
  return page;
}

function freshDisk(): string {
  disks += 1;
  return `chat-disk-${disks}`;
}

const say = (page: Page, text: string): Promise<void> => page.engine.write([{ kind: "message", text }]);
const shown = (page: Page): readonly (string | undefined)[] => page.model().items.map((item) => item.text);
const isLive = (page: Page): boolean => page.model().connection.state === "live";

function only(map: ReadonlyMap<ThreadId, unknown>): ThreadId {
  const [thread, ...rest] = map.keys();
  if (thread === undefined || rest.length > 0) throw new Error(`one thread, not ${map.size}`);
  return thread;
}

/** A dialog of four: two of the user's, an answer, one more. */
async function talkOfFour(page: Page): Promise<ThreadId> {
  await until(() => page.model().link?.status === "open", "an open link");
  await say(page, "one");
  await say(page, "two");
  await until(() => page.model().items.length === 2 && isLive(page), "two messages");
  const thread = only(twin.threads);
  twin.reply(thread, "answer");
  await until(() => page.model().items.length === 3, "the answer");
  await say(page, "four");
  await until(() => page.model().items.length === 4 && page.model().queued.length === 0, "the fourth");
  return thread;
}

describe("[S24] the page that talks for all tabs", () => {
  it("goes on after an answer that breaks it, and says that it stumbled", async () => {
    twin.madness.push(null, null);
    const page = await open(freshDisk());
    await until(() => page.model().fault?.name === "TypeError", "a fault that is told");
    await until(() => isLive(page), "the connection after it");
    expect(page.model().fault).toBeUndefined();
    await say(page, "still here");
    await until(() => shown(page).includes("still here"), "the message");
  });

  it("goes on after its own database broke under it, in the stream as well as in the queue", async () => {
    let breaks = 0;
    const page = await open(freshDisk(), {
      database: (real) => ({
        ...real,
        queue: () => {
          if (breaks === 0) return real.queue();
          breaks -= 1;
          return Promise.reject(new DOMException("the connection is closing", "InvalidStateError"));
        },
      }),
    });
    const thread = await talkOfFour(page);
    breaks = 3;
    twin.hangUp();
    await until(() => breaks === 0 && isLive(page), "a connection after three faults");
    await say(page, "five");
    await until(() => twin.texts(thread).includes("five"), "the fifth");
    await until(() => shown(page).length === 5, "the fifth on the page");
    expect(shown(page)).toEqual(["one", "two", "answer", "four", "five"]);
  });

  it("a fault while drawing stops nothing that is sent", async () => {
    const disk = freshDisk();
    const database = await openChatDatabase(disk);
    const identity = await openIdentity(database, undefined);
    const engine = await openChatEngine({
      token: "door",
      database,
      identity,
      locale: "en",
      show: () => {
        throw new TypeError("a component broke");
      },
    });
    await until(async () => (await database.meta("link:door")) !== undefined, "the link is kept");
    await engine.write([{ kind: "message", text: "blind" }]);
    await until(() => twin.threads.size === 1 && twin.texts(only(twin.threads)).length > 0, "the message");
    expect(twin.texts(only(twin.threads))).toEqual(["blind"]);
    engine.close();
    database.close();
  });
});

describe("the connection line is true", () => {
  it("[U12] a browser that says off line, or on line again, is a hint: the stream is asked", async () => {
    const page = await open(freshDisk());
    const thread = await talkOfFour(page);
    browser.dispatchEvent(new Event("offline"));
    expect(page.model().connection.state).toBe("offline");
    await until(() => isLive(page), "the truth");
    twin.weather = "down";
    browser.dispatchEvent(new Event("offline"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(page.model().connection.state).toBe("offline");
    twin.weather = "fine";
    browser.dispatchEvent(new Event("online"));
    await until(() => isLive(page), "the way back");
    twin.reply(thread, "there you are");
    await until(() => shown(page).includes("there you are"), "what comes on the new stream");
  });
});

describe("[CL27] a desk that was put back to an earlier copy", () => {
  it("gets back from the page what it lost of his own, once, and the page shows its order", async () => {
    const page = await open(freshDisk());
    const thread = await talkOfFour(page);
    twin.restore(2); // open and "one"
    await until(() => twin.texts(thread).length === 3 && page.model().queued.length === 0, "the own messages");
    expect(twin.texts(thread)).toEqual(["one", "two", "four"]);
    await until(() => shown(page).length === 3 && isLive(page), "the desk's order");
    expect(shown(page)).toEqual(["one", "two", "four"]);
    // What comes now has a place that an item held before: it is shown all the same.
    twin.reply(thread, "after all");
    await until(() => shown(page).includes("after all"), "the new answer");
    expect(page.model().items.map((item) => item.u)).toEqual([1, 2, 3, 4]);
  });

  it("is noticed also where others have filled the places again", async () => {
    const disk = freshDisk();
    const before = await open(disk);
    const thread = await talkOfFour(before);
    shut(before);
    twin.restore(2);
    for (const text of ["a", "b", "c", "d", "e"]) twin.reply(thread, text);
    const page = await open(disk);
    await until(() => shown(page).join() === "one,a,b,c,d,e,two,four", "what was given back");
    expect(page.model().queued).toEqual([]);
    expect(twin.texts(thread)).toEqual(shown(page));
    // Kept as shown: a page without a network shows the same.
    shut(page);
    twin.weather = "down";
    const offline = await open(disk);
    expect(shown(offline)).toEqual(["one", "a", "b", "c", "d", "e", "two", "four"]);
  });

  it("a thread that is gone altogether is begun again, with all that he wrote in it", async () => {
    const page = await open(freshDisk());
    const thread = await talkOfFour(page);
    twin.restore(0);
    expect(twin.threads.size).toBe(0);
    await until(() => twin.threads.size === 1 && page.model().queued.length === 0, "the thread");
    await until(() => shown(page).join() === "one,two,four", "the desk's order");
    expect(twin.texts(thread)).toEqual(["one", "two", "four"]);
    expect(twin.thread(thread).items[0]?.kind).toBe("open");
  });

  it("one that was begun on another device of his is begun again here, and his other device adds its own", async () => {
    const [home, work] = [freshDisk(), freshDisk()];
    const first = await open(home);
    const thread = await talkOfFour(first);
    const { secret } = await openIdentity(first.database, undefined);
    const second = await open(work, { secret });
    await until(() => shown(second).length === 4, "the dialog on the second device");
    await say(second, "from work");
    await until(() => shown(first).includes("from work"), "the message of the second");
    shut(first);
    twin.restore(0);
    await until(() => twin.threads.size === 1 && shown(second).join() === "from work", "what the second holds");
    const back = await open(home);
    await until(() => shown(back).length === 4 && back.model().queued.length === 0, "what the first holds");
    expect(twin.texts(thread)).toEqual(["from work", "one", "two", "four"]);
    await until(() => shown(second).length === 4, "the same on both");
  });

  it("nothing is sent twice when nothing was lost", async () => {
    const disk = freshDisk();
    await talkOfFour(await open(disk));
    const posts = (): number => twin.calls.filter((call) => call === "POST items").length;
    const before = posts();
    twin.hangUp();
    const again = await open(disk);
    await until(() => isLive(again) && again.model().items.length === 4, "the page again");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts()).toBe(before);
  });
});

describe("[S22] accept and reopen without a network", () => {
  const DONE = { number: 1042, status: "done", ru: "Выполнена", en: "Done" };
  const TICKET = derivedThreadId("ticket", "one");

  it("waits on the device, also over a reload, and is admitted once though its answer was lost", async () => {
    const disk = freshDisk();
    const before = await open(disk);
    const thread = await talkOfFour(before);
    twin.openTicket(TICKET, thread);
    const notice = twin.notice(thread, { code: "ticket-done", params: DONE, via: TICKET });
    await until(() => before.model().items.length === 5, "the notice");
    twin.weather = "down";
    twin.hangUp();
    await until(() => before.model().connection.state === "offline", "the page off line");
    await before.engine.write([{ kind: "accept", of: notice.id, via: TICKET, answer: "reopen", text: "Still slow" }]);
    shut(before);
    const page = await open(disk);
    expect(page.model().queued.map(({ item, state }) => [item.kind, state])).toEqual([["accept", "saved"]]);
    twin.swallowsAnswers = 2;
    twin.weather = "fine";
    await until(() => page.model().queued.length === 0 && isLive(page), "the answer at the desk");
    const answers = twin.thread(thread).items.filter((item) => item.kind === "accept");
    expect(answers).toMatchObject([{ of: notice.id, via: TICKET, answer: "reopen", text: "Still slow" }]);
    const [asked] = page.model().items.filter((item) => item.kind === "notice");
    if (asked === undefined) throw new Error("the notice is shown");
    expect(checkState(asked, page.model().items, page.model().queued)).toMatchObject({
      state: "answered",
      given: { answer: "reopen", text: "Still slow", waits: false },
    });
  });
});

describe("[U10] one device, two people", () => {
  it("a personal link shows its own dialog, and the other's unsent message waits for the other", async () => {
    const [mine, his] = [freshDisk(), freshDisk()];
    const him = await open(his);
    await talkOfFour(him);
    const { secret } = await openIdentity(him.database, undefined);
    shut(him);
    twin.weather = "down";
    const me = await open(mine);
    await say(me, "mine, unsent");
    shut(me);
    twin.weather = "fine";
    const asHim = await open(mine, { secret });
    await until(() => isLive(asHim) && shown(asHim).length === 4, "his dialog");
    expect(shown(asHim)).toEqual(["one", "two", "answer", "four"]);
    expect(asHim.model().queued).toEqual([]);
    expect((await asHim.database.queue()).map((row) => row.state)).toEqual(["saved"]);
  });
});
