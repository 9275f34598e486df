import type { AuthorId } from "../../shared/kernel/ids.ts";
import { userIdOfSecret } from "../../shared/kernel/ids.ts";
import type { Credentials } from "./port.ts";

/** Name of the session's cookie. */
export const COOKIE = "otklik";

/** The secret that a request brings: a device token in `Authorization`, else the session's cookie. */
export function secretOf({ authorization, cookie }: Credentials): string | undefined {
  if (authorization !== undefined) {
    const [scheme = "", value = ""] = authorization.trim().split(/\s+/, 2);
    if (scheme.toLowerCase() === "bearer") return value;
    if (scheme.toLowerCase() === "basic") {
      const pair = Buffer.from(value, "base64").toString("utf8");
      return pair.slice(pair.indexOf(":") + 1);
    }
    return undefined;
  }
  return cookie === undefined ? undefined : cookieValue(cookie, COOKIE);
}

/** One cookie of a `Cookie` header. */
function cookieValue(header: string, name: string): string | undefined {
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** A chat's secret: 32 random bytes in base64url, made on the user's device. */
const CHAT_SECRET = /^Bearer ([A-Za-z0-9_-]{43})$/i;

/** The user behind a chat's secret; his id follows from it, so there is nothing to look up. */
export function userOf(authorization: string | undefined): AuthorId | undefined {
  const secret = CHAT_SECRET.exec(authorization ?? "")?.[1];
  return secret === undefined ? undefined : userIdOfSecret(secret);
}

/** `Set-Cookie` of a session, or of its end. */
export function sessionCookie(
  secret: string | undefined,
  options: { readonly secure: boolean; readonly ms: number },
): string {
  const age = secret === undefined ? 0 : Math.floor(options.ms / 1000);
  const parts = [`${COOKIE}=${secret ?? ""}`, "Path=/", `Max-Age=${age}`, "HttpOnly", "SameSite=Lax"];
  return (options.secure ? [...parts, "Secure"] : parts).join("; ");
}
