import { createHmac } from "node:crypto";
import { type LookupAddress, lookup } from "node:dns";
import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { BlockList, isIP } from "node:net";

/** `private`: the address is one of a private network, and that was not allowed. */
export type PostAnswer =
  | { readonly t: "answered"; readonly status: number; readonly text: string; readonly retryAfterMs?: number }
  | { readonly t: "not-sent"; readonly why: "private" | "unreachable"; readonly detail: string }
  /** It may have arrived. */
  | { readonly t: "no-answer"; readonly detail: string };

export type Post = {
  readonly url: string;
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it may go to private networks and to this machine. */
  readonly privateNetwork: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
};

/** How much of an answer is read, in bytes. */
const ANSWER_BYTES = 2_048;

/** The value of `X-Otklik-Signature`: the hex HMAC-SHA256 of the timestamp, a dot and the body. */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;

/**
 * Posts to an address that somebody else has named. The name is looked up here and what it means is looked at before anything
 * is connected to, so that no name leads into the desk's own network, also not one that changes its meaning in between.
 * Redirects are not followed. Never rejects.
 */
export async function postSafely(post: Post): Promise<PostAnswer> {
  const asked = await ask({ method: "POST", ...post });
  if (asked.t !== "asked") return asked;
  const retryAfter = Number(asked.answer.headers["retry-after"]);
  return {
    t: "answered",
    status: asked.answer.statusCode ?? 0,
    text: await beginningOf(asked.answer),
    ...(retryAfter > 0 ? { retryAfterMs: retryAfter * 1_000 } : {}),
  };
}

/** What stands at an address that somebody else has named, by the same rules. Whoever opened it reads it to its end or destroys it. */
export async function openSafely(
  url: string,
  given: Pick<Post, "privateNetwork" | "timeoutMs" | "signal">,
): Promise<
  | { readonly t: "opened"; readonly bytes: AsyncIterable<Uint8Array> }
  | { readonly t: "closed"; readonly why: "private" | "unreachable" | "status"; readonly detail: string }
> {
  const asked = await ask({ method: "GET", url, headers: {}, ...given });
  if (asked.t === "not-sent") return { ...asked, t: "closed" };
  if (asked.t === "no-answer") return { t: "closed", why: "unreachable", detail: asked.detail };
  if (asked.answer.statusCode === 200) return { t: "opened", bytes: asked.answer };
  asked.answer.destroy();
  return { t: "closed", why: "status", detail: String(asked.answer.statusCode) };
}

type Question = Omit<Post, "body"> & { readonly method: "GET" | "POST"; readonly body?: Post["body"] };

async function ask(
  question: Question,
): Promise<
  { readonly t: "asked"; readonly answer: IncomingMessage } | Exclude<PostAnswer, { readonly t: "answered" }>
> {
  const url = URL.canParse(question.url) ? new URL(question.url) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return { t: "not-sent", why: "unreachable", detail: "no such address" };
  }
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  // Nothing is looked up for a number: it is looked at here.
  if (!question.privateNetwork && isIP(literal) !== 0 && isPrivateAddress(literal)) {
    return { t: "not-sent", why: "private", detail: literal };
  }
  const timeout = AbortSignal.timeout(question.timeoutMs);
  const signal = question.signal === undefined ? timeout : AbortSignal.any([timeout, question.signal]);
  let isConnected = false;
  try {
    return { t: "asked", answer: await send(url, { ...question, signal, onConnected: () => (isConnected = true) }) };
  } catch (error) {
    const detail = error instanceof Error ? (Reflect.get(error, "code") ?? error.name) : "unknown";
    if (error instanceof PrivateAddressError) return { t: "not-sent", why: "private", detail: error.message };
    if (!isConnected) return { t: "not-sent", why: "unreachable", detail: String(detail) };
    return { t: "no-answer", detail: String(detail) };
  }
}

class PrivateAddressError extends Error {}

function send(
  url: URL,
  post: Question & { readonly signal: AbortSignal; readonly onConnected: () => void },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? requestTls : requestPlain)(
      url,
      {
        method: post.method,
        headers: {
          ...post.headers,
          ...(post.body === undefined ? {} : { "content-length": String(Buffer.byteLength(post.body)) }),
        },
        signal: post.signal,
        agent: false,
        lookup: (host, options, done) => {
          lookup(host, { ...options, all: true }, (error, found) => {
            if (error !== null) return done(error, "", 0);
            const closed = post.privateNetwork ? undefined : found.find(({ address }) => isPrivateAddress(address));
            if (closed !== undefined) return done(new PrivateAddressError(closed.address), "", 0);
            const [first] = found;
            if (options.all === true) return (done as ManyFound)(null, found);
            return done(null, first?.address ?? "", first?.family ?? 4);
          });
        },
      },
      resolve,
    );
    // From here on the other side may have read it.
    request.once("socket", (socket) => {
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", post.onConnected);
    });
    request.once("error", reject);
    request.end(post.body);
  });
}

type ManyFound = (error: null, found: readonly LookupAddress[]) => void;

async function beginningOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of answer) {
      parts.push(part as Buffer);
      bytes += (part as Buffer).length;
      if (bytes >= ANSWER_BYTES) break;
    }
  } catch {
    // what came by then is the beginning
  }
  answer.destroy();
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES).toString("utf8");
}

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  PRIVATE.addSubnet(net, bits, "ipv4");
}
/** Only what is routed in the world (2000::/3), without what stands for other addresses: 6to4, Teredo, documentation. */
const WORLD = new BlockList();
WORLD.addSubnet("2000::", 3, "ipv6");
for (const [net, bits] of [
  ["2002::", 16],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20],
] as const) {
  PRIVATE.addSubnet(net, bits, "ipv6");
}

/** Whether an address is not one of the open net: private, of this machine, of this link, or reserved. */
export function isPrivateAddress(address: string): boolean {
  if (isIP(address) === 4) return PRIVATE.check(address, "ipv4");
  if (isIP(address) !== 6) return true;
  const [bare = ""] = address.split("%");
  return !WORLD.check(bare, "ipv6") || PRIVATE.check(bare, "ipv6");
}
