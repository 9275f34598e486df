import { type ChildProcess, spawn } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { findMailServers } from "../../../.house/mail-servers.mjs";

/** Dovecot and OpenSMTPD on free ports of this machine, with mailboxes of `desk@desk.example` and `ivan@users.example`. */
export type MailServers = {
  readonly imapPort: number;
  readonly smtpPort: number;
  readonly password: string;
  /** Mails in a mailbox as they stand on the disk, oldest first, without the servers' own lines. */
  readonly mailsOf: (user: "desk" | "ivan") => Promise<readonly string[]>;
  /** Dovecot ends, and begins again; `forgetful`: its list of UIDs is lost, as when a mailbox is restored. */
  readonly restartImap: (how: "forgetful" | "plain") => Promise<void>;
  readonly close: () => Promise<void>;
};

const PASSWORD = "mail-password";
/** Debian's `nobody`: owns the mailboxes. */
const OWNER = 65_534;

/** Starts both. Throws, with what to install, where they are not on this machine. Mail to `far.example` is refused by its server. */
export async function openMailServers(): Promise<MailServers> {
  const programs = findMailServers();
  const folder = await mkdtemp(join(tmpdir(), "otklik-mail-"));
  await chmod(folder, 0o755);
  const mail = join(folder, "mail");
  await mkdir(mail);
  await chown(mail, OWNER, OWNER);
  const [imapPort, smtpPort] = [await freePort(), await freePort()];
  const far = await openFar();
  await writeFile(
    join(folder, "users"),
    ["desk@desk.example", "ivan@users.example"].map((user) => userLine(user, mail)).join(""),
  );
  const dovecotConf = join(folder, "dovecot.conf");
  await writeFile(dovecotConf, dovecotSettings(folder, imapPort));
  const smtpdConf = join(folder, "smtpd.conf");
  await writeFile(smtpdConf, smtpdSettings(mail, { smtpPort, farPort: far.port }));

  const startImap = async (): Promise<ChildProcess> => {
    const child = spawn(programs.dovecot, ["-F", "-c", dovecotConf], { stdio: "ignore", detached: true });
    await untilOpen(imapPort, child, () => readFile(join(folder, "dovecot.log"), "utf8"));
    return child;
  };
  let imap = await startImap();
  const smtp = spawn(programs.smtpd, ["-d", "-f", smtpdConf], { stdio: ["ignore", "ignore", "pipe"], detached: true });
  let complaint = "";
  smtp.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  await untilOpen(smtpPort, smtp, async () => complaint);

  return {
    imapPort,
    smtpPort,
    password: PASSWORD,
    async mailsOf(user) {
      const box = join(mail, user, "Maildir");
      const names = (await Promise.all(["new", "cur"].map((part) => listed(join(box, part))))).flat();
      const byAge = names.sort((a, b) => (a.name < b.name ? -1 : 1));
      return Promise.all(byAge.map(({ path }) => readFile(path, "utf8")));
    },
    async restartImap(how) {
      await ended(imap);
      const box = join(mail, "desk", "Maildir");
      if (how === "forgetful") {
        for (const name of await readdir(box))
          if (name.startsWith("dovecot")) await rm(join(box, name), { recursive: true });
      }
      imap = await startImap();
    },
    async close() {
      await Promise.all([ended(imap), ended(smtp), far.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const userLine = (user: string, mail: string): string =>
  `${user}:{PLAIN}${PASSWORD}:${OWNER}:${OWNER}::${mail}/${user.slice(0, user.indexOf("@"))}::\n`;

const dovecotSettings = (folder: string, port: number): string => `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = scheme=plain username_format=%u ${folder}/users
}
userdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`;

const smtpdSettings = (mail: string, ports: { readonly smtpPort: number; readonly farPort: number }): string => `
table boxes { "desk@desk.example" = "nobody", "ivan@users.example" = "nobody" }
listen on 127.0.0.1 port ${ports.smtpPort} hostname mx.desk.example
action "in" maildir "${mail}/%{rcpt.user}/Maildir" virtual <boxes>
action "out" relay host "smtp://127.0.0.1:${ports.farPort}" helo mx.desk.example
match from any for domain { "desk.example", "users.example" } action "in"
match from any for domain "far.example" action "out"
`;

/** Somebody else's server, which knows nobody. */
async function openFar(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo: (_address, _session, done) =>
      done(Object.assign(new Error("5.1.1 no such user here"), { responseCode: 550 })),
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo; // a TCP server's
  return {
    port,
    close: () =>
      new Promise<void>((resolve) => {
        for (const connection of server.connections) connection._socket?.destroy();
        server.close(resolve);
      }),
  };
}

async function listed(folder: string): Promise<readonly { readonly name: string; readonly path: string }[]> {
  const names = await readdir(folder).catch(() => []); // nothing came yet
  return names.map((name) => ({ name, path: join(folder, name) }));
}

/** With all that it started: Dovecot leaves the processes of its clients to themselves, for half a minute. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGTERM");
  await exit;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo; // a TCP server's
      server.close(() => resolve(port));
    });
  });

async function untilOpen(port: number, child: ChildProcess, complaint: () => Promise<string>): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    if (child.exitCode !== null)
      throw new Error(`a mail server ended with ${child.exitCode}: ${(await complaint()).slice(-1_000)}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => (socket.destroy(), resolve(true)));
      socket.once("error", () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("a mail server does not answer");
}
