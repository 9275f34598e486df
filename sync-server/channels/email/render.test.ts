import { describe, expect, it } from "vitest";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { OutFile, Outgoing } from "../port.ts";
import { renderMail } from "./render.ts";
import { readMailSettings } from "./settings.ts";
import { outcomeOfSmtp } from "./smtp-outcome.ts";

const SETTINGS = readMailSettings({ address: "Desk@Desk.Example", fromName: "Support" });
const DIALOG = "dialog.01kb0000000000abcd" as ThreadId;
const TOKEN = "[#01kb0000000000abcd]";
const TO = {
  mail: "ivan@users.example",
  name: "Ivan",
  others: ["boss@users.example", "desk@desk.example"],
  subject: "Printer",
};

const outgoing = (more: Partial<Outgoing> = {}): Outgoing => ({
  key: "k",
  text: "Hello",
  files: [],
  choices: [],
  refs: [],
  thread: DIALOG,
  locale: "en",
  automatic: false,
  ...more,
});
const one = (more: Partial<Outgoing> = {}, settings = SETTINGS) => {
  const [mail, ...others] = renderMail(outgoing(more), TO, settings);
  if (mail === undefined || others.length > 0) throw new Error("not one mail");
  return mail;
};
const file = (name: string, size: number): OutFile => ({
  sha: "0".repeat(64),
  name,
  type: "application/pdf",
  size,
  open: () => Promise.reject(new Error("not opened here")),
});

describe("an answer as a mail", () => {
  it("[S1] equal answers make equal mails", () => {
    expect(renderMail(outgoing(), TO, SETTINGS)).toEqual(renderMail(outgoing(), TO, SETTINGS));
  });

  it("[S1] the subject says what it answers, once, and names the dialog", () => {
    expect(one({ refs: ["a@x"], subject: `RE: Ответ: Re[2]: Printer ${TOKEN}` }).subject).toBe(`Re: Printer ${TOKEN}`);
    expect(one({ subject: "Printer" }).subject).toBe(`Printer ${TOKEN}`);
    expect(one({ refs: ["a@x"] }).subject).toBe(`Re: Printer ${TOKEN}`);
    const [mail] = renderMail(outgoing({ locale: "ru" }), { mail: "ivan@users.example" }, SETTINGS);
    expect(mail?.subject).toBe(`Ваше обращение ${TOKEN}`);
  });

  it("[S1] it hangs on the mail that it answers, the older ones before it", () => {
    const mail = one({ refs: ["3@x", "2@x", "1@x"] });
    expect([mail.inReplyTo, mail.references]).toEqual(["3@x", ["1@x", "2@x", "3@x"]]);
    const other = one({ refs: ["3@x", "2@x", "1@x"], replyTo: "2@x" });
    expect([other.inReplyTo, other.references]).toEqual(["2@x", ["1@x", "3@x", "2@x"]]);
  });

  it("[S1] the sender is named as the mailbox is set up", () => {
    const named = (fromForm: string, by?: string) => {
      const settings = readMailSettings({ address: "desk@desk.example", fromName: "Support", fromForm });
      return one(by === undefined ? {} : { by }, settings).fromName;
    };
    expect([named("agent-desk", "Anna"), named("agent", "Anna"), named("desk", "Anna"), named("agent")]).toEqual([
      "Anna · Support",
      "Anna",
      "Support",
      "Support",
    ]);
  });

  it("[S1] copies go to those who are asked for, never to the mailbox itself", () => {
    expect(one().cc).toEqual([]);
    expect(one({ extra: { mail: { replyAll: true } } }).cc).toEqual(["boss@users.example"]);
    const cc = ["Olga@users.example", "desk@desk.example", "no address", "ivan@users.example"];
    expect(one({ extra: { mail: { cc } } }).cc).toEqual(["olga@users.example"]);
    expect(one({ extra: { mail: { cc: "not a list" } } }).cc).toEqual([]);
  });

  it("[U11] what an agent wrote is text in the HTML, too, and an address leads where it says", () => {
    const { html } = one({ text: '<script>x</script> & "y"\n\nhttps://example.org/?a=1&b=2.' });
    expect(html).toContain("&lt;script&gt;x&lt;/script&gt; &amp; &quot;y&quot;");
    expect(html).toContain('<a href="https://example.org/?a=1&amp;b=2">https://example.org/?a=1&amp;b=2</a>.');
    expect(html).not.toContain("<script");
  });

  it("[S37] files leave in as many mails as mailboxes take", () => {
    const mebibyte = 1024 * 1024;
    const files = [file("a", 10 * mebibyte), file("b", 9 * mebibyte), file("c", 8 * mebibyte)];
    const mails = renderMail(outgoing({ files }), TO, SETTINGS);
    expect(mails.map((mail) => mail.files.map(({ name }) => name))).toEqual([["a"], ["b", "c"]]);
    expect(mails.map(({ subject }) => subject)).toEqual([`Printer ${TOKEN} (1/2)`, `Printer ${TOKEN} (2/2)`]);
    expect(mails[1]?.text).toBe("Files of the mail before");
  });

  it("[S37] without an address there is no mail, and a header cannot be written by one", () => {
    for (const to of [null, "nobody", { mail: "a@b.example\r\nBcc: c@d.example" }, { mail: 1 }, []]) {
      expect(renderMail(outgoing(), to, SETTINGS)).toEqual([]);
    }
    const subject = "x\r\nBcc: thief@users.example";
    expect(one({ extra: { mail: { subject } } }).subject).toBe(`x Bcc: thief@users.example ${TOKEN}`);
  });
});

describe("what a server's answer means", () => {
  const said = (response: string, command = "RCPT TO") => {
    const outcome = outcomeOfSmtp(
      { response, responseCode: Number(response.slice(0, 3)), command },
      { handedOver: true },
    );
    return outcome.t === "failed"
      ? outcome.code
      : outcome.t === "later"
        ? `${outcome.t} ${outcome.scope} ${outcome.afterMs ?? ""}`.trim()
        : outcome.t;
  };

  it.each([
    ["550 5.1.1 no such user", "no-user"],
    ["550 user unknown", "no-user"],
    ["553 no such mailbox", "no-user"],
    ["552 5.3.4 message too big", "too-large"],
    ["552 5.2.3 length limit", "too-large"],
    ["550 5.7.1 you are blocked by this user", "blocked"],
    ["550 5.7.1 looks like spam", "rejected"],
    ["554 5.7.0 policy", "rejected"],
    ["535 5.7.8 wrong password", "auth"],
    ["530 5.7.0 sign in first", "auth"],
    ["451 4.7.1 greylisted, try again in 300 seconds", "later chat 300000"],
    ["450 4.2.1 come back after 5 minutes", "later chat 300000"],
    ["421 4.7.0 too many connections", "later channel"],
    ["454 4.7.0 temporary authentication failure", "later channel"],
  ])("[U11] %s: %s", (response, meaning) => {
    expect(said(response)).toBe(meaning);
  });

  it("[U11] without an answer it depends on how far it came", () => {
    const lost = { code: "ECONNECTION", message: "Connection closed unexpectedly" };
    expect(outcomeOfSmtp(lost, { handedOver: false })).toMatchObject({ t: "later", scope: "channel" });
    expect(outcomeOfSmtp(lost, { handedOver: true })).toMatchObject({ t: "unknown" });
    expect(outcomeOfSmtp({}, { handedOver: true })).toMatchObject({ t: "unknown" });
  });
});
