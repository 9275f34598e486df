import { type AddressInfo, createServer, type Socket } from "node:net";

/** What the other side says at a step: nothing, a refusal as it stands on the wire, or it cuts the line. */
export type SmtpTurn = undefined | "cut" | `${number} ${string}`;

/** What is asked at each step; a step that says nothing goes on. */
export type SmtpSteps = {
  readonly signIn: (given: { readonly user: string; readonly secret: string }) => SmtpTurn;
  readonly from: (address: string) => SmtpTurn;
  readonly to: (address: string) => SmtpTurn;
  /** The whole mail; what it says is said after the mail was taken. */
  readonly mail: (source: Buffer, to: readonly string[]) => Promise<SmtpTurn>;
};

/** A small SMTP server in this process (RFC 5321, 4954): signs in, takes mails. */
export type FakeSmtp = { readonly port: number; readonly close: () => Promise<void> };

type Session = {
  readonly socket: Socket;
  isSignedIn: boolean;
  from: string | undefined;
  to: string[];
  /** What the next line belongs to. */
  awaits: "command" | "plain" | "user" | "secret" | "token" | "mail";
  user: string;
};

export async function openFakeSmtp(steps: SmtpSteps, size: number): Promise<FakeSmtp> {
  const sessions = new Set<Session>();

  const server = createServer((socket) => {
    const session: Session = { socket, isSignedIn: false, from: undefined, to: [], awaits: "command", user: "" };
    socket.setNoDelay(true); // short lines would wait for each other
    sessions.add(session);
    socket.on("close", () => sessions.delete(session));
    socket.on("error", () => socket.destroy());
    const say = (line: string): void => {
      if (!socket.destroyed) socket.write(`${line}\r\n`);
    };
    /** Says what the step said, or that it is well; whether it was well. */
    function turn(said: SmtpTurn, well: string): boolean {
      if (said === "cut") socket.destroy();
      else say(said ?? well);
      return said === undefined;
    }
    function signIn(user: string, secret: string): void {
      session.awaits = "command";
      session.isSignedIn = turn(steps.signIn({ user, secret }), "235 2.7.0 signed in");
    }
    function answer(line: string): void {
      const [verb = "", ...rest] = line.split(" ");
      const words = rest.join(" ");
      const address = /<([^>]*)>/.exec(words)?.[1] ?? "";
      switch (verb.toUpperCase()) {
        case "EHLO":
        case "HELO":
          return [
            "250-fake.example",
            "250-PIPELINING",
            "250-8BITMIME",
            `250-SIZE ${size}`,
            "250 AUTH PLAIN LOGIN XOAUTH2",
          ].forEach(say);
        case "AUTH":
          return auth(rest[0]?.toUpperCase() ?? "", rest[1]);
        case "MAIL": {
          if (!session.isSignedIn) return say("530 5.7.0 sign in first");
          session.to = [];
          if (turn(steps.from(address), "250 2.1.0 well")) session.from = address;
          return;
        }
        case "RCPT":
          if (session.from === undefined) return say("503 5.5.1 from whom");
          if (turn(steps.to(address), "250 2.1.5 well")) session.to.push(address);
          return;
        case "DATA":
          if (session.to.length === 0) return say("503 5.5.1 to whom");
          session.awaits = "mail";
          return say("354 go on");
        case "RSET":
          session.from = undefined;
          return say("250 2.0.0 well");
        case "NOOP":
          return say("250 2.0.0 well");
        case "QUIT":
          say("221 2.0.0 bye");
          return void socket.end();
        default:
          return say("502 5.5.2 unknown");
      }
    }
    function auth(method: string, first: string | undefined): void {
      const wanted = method === "PLAIN" ? "plain" : method === "XOAUTH2" ? "token" : "user";
      if (first !== undefined) return authWords(wanted, first);
      session.awaits = wanted;
      say(method === "LOGIN" ? "334 VXNlcm5hbWU6" : "334 ");
    }
    function authWords(what: Session["awaits"], line: string): void {
      const text = Buffer.from(line, "base64").toString();
      if (what === "plain") {
        const [, user = "", secret = ""] = text.split("\u0000");
        return signIn(user, secret);
      }
      if (what === "token") {
        const [user = "", bearer = ""] = text.split("\u0001");
        return signIn(user.replace(/^user=/, ""), bearer.replace(/^auth=Bearer /, ""));
      }
      if (what === "secret") return signIn(session.user, text);
      session.user = text;
      session.awaits = "secret";
      say("334 UGFzc3dvcmQ6");
    }
    async function take(source: Buffer): Promise<void> {
      const to = session.to;
      session.from = undefined;
      session.to = [];
      if (source.length > size) return say("552 5.3.4 too large");
      turn(await steps.mail(source, to), "250 2.0.0 taken");
    }

    let pending = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        const isMail = session.awaits === "mail";
        const mark = isMail ? "\r\n.\r\n" : "\r\n";
        const end = isMail && pending.subarray(0, 3).toString() === ".\r\n" ? 0 : pending.indexOf(mark);
        if (end < 0) return;
        const whole = pending.subarray(0, end);
        pending = pending.subarray(end + (end === 0 && isMail ? 3 : mark.length));
        if (isMail) {
          session.awaits = "command";
          void take(Buffer.from(whole.toString("latin1").replaceAll(/^\.\./gm, "."), "latin1"));
        } else if (session.awaits === "command") answer(whole.toString());
        else authWords(session.awaits, whole.toString());
      }
    });
    say("220 fake.example ESMTP");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    port: (server.address() as AddressInfo).port, // it listens on a port, not on a pipe
    async close() {
      for (const { socket } of sessions) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
