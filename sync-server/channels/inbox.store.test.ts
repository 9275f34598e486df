import { afterEach, describe, expect, test } from "vitest";
import { CHANNEL_DEVICE, derivedThreadId, personOfUser } from "../../shared/kernel/ids.ts";
import { type Bench, type BenchParts, openBench } from "./contract-bench.ts";
import { beginDialog, headNow, isSettled, textOf } from "./contract-clause.ts";
import { TEAM } from "./contract-desk.ts";
import { makeTwinModule, openTwinFake } from "./contract-twin.ts";
import { ChannelError, type ChannelModule, type InboundEvent } from "./port.ts";

let bench: Bench;
afterEach(() => bench.close());

async function open(parts: Partial<BenchParts> = {}): Promise<Bench> {
  bench = await openBench({ module: makeTwinModule(), openFake: openTwinFake, ...parts });
  return bench;
}
/** A twin whose connector hands over these events once, as soon as it is open. */
function bringing(events: readonly InboundEvent[]): ChannelModule {
  const module = makeTwinModule();
  return {
    ...module,
    open: (parts) => ({
      ...module.open(parts),
      receive: async (sink, signal) => {
        await sink.take(events);
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      },
    }),
  };
}
const asides = async () => (await bench.desk().book.asides(bench.channel, undefined))?.rows ?? [];
const event = (user: string, more: object): InboundEvent =>
  ({ id: `event-${user}`, at: 1_000, user: { id: user }, address: { chat: user }, ...more }) as unknown as InboundEvent; // told by each test

