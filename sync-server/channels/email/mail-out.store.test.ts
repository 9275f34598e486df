import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { describe, expect, it } from "vitest";
import {
  connectorOn,
  DIALOG,
  listen,
  makeKeeper,
  onFake,
  open,
  said,
  sendOne,
  textsOf,
} from "./mail-world.contract.ts";
import { messageIdOf } from "./message-ids.ts";

describe("mail out", () => {
  it("[S1] a reply has the headers that make it one, and the same key the same Message-ID", async () => {
    const { fake, connector } = await onFake({ signature: ["Example Support", "https://desk.example"] });
    const outgoing = said("Добрый день <b>!\nhttps://example.org/a?b=1&c=2", {
      by: "Анна",
      subject: "Re: Принтер",
      refs: ["b@users.example", "a@users.example"],
      files: [
        { sha: "0".repeat(64), name: "счёт.pdf", type: "application/pdf", size: 4, open: async () => pieces("%PDF") },
      ],
    });
    const expected = messageIdOf(outgoing.key, DIALOG, "desk.example");
    expect(await sendOne(connector, outgoing, { mail: "ivan@users.example", name: "Иван" })).toEqual({
      t: "sent",
      external: expected,
    });
    expect(fake.sent()).toMatchObject([
      {
        to: "ivan@users.example",
        external: expected,
        replyTo: "b@users.example",
        files: [{ name: "счёт.pdf", type: "application/pdf" }],
      },
    ]);
    expect(new TextDecoder().decode(fake.sent()[0]?.files[0]?.bytes)).toBe("%PDF");
    expect(fake.sent()[0]?.text).toBe(
      "Добрый день <b>!\nhttps://example.org/a?b=1&c=2\n\n-- \nExample Support\nhttps://desk.example",
    );
    const [source = ""] = fake.sources();
    const header = source.slice(0, source.indexOf("\r\n\r\n")).replaceAll(/\r\n[ \t]+/g, " ");
    expect(header).toContain("In-Reply-To: <b@users.example>");
    expect(header).toContain("References: <a@users.example> <b@users.example>");
    expect(header).toMatch(/^X-Otklik-Desk: [0-9a-z]{20}$/m);
    expect(header).not.toContain("Auto-Submitted");
    await sendOne(connector, outgoing);
    expect(fake.sent().map(({ external }) => external)).toEqual([expected, expected]);
  });

  it("[S1] what the desk says by itself says so, and no mail of ours comes back as a message", async () => {
    const { fake, connector } = await onFake();
    await sendOne(connector, said("We got your mail", { automatic: true }));
    const [source = ""] = fake.sources();
    expect(source).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    fake.imap.deliver(source);
    const keeper = makeKeeper();
    const listening = listen(connector, keeper);
    await keeper.until(() => keeper.taken.length === 1);
    await listening.stop();
    expect(textsOf(keeper)).toEqual(["aside loop"]);
  });

  it("[S1] copies go where the agent wants them", async () => {
    const { fake, connector } = await onFake();
    const to = { mail: "ivan@users.example", others: ["boss@users.example", "desk@desk.example"] };
    await sendOne(
      connector,
      said("to all", { extra: { mail: { replyAll: true, cc: ["Anna@users.example"], subject: "Quite another" } } }),
      to,
    );
    const [source = ""] = fake.sources();
    expect(source).toContain("Cc: boss@users.example, anna@users.example");
    expect(source).toMatch(/^Subject: Quite another \[#01kb0000000000abcd\]\r$/m);
  });

  it("[S37] each refusal ends as what it is", async () => {
    const { fake, connector } = await onFake();
    expect(await sendOne(connector, said("a"), { mail: "nobody@users.example" })).toMatchObject({
      t: "failed",
      code: "no-user",
    });
    fake.fault("blocked", 1);
    expect(await sendOne(connector, said("b"))).toMatchObject({ t: "failed", code: "blocked" });
    fake.fault("auth", 1);
    expect(await sendOne(connector, said("c"))).toMatchObject({ t: "failed", code: "auth" });
    fake.fault("rate", 1);
    expect(await sendOne(connector, said("d"))).toMatchObject({ t: "later", scope: "chat", afterMs: 1000 });
    fake.fault("down", 1);
    expect(await sendOne(connector, said("e"))).toMatchObject({ t: "later", scope: "channel" });
    fake.fault("lost-answer", 1);
    expect(await sendOne(connector, said("f"))).toMatchObject({ t: "unknown" });
    expect(await sendOne(connector, said("g"))).toMatchObject({ t: "sent" });
    expect(fake.sent().map(({ text }) => text)).toEqual(["f", "g"]);
    await fake.close();
    open.splice(0, 1);
    expect(await sendOne(connector, said("h"))).toMatchObject({ t: "later", scope: "channel" });
  });

  it("[S37] another server takes it as well, and refuses with words of its own", async () => {
    const { fake } = await onFake();
    const taken: string[] = [];
    const server = new SMTPServer({
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      size: 200_000,
      onAuth: ({ username }, _session, done) => done(null, { user: username }),
      onRcptTo: ({ address }, _session, done) =>
        done(
          address.startsWith("full")
            ? Object.assign(new Error("4.2.2 mailbox is full"), { responseCode: 452 })
            : undefined,
        ),
      onData(stream, session, done) {
        stream.resume();
        stream.on("end", () => {
          if (stream.sizeExceeded) return done(Object.assign(new Error("5.3.4 too large"), { responseCode: 552 }));
          taken.push(...session.envelope.rcptTo.map(({ address }) => address));
          done(null);
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    open.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.server.address() as AddressInfo; // a TCP server's
    const connector = connectorOn(fake, { smtpPort: port });
    const to = { mail: "ivan@users.example", others: [] };
    expect(await sendOne(connector, said("a", { extra: { mail: { cc: ["olga@users.example"] } } }), to)).toMatchObject({
      t: "sent",
    });
    expect(taken).toEqual(["ivan@users.example", "olga@users.example"]);
    expect(await sendOne(connector, said("b"), { mail: "full@users.example" })).toMatchObject({
      t: "later",
      scope: "chat",
    });
    // The copy went out: to try again would bring it twice.
    const partly = said("c", { extra: { mail: { cc: ["olga@users.example"] } } });
    expect(await sendOne(connector, partly, { mail: "full@users.example" })).toMatchObject({
      t: "failed",
      code: "rejected",
    });
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 5; i += 1) yield new Uint8Array(60_000);
    }
    const file = {
      sha: "0".repeat(64),
      name: "a.bin",
      type: "application/zip",
      size: 300_000,
      open: async () => large(),
    };
    expect(await sendOne(connector, said("d", { files: [file] }))).toMatchObject({ t: "failed", code: "too-large" });
  });

  it("[S37] a file that breaks off in the middle leaves nothing behind, and is tried again", async () => {
    const { fake, connector } = await onFake();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(100_000);
      throw new Error("the disk is gone");
    }
    const file = {
      sha: "0".repeat(64),
      name: "a.bin",
      type: "application/octet-stream",
      size: 200_000,
      open: async () => broken(),
    };
    expect(await sendOne(connector, said("with a file", { files: [file] }))).toMatchObject({ t: "later" });
    expect(fake.sent()).toEqual([]);
  });
});

describe("the test of the connection", () => {
  it("[S50] says the mailbox, or what is wrong with it", async () => {
    const { fake, connector } = await onFake();
    const signal = AbortSignal.timeout(10_000);
    expect(await connector.test(signal)).toEqual({
      ok: true,
      name: "desk@desk.example",
      link: "mailto:desk@desk.example",
    });
    const answers = [
      { password: "another" },
      { folder: "Elsewhere" },
      { imapHost: "" },
      { smtpPassword: "another" },
      { address: "desk" },
    ];
    const codes = [];
    for (const more of answers) {
      const answer = await connectorOn(fake, more).test(signal);
      codes.push(answer.ok ? "ok" : answer.code);
    }
    expect(codes).toEqual(["auth", "config", "config", "auth", "config"]);
    expect(await connectorOn(fake, { password: "", oauthToken: "access-token" }).test(signal)).toMatchObject({
      ok: true,
    });
    expect(await connectorOn(fake, { password: "", oauthToken: "expired" }).test(signal)).toMatchObject({
      ok: false,
      code: "auth",
    });
  });
});

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
