import { expect, it } from "vitest";
import { outFileOf, outgoingOf } from "../connector-world.contract.ts";
import { renderMessage } from "./render.ts";

const choices = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ label: `Вариант номер ${i} с длинными словами`, value: `v${i}` }));
const bodies = (...ask: Parameters<typeof outgoingOf>) => renderMessage(outgoingOf(...ask)).map(({ body }) => body);

it("[S37] equal answers make equal parts; a long text leaves in pieces, the answered message is named once", () => {
  const answer = outgoingOf("а".repeat(5000), {
    replyTo: "wamid.X",
    files: [outFileOf("a.pdf", "application/pdf", "pdf")],
  });
  const parts = renderMessage(answer);
  expect(parts).toEqual(renderMessage(answer));
  expect(parts.map(({ body, replyTo }) => [body.type, replyTo])).toEqual([
    ["text", "wamid.X"],
    ["text", undefined],
    ["document", undefined],
  ]);
});

it("[S37] short words go under the first file, except under a sound", () => {
  const picture = outFileOf("a.jpg", "image/jpeg", "x");
  expect(bodies("вот", { files: [picture] })).toEqual([{ type: "image", image: { caption: "вот" } }]);
  expect(bodies("вот", { files: [outFileOf("a.ogg", "audio/ogg", "x")] }).map(({ type }) => type)).toEqual([
    "text",
    "audio",
  ]);
  expect(bodies("", { files: [outFileOf("a.pdf", "application/pdf", "x")] })).toEqual([
    { type: "document", document: { filename: "a.pdf" } },
  ]);
});

it("[S37] three buttons are buttons of 20 characters, more are a list whose rows show long words below", () => {
  expect(bodies("?", { choices: choices(2) })).toEqual([
    {
      type: "interactive",
      interactive: {
        type: "button",
        body: { text: "?" },
        action: {
          buttons: [
            { type: "reply", reply: { id: "v0", title: "Вариант номер 0 с дл" } },
            { type: "reply", reply: { id: "v1", title: "Вариант номер 1 с дл" } },
          ],
        },
      },
    },
  ]);
  const [list] = bodies("?", { choices: choices(12), locale: "en" });
  const { action } = (list?.["interactive"] ?? {}) as {
    action: { button: string; sections: { rows: { title: string; description: string }[] }[] };
  };
  expect([action.button, action.sections[0]?.rows.length]).toEqual(["Choose", 10]);
  expect(action.sections[0]?.rows[0]).toMatchObject({
    title: "Вариант номер 0 с длинны",
    description: "Вариант номер 0 с длинными словами",
  });
});

it("[S37] text above buttons is at most 1024 characters: the rest goes before", () => {
  const parts = bodies("слово ".repeat(400).trim(), { choices: choices(1) });
  expect(parts.map(({ type }) => type)).toEqual(["text", "text", "interactive"]);
  const { body } = (parts[2]?.["interactive"] ?? {}) as { body: { text: string } };
  expect(body.text.length).toBeLessThanOrEqual(1024);
});

it("[S37] a template leaves alone, with values by place or by name", () => {
  const extra = { template: { name: "visit", language: "ru", values: ["Иван", "завтра"] } };
  expect(bodies("Здравствуйте, Иван", { extra })).toEqual([
    {
      type: "template",
      template: {
        name: "visit",
        language: { code: "ru" },
        components: [
          {
            type: "body",
            parameters: [
              { type: "text", text: "Иван" },
              { type: "text", text: "завтра" },
            ],
          },
        ],
      },
    },
  ]);
  const named = { template: { name: "visit", language: "ru", values: { day: "завтра" } } };
  expect(JSON.stringify(bodies("", { extra: named }))).toContain('"parameter_name":"day","text":"завтра"');
  expect(bodies("", { extra: { template: { name: "hello", language: "en_US" } } })).toEqual([
    { type: "template", template: { name: "hello", language: { code: "en_US" } } },
  ]);
  expect(bodies("текст", { extra: { template: { name: "" } } })).toMatchObject([{ type: "text" }]);
});
