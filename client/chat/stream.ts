import type { ChatEvent } from "../../shared/protocol/chat.ts";

/** One block of an event stream (WHATWG HTML, server-sent events); comments and other fields are passed over. */
export function parseBlock<Event = ChatEvent>(block: string): Event | undefined {
  const lines = block
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).replace(/^ /, ""));
  if (lines.length === 0) return undefined;
  return JSON.parse(lines.join("\n")) as Event; // our own server's word; an unknown `t` is passed over by the page's model
}

/** Why a stream ended. */
export type StreamEnd = "closed" | "silent" | "aborted" | { readonly status: number };

/**
 * Reads an event stream by `fetch`, because the secret belongs in a header and `EventSource` has none. Ends after
 * `silentMs` without a byte: the server says something at least every 20 s.
 */
export async function readStream<Event = ChatEvent>(
  url: string,
  secret: string,
  options: { readonly signal: AbortSignal; readonly silentMs: number; readonly onEvent: (event: Event) => void },
): Promise<StreamEnd> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), options.silentMs);
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${secret}`, accept: "text/event-stream" },
      signal: AbortSignal.any([options.signal, silence.signal]),
      cache: "no-store",
    });
    // A captive portal answers 200 with a page of its own.
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    if (!response.ok || !isStream || response.body === null) return { status: response.ok ? 0 : response.status };
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return "closed";
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), options.silentMs);
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parseBlock<Event>(block);
        if (event !== undefined) options.onEvent(event);
      }
    }
  } catch {
    if (options.signal.aborted) return "aborted";
    return silence.signal.aborted ? "silent" : "closed";
  } finally {
    clearTimeout(timer);
  }
}
