import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "../contract-bench.ts";
import { type FakeMail, openFakeMail } from "./fake.ts";
import { emailModule } from "./module.ts";

describe("mail of a desk", () => {
  let bench: Bench | undefined;
  afterEach(async () => bench?.close());

  async function open(): Promise<{ readonly desk: Bench; readonly mail: FakeMail }> {
    const mail = await openFakeMail();
    const desk = await openBench({ module: emailModule, openFake: async () => mail });
    bench = desk;
    return { desk, mail };
  }

  const letter = (
    from: string,
    more: { readonly id: string; readonly subject: string; readonly text: string },
  ): string =>
    `From: ${from}@users.example\nTo: desk@desk.example\nSubject: ${more.subject}\nMessage-ID: <${more.id}@users.example>\n\n${more.text}\n`;

  it("[S1] an answer is of its dialog by the token in its subject, where its program names no mail", async () => {
    const { desk, mail } = await open();
    await desk.writes("ivan", "the printer is on fire");
    const { head } = await desk.message("the printer is on fire");
    await desk.replies(head._id, "which one?");
    await desk.until("the answer has left", () => desk.seen("which one?").length === 1);
    const subject = /^Subject: (.*(?:\r\n .*)*)/m.exec(mail.sources()[0] ?? "")?.[1]?.replaceAll(/\r\n /g, "") ?? "";
    expect(subject).toMatch(/\[#[0-9a-z]{18}\]$/);
    mail.imap.deliver(letter("ivan", { id: "bare", subject: `Re: ${subject}`, text: "the left one" }));
    expect((await desk.message("the left one")).head._id).toBe(head._id);
    // A token may be passed on: another person's mail is his own dialog.
    mail.imap.deliver(letter("olga", { id: "other", subject: `Fwd: ${subject}`, text: "not mine" }));
    const others = (await desk.message("not mine")).head._id;
    expect(others).not.toBe(head._id);
    // Agents see by a link what it answers.
    await desk.until("the other dialog is named", async () => {
      const { links } = (await desk.message("not mine")).head;
      return links.some(({ to, relation }) => to === head._id && relation === "dialog");
    });
  });

  it("[S37] a mail with an HTML part comes with it, packed; a returned answer is told as bounced", async () => {
    const { desk, mail } = await open();
    mail.imap.deliver(
      `From: ivan@users.example\nSubject: Look\nMessage-ID: <html@users.example>\nContent-Type: text/html\n\n<p>Hello <b>there</b></p><script>alert(1)</script>`,
    );
    const { item, head } = await desk.message("Hello there");
    const [file] = item.kind === "message" ? (item.files ?? []) : [];
    expect(file).toMatchObject({ name: "message.html.gz", type: "application/gzip" });
    expect(item.kind === "message" && item.extra?.["html"]).toBe(file?.sha);
    await desk.replies(head._id, "come back");
    await desk.until("the answer has left", () => desk.seen("come back").length === 1);
    const [sent] = desk.seen("come back");
    mail.imap.deliver(
      [
        "From: Mail Delivery System <MAILER-DAEMON@users.example>",
        "Message-ID: <returned@users.example>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"',
        "",
        "--r",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; users.example",
        "",
        "Final-Recipient: rfc822; ivan@users.example",
        "Action: failed",
        "Status: 5.1.1",
        "--r",
        "Content-Type: text/rfc822-headers",
        "",
        `Message-ID: <${sent?.external ?? ""}>`,
        "--r--",
      ].join("\n"),
    );
    await desk.until("it is told", async () => (await desk.all()).some(({ kind }) => kind === "delivery"));
    expect((await desk.all()).find(({ kind }) => kind === "delivery")).toMatchObject({
      outcome: "failed",
      code: "no-user",
    });
  });

  it("[S37] a message that a program wrote says so", async () => {
    const { desk, mail } = await open();
    mail.imap.deliver(
      "From: ivan@users.example\nAuto-Submitted: auto-replied\nMessage-ID: <auto@users.example>\n\nI am away",
    );
    const { item } = await desk.message("I am away");
    expect(item.kind === "message" && item.extra).toMatchObject({ automatic: true, program: "auto-reply" });
  });

  it("[S37] what a program wrote is answered by people, never by the desk itself; a person who writes next is", async () => {
    const { desk, mail } = await open();
    mail.imap.deliver(
      "From: ivan@users.example\nSubject: Away\nAuto-Submitted: auto-replied\nMessage-ID: <away@users.example>\n\nI am away",
    );
    const { head } = await desk.message("I am away");
    const notice = (cause: string) =>
      desk.desk().system({
        kind: "notice",
        thread: head._id,
        cause,
        at: Date.now(),
        code: "closed",
        params: { rate: true },
      });
    await notice("to a program");
    await desk.replies(head._id, "a person answers");
    await desk.until("the answer has left", () => desk.seen("a person answers").length === 1);
    expect(mail.sources()).toHaveLength(1);
    mail.imap.deliver(
      "From: ivan@users.example\nSubject: Re: Away\nIn-Reply-To: <away@users.example>\nMessage-ID: <back@users.example>\n\nI am back",
    );
    expect((await desk.message("I am back")).head._id).toBe(head._id);
    await notice("to a person");
    await desk.until("the notice has left", () => mail.sources().length === 2);
    expect(mail.sources()[1]).toMatch(/^Auto-Submitted: auto-generated/m);
  });
});
