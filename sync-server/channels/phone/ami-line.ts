import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Ms } from "../../../shared/kernel/clock.ts";
import { ChannelError } from "../port.ts";
import { type AmiMessage, makeAmiReader, writeAmi } from "./ami-protocol.ts";

/** Where Asterisk's manager interface is, and who we are to it. */
export type AmiPlace = {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly user: string;
  readonly secret: string;
};

/** A line to the exchange, signed in. */
export type AmiLine = {
  /** Greeting of the exchange, with its version. */
  readonly greeting: string;
  /** One action, answered by its response; rejects when the line is down or nothing comes in time. */
  readonly ask: (action: AmiMessage) => Promise<AmiMessage>;
  /** Resolves when the line is down, with the reason. */
  readonly ended: Promise<ChannelError>;
  readonly close: () => void;
};

const ANSWER_MS: Ms = 10_000;
/** Silence of the network is noticed by this. */
const PING_MS: Ms = 30_000;

type Ask = { readonly done: (message: AmiMessage) => void; readonly failed: (error: Error) => void };

/**
 * Calls the exchange and signs in: by challenge, so that the secret itself is not sent; `onEvent` hears every event in order,
 * from the sign-in on. Rejects with a ChannelError: `unreachable`, `auth`.
 */
export async function openAmi(
  place: AmiPlace,
  onEvent: (event: AmiMessage) => void,
  signal: AbortSignal,
): Promise<AmiLine> {
  const socket = await connected(place, signal);
  const read = makeAmiReader();
  const asked = new Map<string, Ask>();
  let count = 0;
  let greeting = "";
  let end: (error: ChannelError) => void = () => undefined;
  const ended = new Promise<ChannelError>((resolve) => {
    end = resolve;
  });

  function down(error: ChannelError): void {
    socket.destroy();
    end(error);
    for (const { failed } of asked.values()) failed(error);
    asked.clear();
  }

  function hear(message: AmiMessage): void {
    const id = message["ActionID"];
    const ask = id === undefined || message["Response"] === undefined ? undefined : asked.get(id);
    if (ask !== undefined && id !== undefined) {
      asked.delete(id);
      ask.done(message);
    } else if (message["Event"] !== undefined) onEvent(message);
  }

  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    if (greeting === "") greeting = chunk.split("\r\n")[0] ?? "";
    try {
      for (const message of read(chunk)) hear(message);
    } catch (error) {
      down(new ChannelError("unreachable", error instanceof Error ? error.message : "not AMI"));
    }
  });
  socket.on("error", (error) => down(new ChannelError("unreachable", error.message)));
  socket.on("close", () => down(new ChannelError("unreachable", "the exchange hung up")));
  const stop = (): void => down(new ChannelError("unreachable", "closed"));
  signal.addEventListener("abort", stop, { once: true });

  function ask(action: AmiMessage): Promise<AmiMessage> {
    count += 1;
    const id = String(count);
    return new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new ChannelError("unreachable", "the line is down"));
      const timer = setTimeout(() => {
        asked.delete(id);
        reject(new ChannelError("unreachable", "the exchange does not answer"));
      }, ANSWER_MS).unref();
      const over =
        <T>(act: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          act(value);
        };
      asked.set(id, { done: over(resolve), failed: over(reject) });
      socket.write(writeAmi({ ...action, ActionID: id }));
    });
  }

  const pulse = setInterval(() => {
    ask({ Action: "Ping" }).catch(() => down(new ChannelError("unreachable", "the exchange fell silent")));
  }, PING_MS).unref();
  void ended.then(() => {
    clearInterval(pulse);
    signal.removeEventListener("abort", stop);
  });

  try {
    await signIn(ask, place);
  } catch (error) {
    stop();
    throw error;
  }
  return { greeting, ask, ended, close: stop };
}

async function signIn(ask: AmiLine["ask"], { user, secret }: AmiPlace): Promise<void> {
  const challenged = await ask({ Action: "Challenge", AuthType: "MD5" });
  const challenge = challenged["Challenge"] ?? "";
  const Key = createHash("md5").update(`${challenge}${secret}`).digest("hex"); // the protocol's own, there is no better one
  const answer = await ask({ Action: "Login", AuthType: "MD5", Username: user, Key, Events: "call,cdr" });
  if (answer["Response"] !== "Success") throw new ChannelError("auth", answer["Message"] ?? "not taken");
}

function connected({ host, port, isTls }: AmiPlace, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new ChannelError("unreachable", "closed"));
    const socket: Socket = isTls ? connectTls({ host, port, servername: host }) : connect({ host, port });
    const fail = (reason: string): void => {
      socket.destroy();
      settle();
      reject(new ChannelError("unreachable", reason));
    };
    const onError = (error: Error): void => fail(error.message);
    const onAbort = (): void => fail("closed");
    const timer = setTimeout(() => fail("no connection in time"), ANSWER_MS);
    const settle = (): void => {
      clearTimeout(timer);
      socket.off("error", onError);
      signal.removeEventListener("abort", onAbort);
    };
    socket.on("error", onError);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once(isTls ? "secureConnect" : "connect", () => {
      settle();
      resolve(socket);
    });
  });
}
