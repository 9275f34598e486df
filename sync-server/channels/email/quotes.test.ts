import { describe, expect, it } from "vitest";
import { findFolds } from "./quotes.ts";

/** `|` stands where the signature begins, `‖` where the quote does; the text with the marks where they were found. */
function marked(text: string): string {
  const plain = text.replaceAll(/[|‖]/g, "");
  const { signature, quoted } = findFolds(plain);
  const withQuote = quoted === undefined ? plain : `${plain.slice(0, quoted)}‖${plain.slice(quoted)}`;
  return signature === undefined ? withQuote : `${withQuote.slice(0, signature)}|${withQuote.slice(signature)}`;
}

describe("where a quote and a signature begin", () => {
  it("[S37] as programs write them before a quote", () => {
    const texts = [
      "Yes.\n\n‖On Mon, Nov 2, 2026 at 12:41 PM Anna <a@x.example> wrote:\n> no",
      "Да.\n\n‖2 ноября 2026 г., 12:41, Анна <a@x.example> писал(а):\n> нет",
      "Да.\n\n‖02.11.2026 12:41, Анна пишет:\n> нет",
      "Да.\n\n‖понедельник, 2 ноября 2026 г., 12:41 +03:00 от Анна <a@x.example>:\n>нет",
      "Да.\n\n‖Вы писали 2 ноября 2026 г., 12:41:\n\n> нет\n> нет",
      "Ja.\n\n‖Am 02.11.2026 um 12:41 schrieb Anna <a@x.example>:\n> nein",
      "Yes.\n\n‖-----Original Message-----\nFrom: Anna\n\nno",
      "Да.\n\n‖-------- Исходное сообщение --------\nОт: Анна\n\nнет",
      "Да.\n\n‖-------- Пересылаемое сообщение --------\n02.11.2026, Анна:\nнет",
      "Да.\n\n‖От: Анна <a@x.example>\nОтправлено: 2 ноября 2026 г.\nКому: Иван\nТема: Принтер\n\nнет",
      "Yes.\n\n‖*From:* Anna\n*Sent:* Monday\n*To:* Ivan\n*Subject:* Printer\n\nno",
      "Yes.\n‖> one\n> two",
    ];
    expect(texts.map(marked)).toEqual(texts);
  });

  it("[S37] signatures before it or without one", () => {
    const texts = [
      "Yes.\n|-- \nIvan\nroom 301",
      "Yes.\n\n|Best regards,\nIvan",
      "Да.\n\n|С уважением, Иван Петров\nбухгалтерия\n\n‖02.11.2026 12:41, Анна пишет:\n> нет",
      "Yes.\n\n|Sent from my iPhone",
      "Да.\n\n|Отправлено из Mail.ru для Android",
    ];
    expect(texts.map(marked)).toEqual(texts);
  });

  it("[S37] what an author wrote himself is never folded away", () => {
    const texts = [
      "He wrote:\nit does not work.",
      "From: the office\nTo: you\nthe printer came.",
      "> Which one?\nThe left one.\n> And the other?\nNo.",
      "On Monday, Nov 2, Anna wrote:\n> Which one?\n\nThe left one.",
      "> only\n> a quote",
      "-- \nonly a signature",
      "С уважением отношусь к принтеру, но он не печатает.\nЧто делать?",
      "a > b\nb < a",
      "",
    ];
    expect(texts.map(marked)).toEqual(texts);
  });

  it("[S37] a text of any kind is read in time that its length allows", () => {
    for (const piece of [">", "> \n", "From: a\n", "On 2026 ", "-- \n", "wrote:\n", "_".repeat(30)]) {
      const text = piece.repeat(20_000 / piece.length);
      const { signature = 0, quoted = 0 } = findFolds(text);
      expect(signature).toBeLessThanOrEqual(text.length);
      expect(quoted).toBeLessThanOrEqual(text.length);
    }
  });
});
