import { describe, expect, it } from "vitest";
import { type BoardRow, boardRoom, DRAFT_TEXT, draftRoom } from "../../shared/protocol/board.ts";
import { CLOSE } from "../../shared/protocol/version.ts";
import { agent, DIALOG, OTHER_TEAM, TEAM } from "../../shared/testing/thread-world.ts";
import { BrowserTwin, settle, until } from "../platform/browser-twin.contract.ts";
import { openLive } from "./open-live.ts";
import { RoomsTwin } from "./rooms-twin.contract.ts";
import { yjsParts } from "./yjs-parts.ts";

const anna = agent("anna");
const boris = agent("boris");
const ROOM = draftRoom(DIALOG, anna.id);
const BOARD_ROOM = boardRoom(TEAM, "today");

const openAt = (
  browser: BrowserTwin,
  options: { readonly author?: typeof anna; readonly loads?: () => boolean } = {},
) =>
  openLive({
    environment: browser.openTab().environment,
    author: (options.author ?? anna).id,
    teams: [TEAM],
    loadParts: async () => {
      if (options.loads?.() === false) throw new TypeError("off line");
      return yjsParts;
    },
  });
const row = (v: number, owner: typeof anna): BoardRow => ({
  thread: DIALOG,
  owner: owner.id,
  since: 1,
  epoch: 1,
  inc: 1,
  v,
  state: "open",
  lease: "live",
});

describe("drafts", () => {
  it("[CL26] a draft is there at once after a crash, with no network and before Yjs is loaded", async () => {
    const rooms = new RoomsTwin();
    rooms.isDown = true;
    const browser = new BrowserTwin(rooms);
    const live = await openAt(browser);
    const draft = live.openDraft(DIALOG, anna.id);
    draft.write("Dear ");
    await browser.crank(1_000);
    draft.write("Dear colleague");
    await settle();
    // No close: the browser is gone.
    const again = await openAt(browser, { loads: () => false });
    expect(again.openDraft(DIALOG, anna.id).text()).toBe("Dear colleague");
  });

  it("what is typed before Yjs comes is brought into what others have typed meanwhile", async () => {
    const rooms = new RoomsTwin();
    rooms.doc(ROOM).getText(DRAFT_TEXT).insert(0, "from the other device");
    const browser = new BrowserTwin(rooms);
    let loads = false;
    const live = await openAt(browser, { loads: () => loads });
    const draft = live.openDraft(DIALOG, anna.id);
    const heard: string[] = [];
    draft.subscribe((text) => heard.push(text));
    draft.write("typed early ");
    await browser.crank(1_000);
    expect(draft.text()).toBe("typed early ");
    loads = true;
    draft.write("typed early, ");
    await browser.crank(2_000);
    await until(() => draft.text().includes("other device"), "both texts");
    expect(draft.text()).toContain("typed early, ");
    expect(heard.at(-1)).toBe(draft.text());
    expect(rooms.doc(ROOM).getText(DRAFT_TEXT).toJSON()).toBe(draft.text());
    await live.close();
  });

  it("two people's changes merge after a gap, and neither loses a letter", async () => {
    const rooms = new RoomsTwin();
    const [one, two] = [new BrowserTwin(rooms), new BrowserTwin(rooms)];
    const [first, second] = [await openAt(one), await openAt(two, { author: boris })];
    const [a, b] = [first.openDraft(DIALOG, "shared"), second.openDraft(DIALOG, "shared")];
    await Promise.all([one.crank(1_000), two.crank(1_000)]);
    a.write("middle");
    await one.crank(1_000);
    await until(() => b.text() === "middle", "the first word");
    rooms.isDown = true;
    rooms.cut();
    a.write("start middle");
    b.write("middle end");
    await Promise.all([one.crank(3_000), two.crank(3_000)]);
    rooms.isDown = false;
    await Promise.all([one.crank(60_000), two.crank(60_000)]);
    expect(a.text()).toBe("start middle end");
    expect(b.text()).toBe("start middle end");
    await Promise.all([first.close(), second.close()]);
  });

  it("[CL26] a room's client id is used again only when its last user ended in order", async () => {
    const rooms = new RoomsTwin();
    const browser = new BrowserTwin(rooms);
    const clients = () => [...rooms.doc(ROOM).store.clients.keys()];
    const type = async (text: string) => {
      const live = await openAt(browser);
      const draft = live.openDraft(DIALOG, anna.id);
      await browser.crank(1_000);
      draft.write(text);
      await browser.crank(1_000);
      return live;
    };
    await (await type("one")).close();
    const [own] = clients();
    await (await type("one two")).close();
    expect(clients()).toEqual([own]);
    const crashed = await type("one two three");
    expect(clients()).toEqual([own]);
    await type("one two three four");
    expect(clients().length).toBe(2);
    expect(rooms.doc(ROOM).getText(DRAFT_TEXT).toJSON()).toBe("one two three four");
    await crashed.close();
  });

  it("a room that may not be entered is not knocked at again, and the draft stays here", async () => {
    const rooms = new RoomsTwin();
    rooms.closed.set(ROOM, CLOSE.forbidden);
    const browser = new BrowserTwin(rooms);
    const live = await openAt(browser);
    const draft = live.openDraft(DIALOG, anna.id);
    draft.write("mine");
    await browser.crank(5_000);
    const { joins } = rooms;
    await browser.crank(60_000);
    expect(rooms.joins).toBe(joins);
    expect(draft.text()).toBe("mine");
    await live.close();
  });
});

