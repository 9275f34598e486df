import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** One call as the other system got it. */
export type Taken = {
  readonly delivery: string;
  readonly event: string;
  readonly at: number;
  readonly isSigned: boolean;
  readonly body: { readonly event: string; readonly delivery: string; readonly at: string; readonly data: never };
};
/** Another system that takes web hooks: it checks signatures by itself, in its own words. */
export type Receiver = {
  readonly url: string;
  readonly taken: readonly Taken[];
  /** All that came, taken or not. */
  readonly asked: () => number;
  setSecret(secret: string): void;
  /** What the next calls are answered with: a status, or `hang` for a connection that is cut after it was read. */
  answerWith(how: (nth: number) => number | "hang"): void;
  until(isEnough: (taken: readonly Taken[]) => boolean, ms?: number): Promise<void>;
  close(): Promise<void>;
};

export async function openReceiver(): Promise<Receiver> {
  const taken: Taken[] = [];
  let secret = "";
  let asked = 0;
  let how: (nth: number) => number | "hang" = () => 200;
  const server = createServer((request, response) => {
    void readAll(request).then((text) => {
      asked += 1;
      const answer = how(asked);
      if (answer === 200) {
        taken.push({
          delivery: String(request.headers["x-otklik-delivery"]),
          event: String(request.headers["x-otklik-event"]),
          at: Date.now(),
          isSigned: isSigned(request, { secret, text }),
          body: JSON.parse(text) as Taken["body"],
        });
      }
      if (answer === "hang") request.socket.destroy();
      else response.writeHead(answer, answer === 302 ? { location: "/elsewhere" } : {}).end("thanks");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`,
    taken,
    asked: () => asked,
    setSecret: (next) => (secret = next),
    answerWith: (next) => {
      how = next;
      asked = 0;
    },
    until: async (isEnough, ms = 20_000) => {
      for (const end = Date.now() + ms; !isEnough(taken); ) {
        if (Date.now() > end)
          throw new Error(`it did not come; there are ${JSON.stringify(taken.map((one) => one.event))}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

/** As the document says it, and not by the desk's own code. */
function isSigned(request: IncomingMessage, { secret, text }: { secret: string; text: string }): boolean {
  const given = /^sha256=([0-9a-f]{64})$/.exec(String(request.headers["x-otklik-signature"]))?.[1];
  if (given === undefined) return false;
  const mac = createHmac("sha256", Buffer.from(secret, "utf8"));
  mac.update(Buffer.from(`${String(request.headers["x-otklik-timestamp"])}`, "utf8"));
  mac.update(Buffer.from([0x2e]));
  mac.update(Buffer.from(text, "utf8"));
  return timingSafeEqual(Buffer.from(given, "hex"), mac.digest());
}
