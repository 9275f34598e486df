import type { IncomingMessage } from "node:http";

/**
 * Whether a request comes from a page of this desk. A browser says so in `Origin`, or in `Sec-Fetch-Site` where it sends
 * no `Origin`; programs send neither and carry no cookie that a foreign page could borrow.
 */
export function isOwnRequest(headers: IncomingMessage["headers"], publicUrl: string | undefined): boolean {
  const { origin, host } = headers;
  if (origin !== undefined) return isOwnOrigin(origin, { host, publicUrl });
  const site = headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none";
}

function isOwnOrigin(
  origin: string,
  own: { readonly host: string | undefined; readonly publicUrl: string | undefined },
): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.origin === own.publicUrl?.toLowerCase() || (own.host !== undefined && url.host === own.host.toLowerCase());
}

/** The sender's address: the socket's, or what the given number of trusted proxies have written down. */
export function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const peer = request.socket.remoteAddress ?? "";
  if (trustedProxies === 0) return peer;
  const header = request.headers["x-forwarded-for"];
  const hops = (Array.isArray(header) ? header.join(",") : (header ?? "")).split(",").map((hop) => hop.trim());
  return hops.at(-trustedProxies) || peer;
}
