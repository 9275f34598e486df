import { describe, expect, it } from "vitest";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { OutFile, Outgoing } from "../port.ts";
import { callbackData, renderTelegram } from "./render.ts";

const address = { chat: 77 };
const outgoing = (rest: Partial<Outgoing>): Outgoing => ({
  key: "k",
  text: "",
  files: [],
  choices: [],
  refs: [],
  thread: "dialog.000000000000000000" as ThreadId,
  locale: "ru",
  automatic: false,
  ...rest,
});
const file = (rest: Partial<OutFile>): OutFile => ({
  sha: "0",
  name: "a.png",
  type: "image/png",
  size: 1000,
  open: async () => (async function* () {})(),
  ...rest,
});
const picture = file({ width: 800, height: 600 });

describe("what leaves for Telegram", () => {
  it("[S8] a long text leaves in pieces of at most 4096, none of which ends inside of a character", () => {
    const text = `a${"🖨️".repeat(3000)}`;
    const parts = renderTelegram(outgoing({ text }), address, false);
    expect(parts.map((part) => part.text).join("")).toBe(text);
    for (const part of parts) {
      expect(part.text.length).toBeLessThanOrEqual(4096);
      expect(part.text).not.toMatch(/[\ud800-\udbff]$|^[\udc00-\udfff]/);
    }
  });

  it("[S8] the first part points at what it answers, the buttons stand under the last one", () => {
    const choices = [{ label: "Да", value: "yes" }];
    const text = `${"a".repeat(4000)} ${"b".repeat(4000)}`;
    const parts = renderTelegram(outgoing({ text, choices, replyTo: "77:5" }), address, false);
    expect(parts).toMatchObject([{ replyTo: 5, buttons: [] }, { buttons: [{ text: "Да", data: "yes" }] }]);
    expect(parts[1]).not.toHaveProperty("replyTo");
  });

  it("[S8] a message of another chat is not pointed at", () => {
    expect(renderTelegram(outgoing({ text: "x", replyTo: "78:5" }), address, false)[0]).not.toHaveProperty("replyTo");
    expect(renderTelegram(outgoing({ text: "x", replyTo: "mid.5" }), address, false)[0]).not.toHaveProperty("replyTo");
  });

  it("[S8] one file carries a short text; several leave one by one behind it", () => {
    expect(renderTelegram(outgoing({ text: "смотрите", files: [picture] }), address, false)).toMatchObject([
      { kind: "photo", text: "смотрите" },
    ]);
    expect(renderTelegram(outgoing({ text: "x".repeat(1025), files: [picture] }), address, false)).toMatchObject([
      { kind: "text" },
      { kind: "photo", text: "" },
    ]);
    const both = renderTelegram(
      outgoing({ text: "два", files: [picture, file({ type: "text/csv" })] }),
      address,
      false,
    );
    expect(both.map((part) => part.kind)).toEqual(["text", "photo", "document"]);
  });

  it("[S8] a picture that Telegram would not show as one leaves as a document", () => {
    const kinds = [
      file({ width: 9000, height: 2000 }),
      file({ width: 4000, height: 100 }),
      file({ width: 800, height: 600, size: 11 * 1024 * 1024 }),
      file({ type: "image/gif", width: 10, height: 10 }),
    ].map((one) => renderTelegram(outgoing({ files: [one] }), address, false)[0]?.kind);
    expect(kinds).toEqual(kinds.map(() => "document"));
  });

  it("[S8] a picture of unknown size is tried as one", () => {
    expect(renderTelegram(outgoing({ files: [file({})] }), address, false)).toMatchObject([{ kind: "photo" }]);
  });

  it("[S8] a value too long for a button is named by its hash, always the same", () => {
    expect(callbackData("ы".repeat(32))).toBe("ы".repeat(32));
    const long = callbackData("ы".repeat(33));
    expect(long).toMatch(/^~[0-9a-f]{40}$/);
    expect(callbackData("ы".repeat(33))).toBe(long);
    expect(callbackData("ы".repeat(34))).not.toBe(long);
  });

  it("[S8] the agent's name stands first where the channel says so", () => {
    const said = outgoing({ text: "Здравствуйте", by: "Анна" });
    expect(renderTelegram(said, address, true)[0]?.text).toBe("Анна:\nЗдравствуйте");
    expect(renderTelegram(said, address, false)[0]?.text).toBe("Здравствуйте");
  });

  it("[S8] nothing to say makes no part; buttons alone get something to stand under", () => {
    expect(renderTelegram(outgoing({}), address, false)).toEqual([]);
    expect(renderTelegram(outgoing({ choices: [{ label: "Да", value: "y" }] }), address, false)).toHaveLength(1);
  });
});