describe("the board", () => {
  it("[CL25] tells owners and who is where, and says who we are at most twice a second", async () => {
    const rooms = new RoomsTwin();
    rooms.setRows(BOARD_ROOM, [row(3, anna)]);
    const browser = new BrowserTwin(rooms);
    const live = await openAt(browser);
    let told = 0;
    live.subscribe(() => (told += 1));
    await browser.crank(1_000);
    await until(() => live.row(DIALOG)?.owner === anna.id, "the owner");
    rooms.setRows(BOARD_ROOM, [row(4, boris)]);
    await until(() => live.row(DIALOG)?.owner === boris.id, "the new owner");
    expect(live.lease(DIALOG)).toBe("live");
    rooms.speak(BOARD_ROOM, { client: 7, clock: 1, state: { author: boris.id, heardAt: 5, viewing: DIALOG } });
    rooms.speak(BOARD_ROOM, {
      client: 1,
      clock: 1,
      state: { gone: { [agent("clara").id]: { heardAt: 2, unsent: 3 } } },
    });
    await settle();
    expect(live.people()).toEqual([
      { author: boris.id, heardAt: 5, viewing: DIALOG },
      { author: agent("clara").id, heardAt: 2, unsent: 3, gone: true },
    ]);
    rooms.speak(BOARD_ROOM, { client: 7, clock: 2, state: null });
    await settle();
    expect(live.people().map(({ gone }) => gone)).toEqual([true]);
    expect(told).toBeGreaterThan(2);
    for (let i = 0; i < 20; i += 1) {
      live.say({ viewing: DIALOG, unsent: i });
      await browser.crank(100);
    }
    expect(rooms.said.length).toBeGreaterThan(2);
    expect(rooms.said.length).toBeLessThanOrEqual(6);
    await browser.crank(1_000);
    expect(rooms.said.at(-1)?.state).toEqual({ viewing: DIALOG, unsent: 19 });
    const { length } = rooms.said;
    await browser.crank(31_000);
    expect(rooms.said.length - length).toBe(2);
    await live.close();
    expect(rooms.said.at(-1)?.state).toBeNull();
  });

  it("[CL25] when the day is over the next day's board is read, without the rows of the old one", async () => {
    const rooms = new RoomsTwin();
    rooms.setRows(BOARD_ROOM, [row(3, anna)]);
    const browser = new BrowserTwin(rooms);
    const live = await openAt(browser);
    await browser.crank(1_000);
    await until(() => live.row(DIALOG) !== undefined, "the owner");
    rooms.docs.delete(BOARD_ROOM);
    rooms.setRows(BOARD_ROOM, [{ ...row(9, boris) }]);
    rooms.cut(CLOSE.dayOver);
    await browser.crank(3_000);
    await until(() => live.row(DIALOG)?.v === 9, "the new board");
    expect([...live.rows()].length).toBe(1);
    await live.close();
  });

  it("[I11] a board that we may not read any more is left and shows nothing; new teams' boards are joined", async () => {
    const rooms = new RoomsTwin();
    rooms.setRows(BOARD_ROOM, [row(3, anna)]);
    const browser = new BrowserTwin(rooms);
    const live = await openAt(browser);
    await browser.crank(1_000);
    await until(() => live.row(DIALOG) !== undefined, "the owner");
    rooms.closed.set(BOARD_ROOM, CLOSE.forbidden);
    rooms.cut(CLOSE.forbidden);
    await settle();
    expect(live.row(DIALOG)).toBeUndefined();
    const { joins } = rooms;
    await browser.crank(60_000);
    expect(rooms.joins).toBe(joins);
    live.setTeams([OTHER_TEAM]);
    await until(() => rooms.joins === joins + 1, "the other board");
    await live.close();
  });
});
