import type { Json } from "../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { openLog } from "../platform/log.ts";
import type { ChannelFake } from "./fake.ts";
import type {
  ChannelModule,
  Connector,
  HookAnswer,
  InboundEvent,
  InboundSink,
  OutFile,
  Outgoing,
  SetAside,
} from "./port.ts";

/** A connector on its fake's settings, at a fixed time; `more` overrides settings. */
export function openOnFake(
  module: ChannelModule,
  fake: ChannelFake,
  more: Readonly<Record<string, Json>> = {},
): Connector {
  return module.open({
    channel: "channel.000000000000000000" as ThreadId,
    settings: { ...fake.settings, ...more },
    clock: () => 1_763_800_100_000,
    random: () => 0.5,
    log: openLog("silent"),
    deskUrl: "http://127.0.0.1:1",
  });
}

/** What a connector told; `isDown`: the store does not answer. */
export type MemorySink = InboundSink & {
  readonly taken: (InboundEvent | SetAside)[];
  readonly wait: (count: number) => Promise<void>;
  isDown: boolean;
  kept: Json | undefined;
};

/** Keeps what came; `wait` resolves when there are so many. */
export function memorySink(): MemorySink {
  const taken: (InboundEvent | SetAside)[] = [];
  const waiting: { count: number; done: () => void }[] = [];
  const sink: MemorySink = {
    taken,
    isDown: false,
    kept: undefined,
    wait: (count) =>
      new Promise<void>((done) => {
        if (taken.length >= count) done();
        else waiting.push({ count, done });
      }),
    take(events) {
      if (sink.isDown) return Promise.reject(new Error("the store does not answer"));
      taken.push(...events);
      for (const one of waiting) if (taken.length >= one.count) one.done();
      return Promise.resolve();
    },
    place: () => Promise.resolve(sink.kept),
    keepPlace(place) {
      sink.kept = place;
      return Promise.resolve();
    },
  };
  return sink;
}

/** An answer with nothing but a text, and what `more` says. */
export const outgoingOf = (text: string, more: Partial<Outgoing> = {}): Outgoing => ({
  key: `key-${text}`,
  text,
  files: [],
  choices: [],
  refs: [],
  thread: "dialog.000000000000000000" as ThreadId,
  locale: "ru",
  automatic: false,
  ...more,
});

/** A file of ours on its way out. */
export const outFileOf = (name: string, type: string, text: string): OutFile => ({
  sha: "0".repeat(64),
  name,
  type,
  size: new TextEncoder().encode(text).byteLength,
  open: () =>
    Promise.resolve(
      (async function* () {
        yield await Promise.resolve(new TextEncoder().encode(text));
      })(),
    ),
});

/** Sends an answer part by part, as the core does; the outcome of the last. */
export async function sendAll(
  connector: Connector,
  what: Outgoing,
  { to, key = what.key }: { readonly to: Json; readonly key?: string },
): Promise<unknown> {
  let last: unknown;
  for (const [index, part] of connector.render(what, to).entries()) {
    last = await connector.send(part, to, { key: `${key}-${index}`, signal: AbortSignal.timeout(10_000) });
  }
  return last;
}

/** Calls a connector's hook as the other side does. */
export async function callHook(
  connector: Connector,
  sink: InboundSink,
  call: {
    readonly method?: string;
    readonly query?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Promise<HookAnswer | undefined> {
  return connector.hook?.(
    {
      method: call.method ?? "POST",
      path: "",
      query: new URLSearchParams(call.query ?? ""),
      headers: new Headers(call.headers ?? {}),
      body: new TextEncoder().encode(call.body ?? ""),
    },
    sink,
  );
}

/** All bytes of a stream. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
