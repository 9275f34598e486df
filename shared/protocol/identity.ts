import * as v from "valibot";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, DeviceId, ThreadId } from "../kernel/ids.ts";
import { deviceId, threadId } from "../kernel/schema.ts";
import type { Role } from "../policy/actor.ts";
import type { Me } from "./desk-socket.ts";

/**
 * Accounts, sessions, devices. All bodies and answers are JSON; a refusal is `ApiError` with the HTTP status named here.
 * A browser is signed in by an HttpOnly cookie `otklik` (SameSite=Lax, Secure when the desk's address is https); every
 * call that changes something must come from the desk's own origin. A program uses a device token instead, as
 * `Authorization: Bearer <token>` or as the password of HTTP Basic.
 *
 * POST   /api/sign-in              signInBody      -> SignedIn    401 wrong, 403 disabled, 409 device-taken, 429 rate
 * POST   /api/sign-out                             -> 204
 * GET    /api/me                                   -> MeAnswer    401 signed-out
 * POST   /api/first                firstBody       -> SignedIn    410 used (makes the first admin, once)
 * POST   /api/first/look           tokenBody       -> { open: boolean }
 * POST   /api/invitations          inviteBody      -> InvitationAnswer (admins; leads for their own teams)
 * GET    /api/invitations                          -> { invitations: Invitation[] }
 * DELETE /api/invitations/:id                      -> 204
 * POST   /api/invitations/look     tokenBody       -> InvitationLook
 * POST   /api/invitations/accept   joinBody        -> SignedIn    410 used | expired | unknown, 409 email-taken
 * GET    /api/accounts                             -> { accounts: Account[] } (admins, leads)
 * PATCH  /api/accounts/:agent      accountBody     -> Account     (admins) at once on every open connection
 * POST   /api/password             passwordBody    -> 204         401 wrong; ends the other sessions
 * GET    /api/sessions                             -> { sessions: Session[] } one's own
 * DELETE /api/sessions/:id                         -> 204
 * POST   /api/device-tokens        deviceTokenBody -> DeviceTokenAnswer (shown once)
 * GET    /api/device-tokens                        -> { tokens: DeviceToken[] }
 * DELETE /api/device-tokens/:id                    -> 204
 * GET    /api/keys                                 -> KeysAnswer (public; who checks stamps needs it)
 * GET    /api/desk                                 -> DeskAnswer (public; what a sign-in page shows)
 *
 * Secrets stand in fragments only: `/#/first/<token>`, `/#/join/<token>`.
 */
export type ApiError = {
  readonly code: ApiErrorCode;
  /** The request's id, as in the server's log and in the header `X-Request-Id`. */
  readonly ref: string;
  readonly detail?: string;
  readonly retryAfterMs?: number;
};

export type ApiErrorCode =
  | "malformed"
  | "not-found"
  | "method"
  | "too-large"
  | "rate"
  | "origin"
  | "signed-out"
  | "forbidden"
  | "wrong"
  | "disabled"
  | "device-taken"
  | "email-taken"
  | "used"
  | "expired"
  | "unknown"
  | "last-admin"
  | "link-expired"
  | "link-revoked"
  | "link-unknown"
  | "file-kind"
  | "file-sha"
  | "file-offset"
  | "signature-wrong"
  | "identity-taken"
  /** A field of a form is not right; `detail` names it. */
  | "config"
  | "disk-full"
  | "busy"
  | "closing"
  | "internal";

const base64url32 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));

/** The public half of a device's ECDSA P-256 key; 32-byte coordinates in base64url. */
export const devicePublicKey = v.object({
  kty: v.literal("EC"),
  crv: v.literal("P-256"),
  x: base64url32,
  y: base64url32,
});
export type DevicePublicKey = v.InferOutput<typeof devicePublicKey>;

/**
 * A device signs up with an id that it has made and its public key; ids belong for ever to the person and key that came
 * first (409 `device-taken`: make another id).
 */
export const deviceRegistration = v.strictObject({
  device: deviceId,
  key: devicePublicKey,
  /** What the person would call it in his list of sessions. */
  label: v.exactOptional(v.pipe(v.string(), v.maxLength(120))),
});
export type DeviceRegistration = v.InferOutput<typeof deviceRegistration>;

