import type { ChannelAbilities } from "../../shared/channels/abilities.ts";
import type { ChannelSetup } from "../../shared/channels/setup.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { ChannelFake, FakeFault, FakeFile, FakeSent } from "./fake.ts";
import {
  ChannelError,
  type ChannelModule,
  type Connector,
  type InboundEvent,
  type OutPart,
  type SetAside,
} from "./port.ts";

/** What the other side of the twin tells, as it comes over its wire. */
type Update =
  | {
      readonly update: number;
      readonly kind: "message";
      readonly id: string;
      readonly user: string;
      readonly text: string;
      readonly files: readonly { readonly name: string; readonly type: string; readonly at: number }[];
      readonly replyTo?: string;
      readonly date: number;
    }
  | {
      readonly update: number;
      readonly kind: "edit";
      readonly of: string;
      readonly user: string;
      readonly text: string;
      readonly date: number;
    }
  | {
      readonly update: number;
      readonly kind: "erase";
      readonly of: string;
      readonly user: string;
      readonly date: number;
    }
  | {
      readonly update: number;
      readonly kind: "press";
      readonly user: string;
      readonly value: string;
      readonly label: string;
      readonly date: number;
    }
  | {
      readonly update: number;
      readonly kind: "receipt";
      readonly of: string;
      readonly state: "delivered" | "read";
      readonly date: number;
    }
  | {
      readonly update: number;
      readonly kind: "start";
      readonly user: string;
      readonly payload: string;
      readonly date: number;
    }
  | { readonly update: number; readonly kind: string; readonly odd: true };

type TwinPart = OutPart & {
  readonly kind: "text" | "file";
  readonly text: string;
  readonly buttons: readonly { readonly label: string; readonly value: string }[];
  readonly replyTo?: string;
  readonly file?: {
    readonly name: string;
    readonly type: string;
    readonly open: () => Promise<AsyncIterable<Uint8Array>>;
  };
};

const TEXT_LENGTH = 400;

export const TWIN_ABILITIES: ChannelAbilities = {
  kind: "telegram",
  carried: "connector",
  textLength: TEXT_LENGTH,
  fileBytesOut: 64 * 1024,
  fileBytesIn: 1024 * 1024,
  buttons: 8,
  buttonLength: 60,
  typing: true,
  receipts: "read",
  replies: true,
  dedupes: false,
  writesFirst: false,
  threading: "user",
  verifies: true,
};

const words = (text: string) => ({ ru: text, en: text });
const SETUP: ChannelSetup = {
  kind: "telegram",
  name: words("Twin"),
  about: words("The other side in memory"),
  fields: [
    { name: "server", type: "text", label: words("Server"), required: true },
    { name: "token", type: "secret", label: words("Token"), required: true },
  ],
  guide: [],
  hook: false,
};

/** The other side in memory: a feed of updates with a marker, a door for messages, and the faults of a fake. */
class TwinServer {
  readonly #updates: Update[] = [];
  readonly #keys = new Map<string, string>();
  readonly taken: FakeSent[] = [];
  readonly values = new Map<string, string>();
  readonly files: Uint8Array[] = [];
  readonly #wakes = new Set<() => void>();
  readonly typing: boolean[] = [];
  acknowledged = 0;
  #fault: { fault: FakeFault; left: number } | undefined;
  #externals = 0;

  add(update: Record<string, Json>): number {
    const number = this.#updates.length + 1;
    this.#updates.push({ ...update, update: number } as unknown as Update); // written below, in its kinds
    this.wake();
    return number;
  }

