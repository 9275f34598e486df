import { describe, expect, it } from "vitest";
import { outFileOf, outgoingOf } from "../connector-world.contract.ts";
import { recipientOf, renderMax } from "./render.ts";

const choices = [{ label: "Да", value: "yes" }];
const picture = outFileOf("a.png", "image/png", "x");
const report = outFileOf("a.pdf", "application/pdf", "x");

describe("what leaves for MAX", () => {
  it("[S37] a long text leaves in pieces of at most 4000; the first points at what it answers", () => {
    const text = "слово ".repeat(2000).trim();
    const parts = renderMax(outgoingOf(text, { replyTo: "mid.00ff" }), false);
    expect(parts.map((part) => part.text).join(" ")).toBe(text);
    for (const part of parts) expect(part.text.length).toBeLessThanOrEqual(4000);
    expect(parts.map((part) => part.replyTo)).toEqual(["mid.00ff", ...parts.slice(1).map(() => undefined)]);
    expect(renderMax(outgoingOf("x", { replyTo: "77:5" }), false)[0]).not.toHaveProperty("replyTo");
  });

  it("[S37] one file carries the text; several leave one by one behind it", () => {
    expect(renderMax(outgoingOf("смотрите", { files: [picture] }), false)).toMatchObject([
      { text: "смотрите", file: { as: "image" } },
    ]);
    expect(renderMax(outgoingOf("два", { files: [picture, report] }), false)).toMatchObject([
      { text: "два" },
      { text: "", file: { as: "image" } },
      { text: "", file: { as: "file" } },
    ]);
  });

  it("[S37] buttons never stand under a document: the text with them comes last", () => {
    expect(renderMax(outgoingOf("Помогло?", { files: [report], choices }), false)).toMatchObject([
      { file: { as: "file" }, buttons: [] },
      { text: "Помогло?", buttons: [{ text: "Да", payload: "yes" }] },
    ]);
    expect(renderMax(outgoingOf("", { files: [report], choices }), false)).toMatchObject([{}, { text: "⬇️" }]);
    expect(renderMax(outgoingOf(""), false)).toEqual([]);
  });

  it("[S37] a file leaves as what MAX shows or plays, the rest as documents", () => {
    const as = (type: string, more: object = {}) =>
      renderMax(outgoingOf("", { files: [{ ...picture, type, ...more }] }), false)[0]?.file?.as;
    expect(as("image/jpeg")).toBe("image");
    expect(as("image/jpeg", { size: 51 * 1024 * 1024 })).toBe("file");
    expect(as("image/jpeg", { width: 8000, height: 10 })).toBe("file");
    expect(as("image/svg+xml")).toBe("file");
    expect(as("video/mp4")).toBe("video");
    expect(as("audio/mpeg")).toBe("audio");
    expect(as("audio/ogg")).toBe("file");
  });

  it("[S37] the agent's name stands first where the channel says so", () => {
    expect(renderMax(outgoingOf("Здравствуйте", { by: "Анна" }), true)[0]?.text).toBe("Анна:\nЗдравствуйте");
    expect(renderMax(outgoingOf("Здравствуйте", { by: "Анна" }), false)[0]?.text).toBe("Здравствуйте");
  });

  it("[S37] an address is a dialog, or a user where the dialog was not told", () => {
    expect(recipientOf({ chat: 5 })).toEqual({ name: "chat_id", id: 5 });
    expect(recipientOf({ user: 6 })).toEqual({ name: "user_id", id: 6 });
    expect(() => recipientOf({})).toThrow(TypeError);
  });
});
