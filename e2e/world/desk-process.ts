import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BUILT = fileURLToPath(new URL("../../dist/server/main.js", import.meta.url));
const READY_MS = 30_000;

/** A port that was free a moment ago; kept over restarts, because browsers come back to the same origin. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** The real, built desk in a process of its own, on data that outlives it. */
export interface DeskProcess {
  readonly port: number;
  readonly origin: string;
  readonly folder: string;
  /** What it printed on its first lines, as addresses. */
  readonly printed: {
    readonly desk: string;
    readonly firstSignIn: string | undefined;
    readonly chat: string;
    /** Of a demo: who may sign in. */
    readonly demo?: { readonly emails: readonly string[]; readonly password: string };
  };
  /** kill -9, at once. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Starts it again on the same data and port; `env` goes over what it was opened with. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Everything it wrote to stderr since the last start. */
  log(): string;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** Starts the built server; `npm run build` must have run before. */
export async function openDeskProcess(
  options: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<DeskProcess> {
  if (!existsSync(BUILT)) throw new Error("dist/server/main.js is missing: run `npm run build` first");
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "otklik-desk-"));
  let child: ChildProcess | undefined;
  let errors = "";
  let printed: DeskProcess["printed"] = { desk: "", firstSignIn: undefined, chat: "" };

  const exited = (process: ChildProcess): Promise<number | null> =>
    process.exitCode !== null || process.signalCode !== null
      ? Promise.resolve(process.exitCode)
      : new Promise((resolve) => process.once("exit", (code) => resolve(code)));

  async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    errors = "";
    let output = "";
    const process_ = spawn(process.execPath, [BUILT, ...(options.args ?? [])], {
      env: {
        ...process.env,
        NODE_ENV: "production",
        PORT: String(port),
        HOST: "127.0.0.1",
        DATA_DIR: folder,
        ...options.env,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = process_;
    process_.stderr.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-200_000);
    });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the desk did not start in ${READY_MS} ms:\n${output}\n${errors}`)),
        READY_MS,
      );
      process_.once("exit", (code) => reject(new Error(`the desk ended with ${code}:\n${output}\n${errors}`)));
      process_.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const chat = /Public chat:\s+(\S+)/.exec(output)?.[1];
        const desk = /Otklik desk:\s+(\S+)/.exec(output)?.[1];
        const people = /Demo people:\s+(.+?)\s{2,}password: (\S+)\n/.exec(output);
        const isDemo = options.args?.includes("--demo") === true;
        if (chat === undefined || desk === undefined || (isDemo && people === null)) return;
        clearTimeout(timer);
        const firstSignIn = /first sign-in:\s+(\S+)/.exec(output)?.[1];
        const demo = { emails: people?.[1]?.split(", ") ?? [], password: people?.[2] ?? "" };
        printed = { desk, chat, firstSignIn, ...(people === null ? {} : { demo }) };
        resolve();
      });
    });
  }

  await start();
  const kill = async (): Promise<void> => {
    if (child === undefined) return;
    const end = exited(child);
    child.kill("SIGKILL");
    await end;
  };
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    folder,
    get printed() {
      return printed;
    },
    kill,
    stop: async () => {
      if (child === undefined) return null;
      const end = exited(child);
      child.kill("SIGTERM");
      return end;
    },
    restart: start,
    log: () => errors,
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
