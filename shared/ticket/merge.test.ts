import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { initializeBase64Wasm } from "@automerge/automerge/slim";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { FileRef } from "../items/base.ts";
import { sha256Hex } from "../kernel/hash.ts";
import { actorFor } from "./actor.ts";
import { keyOfCell } from "./cells.ts";
import type { TicketContent } from "./content.ts";
import { filesOf, rowsOf } from "./content.ts";
import { anyStep, DEVICES, play } from "./contract-world.ts";
import type { TicketDoc } from "./document.ts";
import { emptyTicket } from "./document.ts";
import type { FieldEdit } from "./edits.ts";
import { conflictsOf, editOfCell } from "./merge.ts";

beforeAll(() => initializeBase64Wasm(automergeWasmBase64));

const photo = (name: string): FileRef => ({ sha: sha256Hex(name), name, type: "image/jpeg", size: 9 });

/** Devices that all begin with the same document, write each for itself, and then hear of each other. */
function apart(first: readonly FieldEdit[], ...each: readonly (readonly FieldEdit[])[]) {
  const start = first.length === 0 ? emptyTicket() : write(emptyTicket(), 3, first).doc;
  const made = each.map((edits, who) => write(start, who, edits));
  const docs = made.map(({ doc }) => made.reduce((grown, { bytes }) => hear(grown, bytes), doc));
  const [one = start, ...others] = docs;
  for (const other of others) expect(other.content()).toEqual(one.content());
  return { doc: one, hashes: made.map(({ hash }) => hash), content: one.content() };
}

function write(doc: TicketDoc, who: number, edits: readonly FieldEdit[]) {
  const device = DEVICES[who];
  if (device === undefined) throw new Error("no such device");
  const made = doc.edit(edits, actorFor(device, "0123456789ab"), 1_700_000_000_000 + who);
  if (!made.ok) throw new Error(made.fault);
  return { doc: made.doc, bytes: made.bytes, hash: made.change.hash };
}

function hear(doc: TicketDoc, bytes: Uint8Array): TicketDoc {
  const next = doc.with(bytes);
  if (!next.ok) throw new Error(next.fault);
  return next.doc;
}

const text = (at: number, insert: string, remove = 0): FieldEdit => ({
  f: "text",
  field: "diagnosis",
  at,
  remove,
  insert,
});
const room = (value: string | number): FieldEdit => ({ f: "set", field: "room", value });
const list = (content: TicketContent) => rowsOf(content, "checklist");
const row = (id: string, more: Partial<Extract<FieldEdit, { f: "row" }>>): FieldEdit => {
  return { f: "row", list: "checklist", row: id, ...more };
};

