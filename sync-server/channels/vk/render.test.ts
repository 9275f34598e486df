import { expect, it } from "vitest";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { OutFile, Outgoing } from "../port.ts";
import { randomIdOf, renderMessage } from "./render.ts";

const outgoing = (more: Partial<Outgoing>): Outgoing => ({
  key: "k",
  text: "",
  files: [],
  choices: [],
  refs: [],
  thread: "dialog.000000000000000000" as ThreadId,
  locale: "ru",
  automatic: false,
  ...more,
});
const file = (name: string): OutFile => ({
  sha: "0".repeat(64),
  name,
  type: "text/plain",
  size: 1,
  open: () => Promise.reject(new Error("rendering opens nothing")),
});

it("[S37] equal answers make equal parts; text and files leave together, the answered message is named once", () => {
  const files = Array.from({ length: 12 }, (_, i) => file(`${i}.txt`));
  const answer = outgoing({ text: "а".repeat(5000), files, replyTo: "490" });
  const parts = renderMessage(answer);
  expect(parts).toEqual(renderMessage(answer));
  expect(parts.map(({ text, files: own, replyTo }) => [text.length, own.length, replyTo])).toEqual([
    [4096, 0, "490"],
    [904, 10, undefined],
    [0, 2, undefined],
  ]);
});

it("[S37] buttons fit VK's inline keyboard: ten in five rows, words of 40, payloads of 255 characters", () => {
  const choices = Array.from({ length: 12 }, (_, i) => ({
    label: `${i} ${"слово ".repeat(10)}`,
    value: `v${i}-${"x".repeat(230)}`,
  }));
  const [part] = renderMessage(outgoing({ text: "Как вам?", choices }));
  const keyboard = JSON.parse(part?.keyboard ?? "{}") as {
    inline: boolean;
    buttons: { action: { label: string; payload: string } }[][];
  };
  const all = keyboard.buttons.flat();
  expect([keyboard.inline, keyboard.buttons.length, all.length]).toEqual([true, 5, 10]);
  expect(all.every(({ action }) => action.label.length <= 40 && action.payload.length <= 255)).toBe(true);
  expect(JSON.parse(all[0]?.action.payload ?? "")).toEqual({ value: choices[0]?.value });
  const [few] = renderMessage(outgoing({ text: "?", choices: [{ label: "Да", value: "y" }] }));
  expect(few?.keyboard).toContain(String.raw`{\"value\":\"y\",\"label\":\"Да\"}`);
});

it("[S37] a key is the same 32-bit number each time, and never 0, which VK does not compare", () => {
  expect(randomIdOf("ffffffff00")).toBe(-1);
  expect(randomIdOf("7fffffff00")).toBe(2_147_483_647);
  expect(randomIdOf("0000000012")).toBe(1);
});