export const PASSWORD_LENGTH = { least: 8, most: 256 } as const;
const email = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.maxLength(254), v.regex(/^[^\s@]+@[^\s@]+$/));
const newPassword = v.pipe(v.string(), v.minLength(PASSWORD_LENGTH.least), v.maxLength(PASSWORD_LENGTH.most));
const givenPassword = v.pipe(v.string(), v.maxLength(PASSWORD_LENGTH.most));
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120));
const secret = v.pipe(v.string(), v.minLength(1), v.maxLength(128));
const role = v.picklist(["agent", "lead", "admin", "technician"]);
const teams = v.pipe(v.array(threadId), v.maxLength(200));

export const signInBody = v.strictObject({ email, password: givenPassword, device: deviceRegistration });
export type SignInBody = v.InferOutput<typeof signInBody>;
export const tokenBody = v.strictObject({ token: secret });
export const firstBody = v.strictObject({
  token: secret,
  name,
  email,
  password: newPassword,
  device: deviceRegistration,
});
export type FirstBody = v.InferOutput<typeof firstBody>;
export const inviteBody = v.strictObject({ role, teams, email: v.exactOptional(email), name: v.exactOptional(name) });
export type InviteBody = v.InferOutput<typeof inviteBody>;
export const joinBody = v.strictObject({
  token: secret,
  name,
  email,
  password: newPassword,
  device: deviceRegistration,
});
export type JoinBody = v.InferOutput<typeof joinBody>;
export const passwordBody = v.strictObject({ current: givenPassword, next: newPassword });
export const accountBody = v.strictObject({
  name: v.exactOptional(name),
  role: v.exactOptional(role),
  teams: v.exactOptional(teams),
  active: v.exactOptional(v.boolean()),
});
export type AccountBody = v.InferOutput<typeof accountBody>;
export const deviceTokenBody = v.strictObject({
  label: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  /** A program that signs its own items brings its key; one that only reads needs none. */
  device: v.exactOptional(deviceRegistration),
});

/** The server's key for stamps, oldest first; several after a change of key. */
export type ServerKey = {
  readonly kid: string;
  readonly alg: "ES256";
  readonly key: DevicePublicKey;
  readonly since: Ms;
};
export type KeysAnswer = { readonly keys: readonly ServerKey[] };

export type DeskAnswer = {
  readonly name: string;
  readonly version: number;
  readonly now: Ms;
  readonly hasAdmin: boolean;
};

/** `expiresAt`: the session slides; it runs out when the device was not heard for that long. */
export type SignedIn = {
  readonly me: Me;
  readonly session: string;
  readonly expiresAt: Ms;
  readonly now: Ms;
  readonly keys: readonly ServerKey[];
};
export type MeAnswer = SignedIn;

export type Invitation = {
  readonly id: string;
  readonly role: Role;
  readonly teams: readonly ThreadId[];
  readonly email?: string;
  readonly name?: string;
  readonly by: AuthorId;
  readonly createdAt: Ms;
  readonly expiresAt: Ms;
  readonly usedBy?: AuthorId;
};
/** The link is shown once: only a hash of its secret is kept. */
export type InvitationAnswer = { readonly invitation: Invitation; readonly url: string };
export type InvitationLook =
  | {
      readonly status: "open";
      readonly role: Role;
      readonly teams: readonly string[];
      readonly desk: string;
      readonly email?: string;
      readonly name?: string;
    }
  | { readonly status: "used" | "expired" | "unknown" };

export type Account = {
  readonly agent: ThreadId;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly teams: readonly ThreadId[];
  readonly active: boolean;
  readonly createdAt: Ms;
};

export type Session = {
  readonly id: string;
  readonly device: DeviceId;
  readonly label?: string;
  readonly createdAt: Ms;
  readonly lastSeenAt: Ms;
  readonly expiresAt: Ms;
  readonly current: boolean;
};

export type DeviceToken = {
  readonly id: string;
  readonly label: string;
  readonly device: DeviceId;
  readonly createdAt: Ms;
  readonly lastSeenAt: Ms;
};
export type DeviceTokenAnswer = { readonly token: string; readonly entry: DeviceToken };
