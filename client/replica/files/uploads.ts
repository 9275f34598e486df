import { PART_BYTES, type UploadAnswer } from "../../../shared/protocol/files.ts";
import type { Environment } from "../../platform/environment.ts";
import { type CallFailure, callServer } from "../http.ts";
import { retryWait } from "../sync/retry.ts";
import type { FileKeep, KeptFile } from "./keep.ts";

/** Files sent at once. */
const LANES = 2;

export type UploadProgress = {
  readonly sha: string;
  readonly sent: number;
  readonly total: number;
  /** The server will not have it, ever: the thread shows it. */
  readonly refused?: string;
};

/** Sends pinned files in parts, beside the items that name them (CL19); each part may be sent again, so it may stop anywhere. */
export interface Uploads {
  /** Runs until `lost` aborts. */
  start(lost: AbortSignal): void;
  /** There is a new file, or a line. */
  wake(): void;
  /** Files that the server will not have, by hash, and its code; what names one of them is not sent. */
  refusals(): ReadonlyMap<string, string>;
}

export function makeUploads(
  environment: Environment,
  keep: FileKeep,
  progressed: (progress: UploadProgress) => void,
): Uploads {
  let lost: AbortSignal | undefined;
  let running = false;
  let again = false;
  let attempt = 0;
  let stopTimer: () => void = () => undefined;
  /** What the server refused for good; asked once a session. */
  const refused = new Map<string, string>();
  const fetch: Environment["fetch"] = (path, init) => environment.fetch(path, init);

  async function run(signal: AbortSignal): Promise<void> {
    running = true;
    stopTimer();
    let failure: CallFailure | undefined;
    do {
      again = false;
      const waiting = (await keep.pinned().catch(() => [])).filter(({ sha }) => !refused.has(sha));
      const lane = async (): Promise<void> => {
        for (let file = waiting.shift(); file !== undefined && !signal.aborted; file = waiting.shift()) {
          const answer = await sendFile(file, signal).catch((): CallFailure => ({ why: "unreachable" }));
          if (answer !== undefined) failure = answer;
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
    } while (again && !signal.aborted);
    running = false;
    if (failure === undefined) {
      attempt = 0;
      return;
    }
    if (signal.aborted || failure.why === "signed-out") return;
    stopTimer = environment.setTimer(() => wake(), retryWait(attempt, environment.random()));
    attempt += 1;
  }

  /** Answers why it could not be finished now. */
  async function sendFile(file: KeptFile, signal: AbortSignal): Promise<CallFailure | undefined> {
    const { sha, size, name, type } = file;
    const bytes = await keep.bytes(sha, environment.now());
    if (bytes === undefined) return keep.unpin(sha).then(() => undefined);
    let answer = await callServer<UploadAnswer>(fetch, "/api/files", {
      method: "POST",
      body: { sha, size, name, type },
      signal,
    });
    for (;;) {
      if (!answer.ok) return fell(file, answer.error);
      const { offset, complete } = answer.value;
      progressed({ sha, sent: offset, total: size });
      if (complete) return keep.unpin(sha).then(() => undefined);
      answer = await callServer<UploadAnswer>(fetch, `/api/files/${sha}`, {
        method: "PATCH",
        body: bytes.slice(offset, offset + PART_BYTES),
        headers: { "upload-offset": String(offset), "content-type": "application/octet-stream" },
        signal,
      });
      if (!answer.ok && answer.error.why === "refused" && answer.error.code === "file-offset") {
        // Somebody else (another tab, an earlier try) has sent more or less than we know: ask where it stands.
        answer = await callServer<UploadAnswer>(fetch, "/api/files", {
          method: "POST",
          body: { sha, size, name, type },
          signal,
        });
      }
    }
  }

  function fell({ sha, size }: KeptFile, error: CallFailure): CallFailure | undefined {
    if (error.why !== "refused" || error.code === "file-sha" || error.code === "file-offset") return error;
    refused.set(sha, error.code);
    progressed({ sha, sent: 0, total: size, refused: error.code });
    return undefined;
  }

  function wake(): void {
    if (lost === undefined || lost.aborted) return;
    if (running) again = true;
    else void run(lost);
  }

  return {
    start: (signal) => {
      lost = signal;
      signal.addEventListener("abort", () => stopTimer(), { once: true });
      wake();
    },
    wake,
    refusals: () => refused,
  };
}
