import { type ChildProcess, fork } from "node:child_process";
import { builtProcess, type ProcessName } from "./build-processes.ts";

/** Calls by name with JSON in and out, between a bench and a process of its own. */
type Call = { readonly id: number; readonly name: string; readonly argument: unknown };
type Answer = { readonly id: number; readonly value?: unknown; readonly error?: string };

/** A process of the bench: what it serves is called by name. */
export type Child = {
  /** Rejects when the process fails or ends. */
  readonly call: <Value>(act: string, argument?: unknown) => Promise<Value>;
  readonly pid: number;
  /** Everything it wrote to stderr. */
  readonly errors: () => string;
  readonly end: () => Promise<void>;
};

const PATIENCE_MS = 3_000;

/** With BENCH_PROFILE=<folder> every process of the bench leaves a CPU profile there. */
function profileArguments(): readonly string[] {
  const folder = process.env["BENCH_PROFILE"];
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}

/** Starts a program of the bench in a Node of its own and waits until it serves. */
export async function openChild(name: ProcessName, args: readonly string[] = []): Promise<Child> {
  const child: ChildProcess = fork(await builtProcess(name), args, {
    execArgv: [...profileArguments()],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
    env: { ...process.env, NODE_ENV: "production" },
  });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-20_000);
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let count = 0;
  let isEnding = false;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      const error = new Error(`${name} ended with ${code ?? signal}: ${errors}`);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}: ${errors}`)));
  });
  child.on("message", (answer: Answer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error === undefined) asked?.resolve(answer.value);
    else asked?.reject(new Error(answer.error));
  });
  return {
    pid: child.pid ?? 0,
    errors: () => errors,
    call: <Value>(act: string, argument?: unknown): Promise<Value> =>
      new Promise<Value>((resolve, reject) => {
        if (isEnding || !child.connected) return reject(new Error(`${name} has ended: ${errors}`));
        count += 1;
        waiting.set(count, { resolve: resolve as (value: unknown) => void, reject }); // the caller names the shape
        child.send({ id: count, name: act, argument } satisfies Call);
      }),
    end: async () => {
      isEnding = true;
      // It ends with its parent's line; one that hangs is killed.
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** What a process serves: by name, each taking one argument. */
export type Served = Readonly<Record<string, (argument: never) => unknown>>;

/** In the process: serves the calls of its parent, and ends with it. */
export function serveParent(served: Served): void {
  process.on("message", ({ id, name, argument }: Call) => {
    const act = served[name] as ((argument: unknown) => unknown) | undefined; // the caller knows what it takes
    Promise.resolve()
      .then(() => {
        if (act === undefined) throw new Error(`nothing of the name ${name} is served`);
        return act(argument);
      })
      .then(
        (value) => process.send?.({ id, value } satisfies Answer),
        (error: unknown) => process.send?.({ id, error: text(error) } satisfies Answer),
      );
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.("ready");
}

const text = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