describe("[U15] what several people wrote without knowing of each other", () => {
  it("texts keep the words of both, each in its place", () => {
    const start = [text(0, "Кабель цел. Порт мёртв.")];
    const { content } = apart(start, [text(12, "Проверил тестером. ")], [text(23, " Заменил порт.")]);
    expect(content.diagnosis).toBe("Кабель цел. Проверил тестером. Порт мёртв. Заменил порт.");
    expect(apart(start, [text(0, "", 12)], [text(23, " Точно.")]).content.diagnosis).toBe("Порт мёртв. Точно.");
    expect(content.conflicts).toEqual([]);
  });

  it("checklists hold the rows of both; a tick is a tick", () => {
    const start = [row("a", { text: "Питание" }), row("b", { text: "Сеть", done: true })];
    const { content } = apart(
      start,
      [row("a", { done: true }), row("c", { text: "Экран" })],
      [row("a", { text: "Питание 220" }), row("b", { done: false }), row("d", { text: "Звук" })],
    );
    expect(list(content)).toEqual([
      { id: "a", text: "Питание 220", done: true },
      { id: "b", text: "Сеть", done: false },
      { id: "c", text: "Экран", done: false },
      { id: "d", text: "Звук", done: false },
    ]);
    const ticks = apart(
      [row("a", { text: "Питание", done: false })],
      [row("a", { done: true })],
      [row("a", { text: "Питание 220" })],
    );
    expect(list(ticks.content)).toEqual([{ id: "a", text: "Питание 220", done: true }]);
    const both = apart([], [row("a", { done: true })], [row("a", { done: false })]);
    expect(list(both.content)).toEqual([{ id: "a", text: "", done: true }]);
    expect(both.content.conflicts).toEqual([]);
  });

  it("of an edit and a removal at the same time the edit is seen; a removal that knew of it stays", () => {
    const start = [row("a", { text: "Питание" })];
    const { doc, content } = apart(start, [row("a", { removed: true })], [row("a", { text: "Питание", done: true })]);
    expect(list(content)).toEqual([{ id: "a", text: "Питание", done: true }]);
    const gone = write(doc, 0, [row("a", { removed: true })]).doc;
    expect(list(gone.content())).toEqual([]);
    const back = write(gone, 1, [row("a", { removed: false })]).doc;
    expect(list(back.content())).toEqual([{ id: "a", text: "Питание", done: true }]);
  });

  it("two rewordings of a row ask which", () => {
    const { content } = apart([row("a", { text: "x" })], [row("a", { text: "y" })], [row("a", { text: "z" })]);
    expect(conflictsOf(content).map(({ choices }) => choices.map(({ value }) => value).toSorted(byText))).toEqual([
      ["y", "z"],
    ]);
    const asked = apart([row("a", { text: "x" })], [row("a", { text: "y" })], [row("a", { text: "z" })]).doc;
    expect(conflictsOf(write(asked, 0, [row("a", { removed: true })]).doc.content())).toEqual([]);
  });

  it("photos are those of both; one that is taken away and added again at the same time stays", () => {
    const add = (name: string): FieldEdit => ({ f: "file", place: "photos", sha: photo(name).sha, file: photo(name) });
    const remove = (name: string): FieldEdit => ({ f: "file", place: "photos", sha: photo(name).sha, file: null });
    const names = (content: TicketContent) => (content.files["photos"] ?? []).map(({ name }) => name).sort();
    expect(names(apart([add("стойка")], [add("порт")], [add("порт"), add("кабель")]).content)).toEqual([
      "кабель",
      "порт",
      "стойка",
    ]);
    const gone = apart([add("a"), add("b")], [remove("a")], [add("c")]);
    expect(names(gone.content)).toEqual(["b", "c"]);
    expect(names(apart([add("a"), remove("a")], [add("a")], [remove("b")]).content)).toEqual(["a"]);
    expect(gone.content.conflicts).toEqual([]);
  });

  it("parts and time are those of both; two amounts of one part ask which", () => {
    const { content, hashes } = apart(
      [{ f: "part", id: "p", name: "Кабель", count: 1 }],
      [
        { f: "part", id: "p", count: 2 },
        { f: "part", id: "q", name: "Вилка" },
        { f: "time", id: "t", minutes: 10, what: "Дорога" },
      ],
      [
        { f: "part", id: "p", count: 3 },
        { f: "time", id: "u", minutes: 20, what: "Работа" },
      ],
    );
    expect(content.parts.map(({ id, name }) => [id, name])).toEqual([
      ["p", "Кабель"],
      ["q", "Вилка"],
    ]);
    expect(content.time.map(({ id, minutes }) => [id, minutes])).toEqual([
      ["t", 10],
      ["u", 20],
    ]);
    const [card, ...more] = conflictsOf(content);
    expect(more).toEqual([]);
    expect(card?.cell).toEqual({ root: "parts", id: "p", part: "count" });
    expect(card?.choices.map(({ value, written }) => [value, written[0]?.change])).toEqual([
      [2, hashes[0]],
      [3, hashes[1]],
    ]);
  });

  it("numbers and choices show both values with who wrote them, until somebody chooses", () => {
    const { doc, content, hashes } = apart([room("101")], [room("102")], [room("103")], [room("102")]);
    const who = new Map(hashes.map((hash, i) => [hash, { item: `i${i}`, author: `a${i}`, device: `d${i}`, at: i }]));
    const [card] = conflictsOf(content, who as unknown as Parameters<typeof conflictsOf>[1]); // shorter ids
    expect(card?.choices).toHaveLength(2);
    const writers = (value: string) =>
      card?.choices.find((choice) => choice.value === value)?.written.map(({ by }) => by?.author);
    expect(writers("102")).toEqual(["a0", "a2"]);
    expect(writers("103")).toEqual(["a1"]);
    expect(card?.choices.at(-1)?.value).toBe(content.fields["room"]?.value);
    // Whoever chooses the value that is shown has chosen as well.
    const shown = content.fields["room"]?.value ?? null;
    for (const value of ["102", "103", "104", shown]) {
      const edit = card === undefined ? undefined : editOfCell(card.cell, value);
      const chosen = write(doc, 0, edit === undefined ? [] : [edit]).doc.content();
      expect(chosen.fields["room"]).toEqual({ value });
      expect(chosen.conflicts).toEqual([]);
    }
  });

  it("the same value from both is no conflict, and a choice is asked anew when one had not seen it", () => {
    expect(apart([room(1)], [room(2)], [room(2)]).content.fields["room"]).toEqual({ value: 2 });
    const start = write(emptyTicket(), 3, [room(1)]);
    const one = write(start.doc, 0, [room(2)]);
    const two = write(start.doc, 1, [room(3)]);
    const chosen = write(hear(one.doc, two.bytes), 0, [room(2)]);
    const late = write(hear(start.doc, two.bytes), 2, [room(4)]);
    const settled = hear(chosen.doc, late.bytes).content();
    expect(settled.conflicts.map(({ values }) => values.map(({ value }) => value).toSorted(byText))).toEqual([[2, 4]]);
  });

  it("the end of a visit and the signature are the field's, whatever the desk wrote and when", () => {
    const signature = { name: "Мария Котова", file: sha256Hex("s") };
    const field: FieldEdit = { f: "visit", side: "field", finishedAt: 100, signature };
    const desk: FieldEdit = {
      f: "visit",
      side: "desk",
      startedAt: 50,
      finishedAt: 200,
      signature: { ...signature, name: "?" },
    };
    const together = apart([], [field], [desk]);
    expect(together.content.visit).toMatchObject({
      startedAt: 50,
      finishedAt: 100,
      signature,
      desk: { finishedAt: 200 },
    });
    expect(together.content.conflicts).toEqual([]);
    const later = write(together.doc, 1, [{ f: "visit", side: "desk", finishedAt: 300 }]).doc.content();
    expect([later.visit.finishedAt, later.visit.desk.finishedAt]).toEqual([100, 300]);
    const cleared = write(together.doc, 0, [{ f: "visit", side: "field", finishedAt: null }]).doc.content();
    expect(cleared.visit.finishedAt).toBe(200);
    const phones = apart([], [field], [{ f: "visit", side: "field", finishedAt: 110 }]).content;
    expect(phones.conflicts.map(({ cell }) => cell)).toEqual([{ root: "visit", side: "field", part: "finishedAt" }]);
  });

  it("whatever is chosen on a card, the card is gone for everybody", () => {
    let chosen = 0;
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 6, maxLength: 22 }), (steps) => {
        const { written } = play(steps);
        const doc = written.reduce((grown, { bytes }) => hear(grown, bytes), emptyTicket());
        for (const card of conflictsOf(doc.content())) {
          for (const { value } of card.choices) {
            const edit = editOfCell(card.cell, value);
            const made = write(doc, 0, edit === undefined ? [] : [edit]);
            const others = doc.content().conflicts.filter(({ cell }) => keyOfCell(cell) !== keyOfCell(card.cell));
            expect(made.doc.content().conflicts).toEqual(others);
            expect(hear(doc, made.bytes).content()).toEqual(made.doc.content());
            chosen += 1;
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(chosen).toBeGreaterThan(20);
    expect(editOfCell({ root: "parts", id: "p", part: "count" }, "three")).toBeUndefined();
  });

  it("words that nobody removed are all there, and so is every row, part and photo that anybody added", () => {
    let checked = 0;
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 4, maxLength: 24 }), (steps) => {
        // Each text edit becomes an insertion of a word that stands nowhere else.
        let words = 0;
        const plain = steps.map((step) =>
          step.what === "hear"
            ? step
            : {
                ...step,
                edits: step.edits.map((edit) =>
                  edit.f === "text" ? { ...edit, remove: 0, insert: `<${(words += 1)}>` } : withoutRemoval(edit),
                ),
              },
        );
        const { written } = play(plain);
        const doc = written.reduce((grown, { bytes }) => hear(grown, bytes), emptyTicket());
        const content = doc.content();
        for (const edit of written.flatMap(({ edits }) => edits)) {
          expect(holds(content, edit)).toBe(true);
          checked += 1;
        }
      }),
      { numRuns: 50 },
    );
    expect(checked).toBeGreaterThan(200);
  });
});

function withoutRemoval(edit: FieldEdit): FieldEdit {
  if (edit.f === "file") {
    return { ...edit, file: edit.file ?? { sha: edit.sha, name: "again", type: "image/jpeg", size: 1 } };
  }
  return "removed" in edit ? { ...edit, removed: false } : edit;
}

/** Whether what an edit added is there: of a word its characters in their order, others may have written inside it. */
function holds(content: TicketContent, edit: FieldEdit): boolean {
  switch (edit.f) {
    case "text":
      return new RegExp(Array.from(edit.insert, (sign) => `${sign}[^]*`).join("")).test(content[edit.field]);
    case "row":
      return rowsOf(content, edit.list).some(({ id }) => id === edit.row);
    case "part":
      return content.parts.some(({ id }) => id === edit.id);
    case "time":
      return content.time.some(({ id }) => id === edit.id);
    case "file":
      return filesOf(content, edit.place).some(({ sha }) => sha === edit.sha);
    default:
      return true;
  }
}

const byText = (a: unknown, b: unknown): number => String(a).localeCompare(String(b));
