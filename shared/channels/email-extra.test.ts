import { describe, expect, it } from "vitest";
import { derivedThreadId } from "../kernel/ids.ts";
import { dialogsInSubject, plainSubject, readMailExtra, readReplyMail, subjectToken } from "./email-extra.ts";

const DIALOG = derivedThreadId("dialog", "mail");
const OTHER = derivedThreadId("dialog", "other");

describe("subjects of mail", () => {
  it("[S1] a dialog is found again by its token, whatever stands around it", () => {
    const subject = `Fwd: Re: Printer ${subjectToken(DIALOG)} [#short] ${subjectToken(OTHER).toUpperCase()}`;
    expect(dialogsInSubject(subject)).toEqual([DIALOG, OTHER]);
    expect(dialogsInSubject("Printer [#0123] and [#uuuuuuuuuuuuuuuuuu]")).toEqual([]);
  });

  it("[S1] without tokens and without what programs write before it", () => {
    const cases = [
      `Re: Printer ${subjectToken(DIALOG)}`,
      "RE: Fwd: FW: Printer",
      "Re[2]: Ответ: Printer",
      "  Printer  ",
      "AW: WG: Printer",
    ];
    expect(cases.map(plainSubject)).toEqual(cases.map(() => "Printer"));
    expect(plainSubject("Regarding: printers")).toBe("Regarding: printers");
    expect(plainSubject("Re:")).toBe("");
  });
});

describe("what a mail says beside its text", () => {
  it("[S37] is read where it is a mail's, and left alone where not", () => {
    const from = { mail: "ivan@users.example", name: "Ivan" };
    expect(readMailExtra({ from, quoted: 12, external: "a@x", automatic: true })).toEqual({ from, quoted: 12 });
    expect(readMailExtra({ external: "17" })).toBeUndefined();
    expect(readMailExtra({ from, quoted: -1 })).toBeUndefined();
    expect(readMailExtra(undefined)).toBeUndefined();
  });

  it("[S1] an agent's wishes for a mail, none where they cannot be read", () => {
    expect(readReplyMail({ mail: { subject: "x", cc: ["a@b.example"] } })).toEqual({
      subject: "x",
      cc: ["a@b.example"],
    });
    expect(readReplyMail({ mail: { cc: "a@b.example" } })).toEqual({});
    expect(readReplyMail(undefined)).toEqual({});
  });
});
