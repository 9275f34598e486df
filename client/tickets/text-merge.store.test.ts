import { beforeAll, describe, expect, it } from "vitest";
import type { DeviceId } from "../../shared/kernel/ids.ts";
import { actorFor } from "../../shared/ticket/actor.ts";
import { emptyTicket, type TicketDoc } from "../../shared/ticket/document.ts";
import { startAutomerge } from "./tickets-world.contract.ts";
import { editsOf } from "./typing.ts";

beforeAll(startAutomerge);

function written(doc: TicketDoc, texts: { readonly from: string; readonly to: string }, device: string) {
  const edits = editsOf({ texts: { description: texts }, others: [] });
  const made = doc.edit(edits, actorFor(device as DeviceId, "0123456789ab"), 1_700_000_000_000);
  if (!made.ok) throw new Error(made.fault);
  return made;
}

/** What a ticket holds when two have written a text anew off line. */
function merged(base: string, one: string, other: string): string {
  const { bytes } = written(emptyTicket(), { from: "", to: base }, "chief00001");
  const begun = (): TicketDoc => {
    const next = emptyTicket().with(bytes);
    if (!next.ok) throw new Error(next.fault);
    return next.doc;
  };
  const first = written(begun(), { from: base, to: one }, "anna000001").doc;
  const second = written(begun(), { from: base, to: other }, "boris00001");
  const both = first.with(second.bytes);
  if (!both.ok) throw new Error(both.fault);
  const text = both.doc.content().description;
  both.doc.close();
  return text;
}

describe("[U15] a text that two have written anew off line", () => {
  it("is read as two sentences, not as a mixture of their words", () => {
    const texts = ["Лампа перегорела, заменить в среду.", "В щитке искрит, вызвать электрика"] as const;
    const text = merged("Свет мигает в коридоре второго этажа", ...texts);
    expect([texts.join(""), texts.toReversed().join("")]).toContain(text);
  });

  it("in a word of it: both words, each with its space, and the rest once", () => {
    const text = merged("Свет мигает в коридоре.", "Свет погас в коридоре.", "Свет горит в коридоре.");
    expect(["Свет погас горит в коридоре.", "Свет горит погас в коридоре."]).toContain(text);
    expect(merged("Свет мигает.", "Свет мигал.", "Свет мигает снова.")).toBe("Свет мигал снова.");
  });
});
