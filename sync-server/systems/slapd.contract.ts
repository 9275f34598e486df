import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../../.house/debian.mjs";

/** OpenLDAP's own server on a free port of this machine, with a folder of its own. */
export type Slapd = {
  readonly url: string;
  readonly bindDn: string;
  readonly password: string;
  readonly close: () => Promise<void>;
};

const SUFFIX = "dc=example,dc=com";

/** Starts slapd with the entries of an LDIF. Throws, with what to install, when there is none on this machine. */
export async function openSlapd(ldif: string): Promise<Slapd> {
  const program = findProgram(["slapd"]);
  const loader = findProgram(["slapadd"]);
  if (program === undefined || loader === undefined)
    throw new Error("slapd was not found: install the Debian package slapd");
  const folder = await mkdtemp(join(tmpdir(), "otklik-slapd-"));
  const config = join(folder, "slapd.conf");
  const port = await freePort();
  await writeFile(
    config,
    [
      ...["core", "cosine", "inetorgperson"].map((name) => `include /etc/ldap/schema/${name}.schema`),
      "modulepath /usr/lib/ldap",
      "moduleload back_mdb",
      `pidfile ${join(folder, "pid")}`,
      "database mdb",
      "maxsize 67108864",
      `suffix "${SUFFIX}"`,
      `rootdn "cn=admin,${SUFFIX}"`,
      "rootpw secret",
      `directory ${folder}`,
    ].join("\n"),
  );
  const loaded = spawnSync(loader, ["-q", "-f", config], { input: ldif, encoding: "utf8" });
  if (loaded.status !== 0) throw new Error(`slapadd: ${loaded.stderr}`);
  const child = spawn(program, ["-f", config, "-h", `ldap://127.0.0.1:${port}`, "-d", "0"], { stdio: "ignore" });
  await untilOpen(port, child);
  return {
    url: `ldap://127.0.0.1:${port}`,
    bindDn: `cn=admin,${SUFFIX}`,
    password: "secret",
    close: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.kill("SIGTERM")) await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
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

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (child.exitCode !== null) throw new Error(`slapd ended with ${child.exitCode}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => (socket.destroy(), resolve(true)));
      socket.once("error", () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("slapd does not answer");
}
