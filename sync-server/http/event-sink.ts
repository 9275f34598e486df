import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Ask, HttpEnv } from "./env.ts";

/** An open event stream: takes text; `false` when it takes no more. */
export type EventSink = { readonly write: (text: string) => boolean; readonly end: () => void };

/** Text that may wait for a page that does not read; more and its stream ends, to be resumed. */
const MOST_WAITING = 512 * 1024;

/** Answers with an event stream that lives until the page leaves; without what `open` resolves with it ends at once. */
export async function answerWithEvents(
  c: Ask,
  open: (sink: EventSink) => Promise<(() => void) | undefined>,
): Promise<Response> {
  const { outgoing } = c.env;
  const sink = makeSink(outgoing);
  outgoing.writeHead(200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  });
  outgoing.flushHeaders();
  const stop = await open(sink).catch(() => undefined);
  if (stop === undefined) outgoing.end();
  else if (outgoing.destroyed) stop();
  else outgoing.once("close", stop);
  return RESPONSE_ALREADY_SENT;
}

/** The page's end of a stream. Nothing is kept for it beyond what the socket holds. */
function makeSink(outgoing: HttpEnv["Bindings"]["outgoing"]): EventSink {
  return {
    write: (text) => {
      if (outgoing.destroyed || outgoing.writableLength > MOST_WAITING) return false;
      outgoing.write(text);
      return true;
    },
    end: () => {
      // A page that does not read would keep a polite end waiting for ever.
      if (outgoing.writableLength > MOST_WAITING) outgoing.destroy();
      else outgoing.end();
    },
  };
}
