import { afterEach } from "vitest";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { openLog } from "../../platform/log.ts";
import type { Connector, InboundEvent, InboundSink, Outgoing, SetAside } from "../port.ts";
import { type FakeMail, openFakeMail } from "./fake.ts";
import { emailModule } from "./module.ts";

export const CHANNEL = "channel.000000000000000000" as ThreadId;
export const DIALOG = "dialog.01kb0000000000abcd" as ThreadId;

/** What the tests of a file opened; closed after each. */
export const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A connector on a fresh fake. */
export async function onFake(
  more: Readonly<Record<string, Json>> = {},
): Promise<{ fake: FakeMail; connector: Connector }> {
  const fake = await openFakeMail();
  open.push(fake.close);
  return { fake, connector: connectorOn(fake, more) };
}

/** Another connector on the same fake. */
export function connectorOn(fake: FakeMail, more: Readonly<Record<string, Json>> = {}): Connector {
  const connector = emailModule.open({
    channel: CHANNEL,
    settings: { ...fake.settings, ...more },
    clock: Date.now,
    random: Math.random,
    log: openLog("silent"),
    deskUrl: "http://127.0.0.1:1",
  });
  open.push(connector.close);
  return connector;
}

/** What a desk would keep of a channel; it may be down, and it may fall just before a place is kept. */
export type Keeper = InboundSink & {
  readonly taken: (InboundEvent | SetAside)[];
  readonly until: (ready: () => boolean) => Promise<void>;
  isDown: boolean;
  fallsBeforePlace: boolean;
};

/** An empty desk. */
export function makeKeeper(): Keeper {
  let kept: Json | undefined;
  const waiting = new Set<() => void>();
  const told = (): void => {
    for (const look of waiting) look();
  };
  const keeper: Keeper = {
    taken: [],
    isDown: false,
    fallsBeforePlace: false,
    until: (ready) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (!ready()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async take(events) {
      if (keeper.isDown) throw new Error("the store does not answer");
      keeper.taken.push(...events);
      told();
    },
    place: async () => kept,
    async keepPlace(place) {
      if (keeper.fallsBeforePlace) throw new Error("the store does not answer");
      kept = place;
      told();
    },
  };
  return keeper;
}

/** Listens until it is stopped; `ended` is what `receive` came to. */
export function listen(
  connector: Connector,
  keeper: Keeper,
): { readonly stop: () => Promise<void>; readonly ended: Promise<unknown> } {
  const given = new AbortController();
  const ended = (connector.receive?.(keeper, given.signal) ?? Promise.reject(new Error("it does not listen"))).then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    ended,
    stop: async () => {
      given.abort();
      await ended;
    },
  };
}

/** What came, in words. */
export const textsOf = (keeper: Keeper): readonly string[] =>
  keeper.taken.map((event) =>
    event.t === "message" ? event.text : event.t === "aside" ? `aside ${event.reason}` : event.t,
  );
/** Ids of the messages that came. */
export const idsOf = (keeper: Keeper): readonly string[] =>
  keeper.taken.flatMap((event) => (event.t === "message" ? [event.id] : []));

/** An answer with nothing but a text, and what `more` says. */
export const said = (text: string, more: Partial<Outgoing> = {}): Outgoing => ({
  key: `key of ${text}`,
  text,
  files: [],
  choices: [],
  refs: [],
  thread: DIALOG,
  locale: "en",
  automatic: false,
  ...more,
});

/** Sends the first part of an answer. */
export async function sendOne(connector: Connector, outgoing: Outgoing, to: Json = { mail: "ivan@users.example" }) {
  const [part] = connector.render(outgoing, to);
  if (part === undefined) throw new Error("nothing to send");
  return connector.send(part, to, { key: outgoing.key, signal: AbortSignal.timeout(10_000) });
}