  wake(): void {
    for (const wake of this.#wakes) wake();
    this.#wakes.clear();
  }

  /** Asking behind a marker acknowledges everything up to it. */
  async poll(after: number, signal: AbortSignal): Promise<readonly Update[]> {
    this.acknowledged = Math.max(this.acknowledged, after);
    while (!signal.aborted) {
      const rows = this.#updates.slice(after, after + 10);
      if (rows.length > 0) return rows;
      await new Promise<void>((resolve) => {
        this.#wakes.add(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    return [];
  }

  repeat(): number {
    // The same updates once more, under the numbers that they had: only their places in the feed are new.
    this.#updates.push(...this.#updates.slice());
    this.wake();
    return this.#updates.length;
  }

  arm(fault: FakeFault, count: number): void {
    this.#fault = { fault, left: count };
  }

  takeFault(): FakeFault | undefined {
    if (this.#fault === undefined || this.#fault.left <= 0) return undefined;
    this.#fault.left -= 1;
    return this.#fault.fault;
  }

  take(message: Omit<FakeSent, "external">, key: string | undefined): string {
    const known = key === undefined ? undefined : this.#keys.get(key);
    if (known !== undefined) return known;
    this.#externals += 1;
    const external = `ours-${this.#externals}`;
    if (key !== undefined) this.#keys.set(key, external);
    this.taken.push({ ...message, external });
    return external;
  }

  get length(): number {
    return this.#updates.length;
  }
}

const servers = new Map<string, TwinServer>();

function parseUpdate(update: Update): InboundEvent | SetAside | undefined {
  const { update: number } = update;
  if ("odd" in update) return { t: "aside", reason: "unknown-kind", raw: update as unknown as Json };
  const common = (user: string) => ({
    id: `update-${number}`,
    at: "date" in update ? update.date : 0,
    user: { id: user, name: `User ${user}`, locale: "ru" as const },
    address: { chat: user },
  });
  switch (update.kind) {
    case "message":
      return {
        ...common(update.user),
        t: "message",
        external: update.id,
        text: update.text,
        ...(update.replyTo === undefined ? {} : { replyTo: update.replyTo }),
        files: update.files.map(({ name, type, at }) => ({ name, type, ref: at })),
      };
    case "edit":
      return { ...common(update.user), t: "edit", of: update.of, text: update.text };
    case "erase":
      return { ...common(update.user), t: "erase", of: update.of };
    case "press":
      return { ...common(update.user), t: "press", value: update.value, label: update.label };
    case "start":
      return { ...common(update.user), t: "start", payload: update.payload };
    case "receipt":
      return { t: "receipt", of: update.of, state: update.state, at: update.date, upTo: true };
    default:
      return { t: "aside", reason: "unknown-kind", raw: update as unknown as Json };
  }
}

/** A channel in memory that keeps every clause of the contract. `abilities` makes it another channel. */
export function makeTwinModule(abilities: Partial<ChannelAbilities> = {}): ChannelModule {
  const all = { ...TWIN_ABILITIES, ...abilities };
  return {
    kind: all.kind,
    abilities: all,
    setup: { ...SETUP, kind: all.kind },
    open: ({ settings }): Connector => {
      const name = settings["server"];
      const server = typeof name === "string" ? servers.get(name) : undefined;
      const isSignedIn = settings["token"] === "a secret token";
      if (server === undefined) throw new ChannelError("unreachable", "there is no such server");
      return {
        receive: async (sink, signal) => {
          if (!isSignedIn) throw new ChannelError("auth", "the token is not taken");
          const kept = await sink.place();
          for (let place = typeof kept === "number" ? kept : 0; !signal.aborted; ) {
            const rows = await server.poll(place, signal);
            if (rows.length === 0) continue;
            await sink.take(rows.flatMap((row) => parseUpdate(row) ?? []));
            place += rows.length;
            await sink.keepPlace(place);
          }
        },
        reread: (raw) => [parseUpdate(raw as unknown as Update) ?? { t: "aside", reason: "broken", raw }],
        render: (outgoing) => {
          const texts: string[] = [];
          for (let rest = outgoing.text; rest !== ""; rest = rest.slice(all.textLength)) {
            texts.push(rest.slice(0, all.textLength));
          }
          const replyTo = outgoing.replyTo === undefined ? {} : { replyTo: outgoing.replyTo };
          return [
            ...texts.map(
              (text, at): TwinPart => ({
                kind: "text",
                text,
                buttons: at === texts.length - 1 ? outgoing.choices : [],
                ...replyTo,
              }),
            ),
            ...outgoing.files.map(
              ({ name, type, open }): TwinPart => ({ kind: "file", text: "", buttons: [], file: { name, type, open } }),
            ),
          ];
        },
        send: async (given, to, { key }) => {
          const part = given as TwinPart; // rendered above
          const { chat } = to as { readonly chat: string }; // as parsed above
          if (!isSignedIn) return { t: "failed", code: "auth" };
          const files: FakeFile[] = [];
          if (part.file !== undefined) {
            const parts: Uint8Array[] = [];
            for await (const bytes of await part.file.open()) parts.push(bytes);
            files.push({ name: part.file.name, type: part.file.type, bytes: Buffer.concat(parts) });
          }
          const fault = server.takeFault();
          if (fault === "down") return { t: "later", scope: "channel" };
          if (fault === "rate") return { t: "later", scope: "chat", afterMs: 50 };
          if (fault === "blocked") return { t: "failed", code: "blocked", detail: "bot was blocked by the user" };
          if (fault === "auth") return { t: "failed", code: "auth" };
          for (const { label, value } of part.buttons) server.values.set(`${chat} ${label}`, value);
          const external = server.take(
            {
              to: chat,
              text: part.text,
              files,
              buttons: part.buttons.map(({ label }) => label),
              ...(part.replyTo === undefined ? {} : { replyTo: part.replyTo }),
            },
            all.dedupes ? key : undefined,
          );
          return fault === "lost-answer" ? { t: "unknown", detail: "no answer" } : { t: "sent", external };
        },
        fetch: async ({ ref }) => {
          const bytes = server.files[Number(ref)];
          if (bytes === undefined) throw new ChannelError("unreachable", "there is no such file");
          return (async function* () {
            yield bytes;
          })();
        },
        typing: async (_to, on) => void server.typing.push(on),
        test: async () =>
          isSignedIn ? { ok: true, name: "@twin", link: "https://twin.example/twin" } : { ok: false, code: "auth" },
        close: async () => server.wake(),
      };
    },
  };
}

let count = 0;

/** The twin's other side, fresh. */
export async function openTwinFake(): Promise<
  ChannelFake & { readonly starts: (user: string, payload: string) => void }
> {
  count += 1;
  const name = `twin-${count}`;
  const server = new TwinServer();
  servers.set(name, server);
  const numbers = new Map<string, number>();
  const users = new Map<string, string>();
  let messages = 0;
  let isClosed = false;

  const until = async (done: () => boolean): Promise<void> => {
    while (!done() && !isClosed) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  return {
    settings: { server: name, token: "a secret token" },
    userWrites: async ({ user, text, files = [], replyTo }) => {
      messages += 1;
      const external = `theirs-${messages}`;
      users.set(external, user);
      const kept = files.map((file) => {
        server.files.push(file.bytes);
        return { name: file.name, type: file.type, at: server.files.length - 1 };
      });
      const number = server.add({
        kind: "message",
        id: external,
        user,
        text,
        files: kept,
        date: Date.now(),
        ...(replyTo === undefined ? {} : { replyTo }),
      });
      numbers.set(external, number);
      return { external };
    },
    userEdits: async (of, text) => {
      server.add({ kind: "edit", of, text, user: users.get(of) ?? "", date: Date.now() });
    },
    userErases: async (of) => {
      server.add({ kind: "erase", of, user: users.get(of) ?? "", date: Date.now() });
    },
    userPresses: async (external, button) => {
      const user = server.taken.find((sent) => sent.external === external)?.to ?? "";
      const value = server.values.get(`${user} ${button}`) ?? "";
      server.add({ kind: "press", user, value, label: button, date: Date.now() });
    },
    repeatAll: async () => {
      const end = server.repeat();
      await until(() => server.acknowledged >= end);
    },
    sendBroken: async () => void server.add({ kind: "sticker-of-tomorrow", odd: true }),
    sent: () => server.taken,
    fault: (fault, times) => server.arm(fault, times),
    isAcknowledged: (external) => (numbers.get(external) ?? Number.POSITIVE_INFINITY) <= server.acknowledged,
    receipt: async (of, state) => void server.add({ kind: "receipt", of, state, date: Date.now() }),
    starts: (user, payload) => void server.add({ kind: "start", user, payload, date: Date.now() }),
    close: async () => {
      isClosed = true;
      servers.delete(name);
      server.wake();
    },
  };
}