describe("what a channel brings", () => {
  test("[S1] a user's item bears his name and time, the channel's device and nobody's signature", async () => {
    await open({ module: bringing([event("ivan", { t: "message", text: "old news", automatic: true })]) });
    const { item } = await bench.message("old news");
    expect(item).toMatchObject({
      device: CHANNEL_DEVICE,
      at: 1_000,
      offset: 0,
      mode: "online",
      extra: { automatic: true },
    });
    expect(item.sig).toBeUndefined();
    expect(item.stamp.at).toBeGreaterThan(1_000);
  });

  test("[S37] where references thread, a message goes where it refers to; another's dialog is no place for it", async () => {
    await open({ module: makeTwinModule({ threading: "references" }) });
    const first = await bench.fake.userWrites({ user: "ivan", text: "about the printer" });
    const one = await bench.message("about the printer");
    await bench.fake.userWrites({ user: "ivan", text: "about the lamp" });
    const two = await bench.message("about the lamp");
    expect(two.head._id).not.toBe(one.head._id);
    await bench.fake.userWrites({ user: "ivan", text: "the printer again", replyTo: first.external });
    expect((await bench.message("the printer again")).head._id).toBe(one.head._id);
    await bench.fake.userWrites({ user: "olga", text: "let me in", replyTo: first.external });
    const stranger = await bench.message("let me in");
    expect(stranger.head._id).not.toBe(one.head._id);
    expect(stranger.head.user).not.toBe(one.head.user);
    // An answer goes to the dialog's own address and refers to its own messages.
    await bench.replies(one.head._id, "which printer?");
    await bench.until("it has left", () => bench.seen("which printer?").length === 1);
    expect(bench.seen("which printer?")[0]?.to).toBe("ivan");
  });

  test("[CL23] a message long after the end goes on in the next dialog; repeated it stays one, edited its copy is", async () => {
    let ahead = 0;
    await open({ clock: () => Date.now() + ahead });
    const head = await beginDialog(bench);
    await bench.replies(head._id, "done");
    const now = headNow(bench, head);
    const seen = { inc: now.inc, n: now.n };
    await bench.desk().act({ kind: "close", thread: head._id, base: { inc: now.inc, epoch: now.epoch }, seen });
    ahead = 30 * 24 * 3_600_000;
    const external = await bench.writes("ivan", "it broke again");
    await bench.until("the next dialog", async () => headNow(bench, head).next !== undefined);
    const next = headNow(bench, head).next;
    await bench.until("it is there", async () =>
      (await bench.messages("it broke again")).some((item) => item.thread === next),
    );
    await bench.fake.repeatAll();
    await bench.fake.userEdits?.(external, "it broke again, badly");
    await bench.until("an edit", async () => (await bench.all()).some((item) => item.kind === "edit"));
    const said = (await bench.messages("it broke again")).filter((item) => item.stamp.verdict !== "moved");
    expect(said).toHaveLength(1);
    const edit = (await bench.all()).find((item) => item.kind === "edit");
    expect(edit).toMatchObject({ thread: next, of: said[0]?.id });
    await bench.writes("ivan", "and once more");
    expect((await bench.message("and once more")).head._id).toBe(next);
  });

  test("[S37] a file that cannot be had is tried again; then the message comes without it, and says so", async () => {
    let tries = 0;
    const module = makeTwinModule();
    await open({
      module: {
        ...module,
        open: (parts) => ({
          ...module.open(parts),
          fetch: async () => {
            tries += 1;
            throw new ChannelError("unreachable", "the files' server is down");
          },
        }),
      },
      times: { fetchTries: 3 },
    });
    const files = [{ name: "a.pdf", type: "application/pdf", bytes: Buffer.from("%PDF-1.4") }];
    await bench.fake.userWrites({ user: "ivan", text: "see the file", files });
    const { item } = await bench.message("see the file");
    expect(tries).toBe(3);
    expect(item).toMatchObject({ extra: { lostFiles: [{ name: "a.pdf", reason: "not-fetched" }] } });
    await bench.until("a row for the admin", async () => (await asides()).length === 1);
    expect(await asides()).toMatchObject([{ reason: "file-lost", detail: "a.pdf: not-fetched" }]);
  });

  test("[S37] what a browser would run, and what is too large, stays outside and is named", async () => {
    await open({ module: makeTwinModule({ fileBytesIn: 50 }) });
    const files = [
      { name: "run.exe", type: "image/png", bytes: Buffer.from("MZ") },
      { name: "page.txt", type: "text/plain", bytes: Buffer.from("<html><script>1</script>") },
      { name: "large.txt", type: "text/plain", bytes: Buffer.alloc(51, 97) },
      { name: "../../etc/\u202Etxt.good", type: "text/html", bytes: Buffer.from("just words") },
    ];
    await bench.fake.userWrites({ user: "ivan", text: "four files", files });
    const { item } = await bench.message("four files");
    expect(item.kind === "message" ? item.files : []).toMatchObject([
      { name: "txt.good", type: "text/plain; charset=utf-8" },
    ]);
    expect(item).toMatchObject({
      extra: {
        lostFiles: [
          { name: "run.exe", reason: "file-kind" },
          { name: "page.txt", reason: "file-kind" },
          { name: "large.txt", reason: "too-large" },
        ],
      },
    });
  });

  test("[S37] a text that one item does not hold comes whole, in several, also when it comes twice", async () => {
    await open();
    const text = Array.from({ length: 6_000 }, (_, at) => `слово${at}`).join(" ");
    await bench.fake.userWrites({ user: "ivan", text });
    await bench.until("all of it", async () => (await bench.messages("слово5999")).length === 1);
    await bench.fake.repeatAll();
    const parts = [...(await bench.messages("слово"))].sort((a, b) => a.stamp.n - b.stamp.n);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map(textOf).join("")).toBe(text);
  });

  test("[S37] a bare number answers the lines that were shown last, and is a number after other words", async () => {
    await open({ module: makeTwinModule({ buttons: 0 }) });
    const head = await beginDialog(bench);
    await bench.desk().reply(head._id, { text: "Better?", buttons: ["Yes", "No"] });
    await bench.until("it has left", () => isSettled(bench, head) && bench.seen("Better?").length === 1);
    await bench.writes("ivan", "2)");
    await bench.message("No");
    await bench.replies(head._id, "How many printers?");
    await bench.until("it has left", () => isSettled(bench, head) && bench.seen("How many").length === 1);
    await bench.writes("ivan", "2");
    expect(textOf((await bench.message("2")).item)).toBe("2");
    expect(await bench.messages("No")).toHaveLength(1);
  });

  test('[S22] "please check" is answered by a button; only where the desk asked', async () => {
    await open();
    const head = await beginDialog(bench);
    const ticket = derivedThreadId("ticket", "one");
    const params = { number: 7, status: "done", ru: "Готово", en: "Done" };
    const at = Date.now();
    await bench.desk().system({ kind: "open", thread: ticket, cause: "ticket", at, team: TEAM, dialog: head._id });
    await bench.desk().system({ kind: "link", thread: head._id, cause: "link", at, to: ticket, relation: "ticket" });
    await bench
      .desk()
      .system({ kind: "notice", thread: head._id, cause: "done", at, code: "ticket-done", params, via: ticket });
    await bench.until("it has left", () => isSettled(bench, head) && bench.seen("№ 7").length === 1);
    const [sent] = bench.seen("№ 7");
    expect(sent?.buttons).toEqual(["Принять работу", "Вернуть в работу"]);
    await bench.fake.userPresses?.(sent?.external ?? "", "Вернуть в работу");
    await bench.until("his answer", async () => (await bench.all()).some((item) => item.kind === "accept"));
    expect((await bench.all()).filter((item) => item.kind === "accept")).toMatchObject([
      { thread: head._id, answer: "reopen", via: ticket, author: head.user },
    ]);
  });

  test("[S37] outside of its hours new dialogs go to the other team; those that are there stay", async () => {
    const night = derivedThreadId("team", "night");
    const at = Date.parse("2026-03-02T20:00:00Z"); // a Monday
    let now = Date.parse("2026-03-02T10:00:00Z");
    await open({ clock: () => now });
    await bench.desk().system({ kind: "open", thread: night, cause: "night", at: now, set: { name: "Night" } });
    const hours = { days: [1, 2, 3, 4, 5], from: "09:00", to: "18:00", zone: "UTC" };
    await bench.desk().system({
      kind: "set-field",
      thread: bench.channel,
      cause: "hours",
      at: now,
      set: { hours, outsideTeam: night },
    });
    const day = await beginDialog(bench, "ivan");
    now = at;
    const late = await beginDialog(bench, "olga");
    await bench.writes("ivan", "still there");
    await bench.message("still there");
    expect([day.team, late.team, headNow(bench, day).team]).toEqual([TEAM, night, TEAM]);
  });

  test("[S8] a group is refused politely, once; a user is greeted once", async () => {
    const group = (id: string) => event(id, { id, t: "refuse", why: "group", address: { chat: "the group" } });
    const start = (id: string) => event("olga", { id, t: "start" });
    await open({
      module: bringing([
        group("a"),
        group("b"),
        start("c"),
        start("d"),
        event("olga", { t: "message", text: "hello" }),
      ]),
    });
    await bench.message("hello");
    expect(bench.fake.sent().map(({ to }) => to)).toEqual(["the group", "olga"]);
    expect(bench.seen("личных сообщениях")).toHaveLength(1);
  });

  test("[S37] an event that the desk cannot bear is set aside, and read again once it can", async () => {
    await open({
      module: bringing([
        event("ivan", { id: "early", t: "edit", of: "his-message", text: "mended" }),
        event("ivan", { id: "late", t: "message", external: "his-message", text: "meant" }),
      ]),
    });
    await bench.message("meant");
    const [row] = await asides();
    expect(row).toMatchObject({ reason: "unknown-message", detail: "his-message" });
    expect(await bench.desk().lines.readAgain(bench.channel, row?.id ?? "")).toEqual({ done: true });
    expect(await asides()).toEqual([]);
    expect((await bench.all()).filter((item) => item.kind === "edit")).toMatchObject([{ text: "mended" }]);
  });

  test("[S8] who is writing is shown at his dialog, and kept nowhere", async () => {
    const words = event("ivan", { t: "message", text: "wait" });
    await open({ module: bringing([words]) });
    const { head } = await bench.message("wait");
    const raw = { t: "typing", user: "ivan", on: true };
    await bench.desk().lines.records.keepAside(bench.channel, { at: 1, reason: "failed", raw, of: "event" });
    const before = (await bench.all()).length;
    const [row] = await asides();
    await bench.desk().lines.readAgain(bench.channel, row?.id ?? "");
    expect(bench.desk().typed()).toEqual([{ thread: head._id, on: true }]);
    expect(await bench.all()).toHaveLength(before);
  });

  test("[S2] the person has what the channel tells; a name that somebody of the desk gave is not written over", async () => {
    const ids = [{ kind: "phone", value: "+79990001122", verified: true }];
    const profile = (id: string, name: string) =>
      event("ivan", { id, t: "profile", user: { id: "ivan", name, ids, locale: "en" } });
    await open({ module: bringing([profile("a", "Vanya"), event("ivan", { t: "message", text: "hi" })]) });
    const { head } = await bench.message("hi");
    const person = personOfUser(head.user ?? ("" as never));
    const fields = () =>
      bench
        .desk()
        .heads()
        .find(({ _id }) => _id === person)?.fields ?? {};
    expect(fields()["name"]?.value).toBe("Vanya");
    expect(fields()["phone"]?.value).toBe("+79990001122");
    expect(fields()["id.phone"]?.value).toEqual({ value: "+79990001122", verified: true });
    await bench.desk().act({ kind: "set-field", thread: person, set: { name: "Ivan Petrov" } });
    const raw = profile("b", "Vanya II");
    await bench
      .desk()
      .lines.records.keepAside(bench.channel, { at: 1, reason: "failed", raw: raw as never, of: "event" });
    const [row] = await asides();
    expect(await bench.desk().lines.readAgain(bench.channel, row?.id ?? "")).toEqual({ done: true });
    expect(fields()["name"]?.value).toBe("Ivan Petrov");
  });
});
