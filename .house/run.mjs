import { spawn } from "node:child_process";
import { projectRoot } from "./place.mjs";

/** How much of a child's output is kept, from its end. */
const KEPT_OUTPUT = 400_000;

/** Process groups that are alive now; all of them end with us. */
const living = new Set();

function endGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    for (const pid of living) endGroup(pid, "SIGTERM");
    setTimeout(() => process.exit(130), 300);
  });
}
process.on("exit", () => {
  for (const pid of living) endGroup(pid, "SIGKILL");
});

/**
 * Runs a program in the project's folder and waits for its end. It gets no stdin and a process group of its own, which
 * is killed whole when the limit passes or when we are stopped.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string | undefined>, limitMs?: number, show?: boolean }} [options]
 *   `show` passes the output through as it comes; otherwise it is only collected.
 * @returns {Promise<{ code: number, output: string, ms: number, timedOut: boolean }>} never rejects
 */
export function run(command, args, options = {}) {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: projectRoot,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  return new Promise((resolve) => {
    let output = "";
    let timedOut = false;
    const keep = (/** @type {Buffer} */ chunk) => {
      if (options.show) process.stdout.write(chunk);
      output += chunk.toString("utf8");
      if (output.length > 2 * KEPT_OUTPUT) output = output.slice(-KEPT_OUTPUT);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const timer = options.limitMs
      ? setTimeout(() => {
          timedOut = true;
          output += `\nStopped: it ran longer than ${Math.round(options.limitMs / 1000)} s.\n`;
          endGroup(child.pid, "SIGTERM");
          setTimeout(() => endGroup(child.pid, "SIGKILL"), 3_000).unref();
        }, options.limitMs)
      : undefined;
    const finish = (/** @type {number} */ code) => {
      clearTimeout(timer);
      if (child.pid !== undefined) {
        endGroup(child.pid, "SIGKILL");
        living.delete(child.pid);
      }
      resolve({ code, output: output.slice(-KEPT_OUTPUT), ms: performance.now() - startedAt, timedOut });
    };
    if (child.pid !== undefined) living.add(child.pid);
    child.on("error", (error) => {
      output += `${command}: ${error.message}\n`;
      finish(127);
    });
    child.on("exit", (code) => {
      // The pipes may outlive the child in the hands of a grandchild: wait a moment for the last bytes, no longer.
      const last = setTimeout(() => finish(code ?? 1), 500);
      child.on("close", () => {
        clearTimeout(last);
        finish(code ?? 1);
      });
    });
  });
}

/** Runs a script of an installed package with this same Node, without npm or a shell between. */
export function runNode(/** @type {readonly string[]} */ args, options = {}) {
  return run(process.execPath, args, options);
}
