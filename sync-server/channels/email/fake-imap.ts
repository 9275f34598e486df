import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** One mail as the server holds it. */
export type HeldMail = {
  uid: number;
  readonly source: Buffer;
  readonly cameAt: Date;
  readonly flags: Set<string>;
  /** What becomes of a client that asks for its body: nothing bad, a "NO", or the line is cut. */
  body: "good" | "refused" | "cut";
};

type Folder = { validity: number; nextUid: number; mails: HeldMail[] };

/** A small IMAP4rev1 server in this process (RFC 3501, 2177, 6851): one user, folders, IDLE; enough to be read by a real client. */
export type FakeImap = {
  readonly port: number;
  /** Puts a mail into INBOX and tells those who wait. */
  readonly deliver: (
    source: string | Uint8Array,
    given?: { readonly cameAt?: Date; readonly body?: HeldMail["body"] },
  ) => HeldMail;
  readonly folder: (name: string) => readonly HeldMail[];
  /** The mailbox is built anew: other UIDs under another UIDVALIDITY, and no marks. */
  readonly rebuild: () => void;
  /** Cuts every line. */
  readonly cut: () => void;
  /** Whether clients may wait by IDLE; without it they have to ask. */
  readonly allowIdle: (allowed: boolean) => void;
  /** Whether a client waits by IDLE now. */
  readonly isIdled: () => boolean;
  /** Commands that came, in order. */
  readonly commands: () => readonly string[];
  readonly close: () => Promise<void>;
};

type Session = {
  readonly socket: Socket;
  folder: Folder | undefined;
  signedIn: boolean;
  idleTag: string | undefined;
  told: number;
};

