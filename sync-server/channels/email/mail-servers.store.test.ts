import { createTransport } from "nodemailer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMailExtra } from "../../../shared/channels/email-extra.ts";
import { openLog } from "../../platform/log.ts";
import type { Connector, InboundEvent } from "../port.ts";
import { type MailServers, openMailServers } from "./mail-servers.contract.ts";
import { CHANNEL, DIALOG, idsOf, listen, makeKeeper, said, sendOne, textsOf } from "./mail-world.contract.ts";
import { messageIdOf } from "./message-ids.ts";
import { emailModule } from "./module.ts";

const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("a mailbox on Dovecot and OpenSMTPD of Debian's packages (fails where they are not installed, or not run as root)", () => {
  let servers: MailServers;
  let connector: Connector;

  beforeAll(async () => {
    servers = await openMailServers();
    connector = emailModule.open({
      channel: CHANNEL,
      settings: {
        address: "desk@desk.example",
        fromName: "Example Support",
        password: servers.password,
        imapHost: "127.0.0.1",
        imapPort: servers.imapPort,
        imapTls: "none",
        smtpHost: "127.0.0.1",
        smtpPort: servers.smtpPort,
        smtpTls: "none",
        pollSeconds: 5,
      },
      clock: Date.now,
      random: Math.random,
      log: openLog("silent"),
      deskUrl: "http://127.0.0.1:1",
    });
  });
  afterAll(async () => {
    await connector?.close();
    await servers?.close();
  });

  /** Ivan's own program. */
  const ivanWrites = (mail: Readonly<Record<string, unknown>>) =>
    createTransport({ host: "127.0.0.1", port: servers.smtpPort, ignoreTLS: true }).sendMail({
      from: { name: "Иван", address: "ivan@users.example" },
      to: "desk@desk.example",
      ...mail,
    });
  const messages = (events: readonly { readonly t: string }[]) =>
    events.filter((event): event is InboundEvent & { readonly t: "message" } => event.t === "message");

  it("[S50] the test of the connection says the mailbox, and a wrong password", async () => {
    expect(await connector.test(AbortSignal.timeout(10_000))).toMatchObject({ ok: true, name: "desk@desk.example" });
  });

  it("[S1][S37] mail comes and goes, is threaded, comes back, and is the same after the mailbox was built anew", async () => {
    const keeper = makeKeeper();
    let listening = listen(connector, keeper);
    await ivanWrites({ subject: "Принтер", text: "Не печатает", messageId: "<first@users.example>" });
    await keeper.until(() => keeper.taken.length === 1);
    await ivanWrites({
      subject: "Снимок",
      html: '<p>Вот <b>снимок</b></p><img src="cid:shot">',
      attachments: [
        { cid: "shot", filename: "shot.png", content: PICTURE },
        { filename: "счёт.pdf", content: "%PDF-1.4" },
      ],
      messageId: "<second@users.example>",
    });
    await keeper.until(() => keeper.taken.length === 2);
    const [first, second] = messages(keeper.taken);
    expect(first).toMatchObject({
      id: "first@users.example",
      text: "Не печатает",
      subject: "Принтер",
      user: { id: "ivan@users.example", name: "Иван" },
    });
    expect(second?.text).toBe("Вот снимок");
    expect(second?.files?.map(({ name }) => name).sort()).toEqual(["message.html.gz", "shot.png", "счёт.pdf"].sort());
    expect(Object.keys(readMailExtra(second?.extra)?.cids ?? {})).toEqual(["shot"]);
    // Marked in the mailbox itself: `S` stands in the name of a read mail.
    await expect.poll(() => servers.mailsOf("desk").then((mails) => mails.length)).toBe(2);

    const reply = said("Перезагрузите, пожалуйста", { by: "Анна", subject: "Принтер", refs: ["first@users.example"] });
    const external = messageIdOf(reply.key, DIALOG, "desk.example");
    expect(await sendOne(connector, reply, first?.address ?? null)).toEqual({ t: "sent", external });
    await expect.poll(() => servers.mailsOf("ivan").then((mails) => mails.length), { timeout: 10_000 }).toBe(1);
    const [atIvan = ""] = await servers.mailsOf("ivan");
    expect(atIvan).toContain("In-Reply-To: <first@users.example>");
    expect(atIvan).toContain(`Message-ID: <${external}>`);

    const quote = [
      "Помогло!",
      "",
      "пн, 2 нояб. 2026 г. в 12:41, Анна <desk@desk.example>:",
      "",
      "> Перезагрузите, пожалуйста",
    ];
    await ivanWrites({
      subject: "Re: Принтер",
      text: quote.join("\n"),
      inReplyTo: `<${external}>`,
      messageId: "<third@users.example>",
    });
    await keeper.until(() => keeper.taken.length === 3);
    const third = messages(keeper.taken)[2];
    expect(third?.refs).toEqual([external, DIALOG]);
    expect(third?.text.slice(0, readMailExtra(third.extra)?.quoted).trim()).toBe("Помогло!");

    const lost = said("Вас не найти");
    expect(await sendOne(connector, lost, { mail: "ghost@far.example" })).toMatchObject({ t: "sent" });
    await keeper.until(() => keeper.taken.some(({ t }) => t === "bounce"));
    expect(keeper.taken.at(-1)).toMatchObject({
      t: "bounce",
      of: messageIdOf(lost.key, DIALOG, "desk.example"),
      code: "no-user",
      detail: expect.stringContaining("no such user"),
    });

    await servers.restartImap("plain");
    expect(await listening.ended).toMatchObject({ code: "unreachable" });
    const before = keeper.taken.length;
    listening = listen(connector, keeper);
    await ivanWrites({ subject: "Ещё", text: "После перезапуска", messageId: "<fourth@users.example>" });
    await keeper.until(() => keeper.taken.length === before + 1);

    await servers.restartImap("forgetful");
    await listening.ended;
    listening = listen(connector, keeper);
    const known = new Set(idsOf(keeper));
    await ivanWrites({ subject: "И ещё", text: "После восстановления", messageId: "<fifth@users.example>" });
    await keeper.until(() => textsOf(keeper).includes("После восстановления"));
    await listening.stop();
    expect(new Set(idsOf(keeper))).toEqual(new Set([...known, "fifth@users.example"]));
    expect(idsOf(keeper).length).toBeGreaterThan(known.size + 1);
  });
});
