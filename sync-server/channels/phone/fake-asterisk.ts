import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { type AmiMessage, makeAmiReader, writeAmi } from "./ami-protocol.ts";

const USER = "otklik";
const SECRET = "manager-secret";

/** Asterisk's manager interface on loopback: greeting, challenge, login, events to whoever signed in, Originate, Status, Ping. */
export type FakeAsterisk = {
  /** Values of the form's fields. */
  readonly settings: Readonly<Record<string, Json>>;
  /** Tells an event to everybody who is signed in. */
  readonly tell: (event: AmiMessage) => void;
  /** Channels that `Status` finds. */
  readonly up: Set<string>;
  readonly originated: readonly AmiMessage[];
  /** How many have signed in so far; `signedIn(n)` resolves when the n-th has. */
  readonly signedIn: (count: number) => Promise<void>;
  /** Breaks every connection, as a restart of the exchange does; new ones are taken. */
  readonly breakLines: () => void;
  readonly close: () => Promise<void>;
};

export async function openFakeAsterisk(): Promise<FakeAsterisk> {
  const sockets = new Set<Socket>();
  const signed = new Set<Socket>();
  const up = new Set<string>();
  const originated: AmiMessage[] = [];
  const waiting: { count: number; done: () => void }[] = [];
  let count = 0;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding("utf8");
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      signed.delete(socket);
    });
    const challenge = "159601234";
    const read = makeAmiReader();
    socket.write("Asterisk Call Manager/9.0.0\r\n");
    socket.on("data", (chunk: string) => {
      for (const action of read(chunk)) answer(socket, action, challenge);
    });
  });

  function answer(socket: Socket, action: AmiMessage, challenge: string): void {
    const say = (message: AmiMessage): void => {
      const id = action["ActionID"];
      socket.write(writeAmi(id === undefined ? message : { ...message, ActionID: id }));
    };
    const name = action["Action"]?.toLowerCase();
    if (name === "challenge") return say({ Response: "Success", Challenge: challenge });
    if (name === "login") {
      const key = createHash("md5").update(`${challenge}${SECRET}`).digest("hex");
      if (action["Username"] !== USER || action["Key"] !== key) {
        say({ Response: "Error", Message: "Authentication failed" });
        socket.end();
        return;
      }
      signed.add(socket);
      say({ Response: "Success", Message: "Authentication accepted" });
      socket.write(writeAmi({ Event: "FullyBooted", Privilege: "system,all", Status: "Fully Booted" }));
      count += 1;
      for (const one of waiting) if (count >= one.count) one.done();
      return;
    }
    if (!signed.has(socket)) return say({ Response: "Error", Message: "Permission denied" });
    if (name === "ping") return say({ Response: "Success", Ping: "Pong" });
    if (name === "status") {
      const isUp = up.has(action["Channel"] ?? "");
      return say(
        isUp
          ? { Response: "Success", Message: "Channel status will follow" }
          : { Response: "Error", Message: "No such channel" },
      );
    }
    if (name === "originate") {
      if (!/^PJSIP\/\d+$/.test(action["Channel"] ?? ""))
        return say({ Response: "Error", Message: "Channel not specified" });
      originated.push(action);
      return say({ Response: "Success", Message: "Originate successfully queued" });
    }
    say({ Response: "Error", Message: "Invalid/unknown command" });
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    settings: { amiHost: "127.0.0.1", amiPort: port, amiUser: USER, amiSecret: SECRET },
    tell: (event) => {
      for (const socket of signed) socket.write(writeAmi(event));
    },
    up,
    originated,
    signedIn: (wanted) =>
      new Promise((done) => {
        if (count >= wanted) done();
        else waiting.push({ count: wanted, done });
      }),
    breakLines: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