export async function openFakeImap(account: {
  readonly user: string;
  readonly password: string;
  readonly token?: string;
  /** UIDVALIDITY of the inbox. */
  readonly validity?: number;
}): Promise<FakeImap> {
  const inbox: Folder = { validity: account.validity ?? 7, nextUid: 1, mails: [] };
  const folders = new Map<string, Folder>([["INBOX", inbox]]);
  const sessions = new Set<Session>();
  const commands: string[] = [];
  let mayIdle = true;

  const capabilities = (): string => `IMAP4rev1 LITERAL+ MOVE UIDPLUS AUTH=PLAIN AUTH=XOAUTH2${mayIdle ? " IDLE" : ""}`;
  const write = ({ socket }: Session, line: string): void => {
    if (!socket.destroyed) socket.write(`${line}\r\n`);
  };
  const tellAll = (): void => {
    for (const session of sessions) {
      if (session.idleTag === undefined || session.folder === undefined) continue;
      if (session.folder.mails.length > session.told) write(session, `* ${session.folder.mails.length} EXISTS`);
      session.told = session.folder.mails.length;
    }
  };

  function signIn(session: Session, tag: string, isGood: boolean): void {
    session.signedIn = isGood;
    write(
      session,
      isGood
        ? `${tag} OK [CAPABILITY ${capabilities()}] signed in`
        : `${tag} NO [AUTHENTICATIONFAILED] wrong name or password`,
    );
  }

  function authenticated(session: Session, tag: string, [method, answer]: readonly [string, string]): void {
    const words = Buffer.from(answer, "base64").toString().replaceAll("\u0000", "\u0001").split("\u0001");
    if (method === "PLAIN") return signIn(session, tag, words[1] === account.user && words[2] === account.password);
    const token =
      account.token !== undefined &&
      words.includes(`user=${account.user}`) &&
      words.includes(`auth=Bearer ${account.token}`);
    signIn(session, tag, token);
  }

  /** A command that nothing of its own state needs: the answer's lines, the tagged one last. */
  function answer(session: Session, tag: string, [name, rest]: readonly [string, string]): void {
    const say = (line: string): void => write(session, line);
    const done = (word: string): void => say(`${tag} OK ${word}`);
    const [first = ""] = wordsOf(rest);
    if (name === "CAPABILITY") {
      say(`* CAPABILITY ${capabilities()}`);
      return done("here");
    }
    if (name === "NOOP" || name === "CLOSE" || name === "SUBSCRIBE") {
      if (session.folder !== undefined && session.folder.mails.length > session.told) {
        say(`* ${session.folder.mails.length} EXISTS`);
        session.told = session.folder.mails.length;
      }
      return done("done");
    }
    if (name === "LOGOUT") {
      say("* BYE");
      done("bye");
      return void session.socket.end();
    }
    if (!session.signedIn) return say(`${tag} NO not signed in`);
    if (name === "LIST" || name === "LSUB") {
      const pattern = wordsOf(rest)[1] ?? "";
      if (pattern === "") say(`* ${name} (\\Noselect) "/" ""`);
      const listed = [...folders.keys()].filter((folder) => pattern === "*" || pattern === "%" || pattern === folder);
      for (const folder of listed) say(`* ${name} (\\HasNoChildren) "/" "${folder}"`);
      return done("listed");
    }
    if (name === "CREATE") {
      if (folders.has(first)) return say(`${tag} NO [ALREADYEXISTS] it is there`);
      folders.set(first, { validity: 1, nextUid: 1, mails: [] });
      return done("made");
    }
    if (name === "SELECT" || name === "EXAMINE") {
      const folder = folders.get(first === "inbox" ? "INBOX" : first);
      if (folder === undefined) return say(`${tag} NO [NONEXISTENT] no such folder`);
      session.folder = folder;
      session.told = folder.mails.length;
      say("* FLAGS (\\Seen \\Deleted \\Answered \\Flagged \\Draft)");
      say("* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] any");
      say(`* ${folder.mails.length} EXISTS`);
      say("* 0 RECENT");
      say(`* OK [UIDVALIDITY ${folder.validity}] ids`);
      say(`* OK [UIDNEXT ${folder.nextUid}] next`);
      return say(`${tag} OK [READ-WRITE] selected`);
    }
    if (name === "IDLE" && mayIdle) {
      session.idleTag = tag;
      say("+ idling");
      return tellAll();
    }
    if (name === "UID" && session.folder !== undefined) return answerUid(session, tag, rest);
    say(`${tag} BAD unknown`);
  }

  function answerUid(session: Session, tag: string, rest: string): void {
    const { folder } = session;
    if (folder === undefined) return;
    const [verb = "", set = "", ...more] = wordsOf(rest);
    const say = (line: string): void => write(session, line);
    const chosen = (ids: string): readonly HeldMail[] =>
      folder.mails.filter(({ uid }) => isIn(ids, uid, folder.mails.at(-1)?.uid ?? 0));
    switch (verb.toUpperCase()) {
      case "SEARCH": {
        say(
          `* SEARCH ${searched(folder, rest)
            .map(({ uid }) => uid)
            .join(" ")}`.trimEnd(),
        );
        break;
      }
      case "STORE": {
        const flags = (/\(([^)]*)\)/.exec(rest)?.[1] ?? "").split(" ");
        for (const mail of chosen(set)) for (const flag of flags) mail.flags.add(flag);
        break;
      }
      case "MOVE": {
        const target = folders.get(more[0] ?? "");
        if (target === undefined) return say(`${tag} NO [TRYCREATE] no such folder`);
        for (const mail of chosen(set)) {
          say(`* ${folder.mails.indexOf(mail) + 1} EXPUNGE`);
          folder.mails = folder.mails.filter((one) => one !== mail);
          target.mails.push({ ...mail, uid: target.nextUid });
          target.nextUid += 1;
        }
        session.told = folder.mails.length;
        break;
      }
      case "FETCH": {
        for (const mail of chosen(set)) {
          if (/BODY/i.test(rest) && mail.body === "cut") return void session.socket.destroy();
          if (/BODY/i.test(rest) && mail.body === "refused")
            return say(`${tag} NO [SERVERBUG] this mail cannot be read`);
          fetched(session.socket, folder.mails.indexOf(mail) + 1, { mail, asked: rest });
        }
        break;
      }
      default:
        return say(`${tag} BAD unknown`);
    }
    say(`${tag} OK done`);
  }

  const server: Server = createServer((socket) => {
    const session: Session = { socket, folder: undefined, signedIn: false, idleTag: undefined, told: 0 };
    socket.setNoDelay(true); // short lines would wait for each other
    sessions.add(session);
    socket.on("close", () => sessions.delete(session));
    socket.on("error", () => socket.destroy());
    write(session, `* OK [CAPABILITY ${capabilities()}] ready`);
    let pendingAuth: { readonly tag: string; readonly method: string } | undefined;
    readLines(socket, (line) => {
      if (session.idleTag !== undefined && line.toUpperCase() === "DONE") {
        const tag = session.idleTag;
        session.idleTag = undefined;
        return write(session, `${tag} OK waited`);
      }
      if (pendingAuth !== undefined) {
        const { tag, method } = pendingAuth;
        pendingAuth = undefined;
        return authenticated(session, tag, [method, line]);
      }
      const [, tag = "*", name = "", rest = ""] = /^(\S+) (\S+) ?(.*)$/s.exec(line) ?? [];
      const upper = name.toUpperCase();
      commands.push(`${upper} ${upper === "LOGIN" ? "..." : rest}`.trim());
      const words = wordsOf(rest);
      if (upper === "LOGIN") return signIn(session, tag, words[0] === account.user && words[1] === account.password);
      if (upper === "AUTHENTICATE") {
        const method = (words[0] ?? "").toUpperCase();
        if (words[1] !== undefined) return authenticated(session, tag, [method, words[1]]);
        pendingAuth = { tag, method };
        return write(session, "+ ");
      }
      answer(session, tag, [upper, rest]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    port: (server.address() as AddressInfo).port, // it listens on a port, not on a pipe
    deliver(source, given = {}) {
      const bytes = typeof source === "string" ? Buffer.from(source.replaceAll(/\r?\n/g, "\r\n")) : Buffer.from(source);
      const mail: HeldMail = {
        uid: inbox.nextUid,
        source: bytes,
        cameAt: given.cameAt ?? new Date(),
        flags: new Set(),
        body: given.body ?? "good",
      };
      inbox.nextUid += 1;
      inbox.mails.push(mail);
      tellAll();
      return mail;
    },
    folder: (name) => folders.get(name)?.mails ?? [],
    rebuild() {
      inbox.validity += 1;
      inbox.nextUid = inbox.nextUid + 100;
      for (const mail of inbox.mails) {
        mail.uid = inbox.nextUid;
        mail.flags.clear();
        inbox.nextUid += 1;
      }
      for (const { socket } of sessions) socket.destroy();
    },
    cut() {
      for (const { socket } of sessions) socket.destroy();
    },
    allowIdle: (allowed) => void (mayIdle = allowed),
    isIdled: () => [...sessions].some(({ idleTag }) => idleTag !== undefined),
    commands: () => commands,
    async close() {
      for (const { socket } of sessions) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Lines of a client, literals put in place as quoted words. */
function readLines(socket: Socket, heard: (line: string) => void): void {
  let pending = Buffer.alloc(0);
  let line = "";
  let literal = 0;
  socket.on("data", (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      if (literal > 0) {
        if (pending.length < literal) return;
        line += `"${pending.subarray(0, literal).toString()}"`;
        pending = pending.subarray(literal);
        literal = 0;
      }
      const end = pending.indexOf("\r\n");
      if (end < 0) return;
      line += pending.subarray(0, end).toString();
      pending = pending.subarray(end + 2);
      const [, size, plus] = /\{(\d+)(\+?)\}$/.exec(line) ?? [];
      if (size !== undefined) {
        literal = Number(size);
        line = line.slice(0, line.lastIndexOf("{"));
        if (plus === "") socket.write("+ go on\r\n");
        continue;
      }
      const whole = line;
      line = "";
      heard(whole);
    }
  });
}

const wordsOf = (rest: string): readonly string[] =>
  [...rest.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll(/\\(.)/g, "$1") ?? bare ?? "",
  );

/** Whether a set (`1,4:7,9:*`) has a UID; `*` is the last one. */
function isIn(set: string, uid: number, last: number): boolean {
  return set.split(",").some((range) => {
    const [from = 0, to = from] = range.split(":").map((end) => (end === "*" ? last : Number(end)));
    return uid >= Math.min(from, to) && uid <= Math.max(from, to);
  });
}

function searched(folder: Folder, query: string): readonly HeldMail[] {
  const set = /\bUID ([\d:*,]+)/i.exec(query)?.[1];
  const since = /\bSINCE "?(\d{1,2}-\w{3}-\d{4})"?/i.exec(query)?.[1];
  const last = folder.mails.at(-1)?.uid ?? 0;
  return folder.mails.filter(
    (mail) =>
      (set === undefined || isIn(set, mail.uid, last)) &&
      (since === undefined || mail.cameAt.getTime() >= Date.parse(`${since} UTC`)),
  );
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function imapDate(date: Date): string {
  const two = (figure: number): string => String(figure).padStart(2, "0");
  const day = `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

function fetched(
  socket: Socket,
  place: number,
  { mail, asked }: { readonly mail: HeldMail; readonly asked: string },
): void {
  const parts: (string | Buffer)[] = [`UID ${mail.uid}`];
  if (/FLAGS/i.test(asked)) parts.push(`FLAGS (${[...mail.flags].join(" ")})`);
  if (/INTERNALDATE/i.test(asked)) parts.push(`INTERNALDATE "${imapDate(mail.cameAt)}"`);
  if (/RFC822\.SIZE/i.test(asked)) parts.push(`RFC822.SIZE ${mail.source.length}`);
  const isHead = /BODY(?:\.PEEK)?\[HEADER\]/i.test(asked);
  const blank = mail.source.indexOf("\r\n\r\n");
  const body = isHead ? mail.source.subarray(0, blank < 0 ? mail.source.length : blank + 4) : mail.source;
  socket.write(`* ${place} FETCH (${parts.join(" ")}`);
  if (/BODY(?:\.PEEK)?\[/i.test(asked)) {
    socket.write(` ${isHead ? "BODY[HEADER]" : "BODY[]"} {${body.length}}\r\n`);
    socket.write(body);
  }
  socket.write(")\r\n");
}
