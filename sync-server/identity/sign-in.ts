import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, agentAuthor, makeThreadId, type Random, type TeamId } from "../../shared/kernel/ids.ts";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type { DeviceRegistration, FirstBody, JoinBody, SignInBody } from "../../shared/protocol/identity.ts";
import { equalSecrets, makeSecret } from "../platform/chance.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { type AccountBook, actorOfAccount, makeTurns } from "./accounts.ts";
import { type AccountDoc, firstDoc, IdentityStoreError, readDoc, type SessionDoc, writeDoc } from "./documents.ts";
import type { InvitationBook } from "./invitations.ts";
import { hashPassword, isPassword } from "./passwords.ts";
import { isKey, type SessionBook } from "./sessions.ts";

/** A new session: the secret goes into the cookie and is kept nowhere. */
export type Opened = { readonly secret: string; readonly session: SessionDoc; readonly account: AccountDoc };
export type SignInRefusal =
  | {
      readonly code: "wrong" | "disabled" | "device-taken" | "bad-key" | "used" | "expired" | "unknown" | "email-taken";
    }
  | { readonly code: "rate"; readonly retryAfterMs: number };
type Answer<Value> = Promise<Result<Value, SignInRefusal>>;

/** Ways in, and what needs the password. */
export type SignIn = {
  readonly signIn: (body: SignInBody, from: string, now: Ms) => Answer<Opened>;
  /** The first admin, once: with the secret that the server prints while it has no admin. */
  readonly first: (body: FirstBody, now: Ms) => Answer<Opened>;
  readonly isFirstToken: (token: string) => Promise<boolean>;
  /** The secret of the first sign-in, the same over restarts; nothing once there is an admin. */
  readonly firstToken: () => Promise<string | undefined>;
  readonly join: (body: JoinBody, now: Ms) => Answer<Opened>;
  /** Ends the person's other sessions. */
  readonly changePassword: (
    author: AuthorId,
    words: { readonly current: string; readonly next: string; readonly session: string },
  ) => Answer<void>;
};

type Parts = {
  readonly database: StoreDatabase;
  readonly accounts: AccountBook;
  readonly sessions: SessionBook;
  readonly invitations: InvitationBook;
  readonly random: Random;
  /** Teams of the first admin. */
  readonly firstTeams: readonly TeamId[];
};

const refuse = (code: Exclude<SignInRefusal["code"], "rate">): Result<never, SignInRefusal> => fail({ code });

/** Wrong passwords: 10 an address of mail, 50 an address of the net, in a quarter of an hour; both count failures only. */
const WRONG = { perEmail: 10, perAddress: 50, seconds: 900 } as const;

export function openSignIn({ database, accounts, sessions, invitations, random, firstTeams }: Parts): SignIn {
  const inTurn = makeTurns();
  const byEmail = new RateLimiterMemory({ points: WRONG.perEmail, duration: WRONG.seconds });
  const byAddress = new RateLimiterMemory({ points: WRONG.perAddress, duration: WRONG.seconds });

  /** Takes a try before the password is looked at, so that many at once are no way around; a right one gives it back. */
  async function take(email: string, from: string): Promise<SignInRefusal | undefined> {
    try {
      await byAddress.consume(from);
      await byEmail.consume(email);
      return undefined;
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return { code: "rate", retryAfterMs: refused.msBeforeNext };
      throw refused;
    }
  }

  async function openFor(account: AccountDoc, device: DeviceRegistration, now: Ms): Answer<Opened> {
    const author = agentAuthor(account.agent);
    const registered = await sessions.registerDevice(author, device, now);
    if (registered !== "ok") return refuse(registered);
    const { secret, session } = await sessions.open(
      { via: "browser", author, device: device.device, label: device.label },
      now,
    );
    return ok({ secret, session, account });
  }

  /** Why a newcomer cannot begin on this device: looked at before anything is spent. */
  async function faultOfDevice({ device, key }: DeviceRegistration): Promise<"device-taken" | "bad-key" | undefined> {
    if (!isKey(key)) return "bad-key";
    return (await sessions.device(device)) === undefined ? undefined : "device-taken";
  }

  async function firstToken(): Promise<string | undefined> {
    if (accounts.hasAdmin()) return undefined;
    const kept = await readDoc(database, "first", firstDoc);
    if (kept !== undefined) return kept.token;
    const token = makeSecret();
    if ((await writeDoc(database, { _id: "first", token })) !== "conflict") return token;
    return (await readDoc(database, "first", firstDoc))?.token;
  }

  const isFirstToken = async (token: string): Promise<boolean> => {
    const expected = await firstToken();
    return expected !== undefined && equalSecrets(expected, token);
  };

  return {
    signIn: async ({ email, password, device }, from, now) => {
      const limited = await take(email, from);
      if (limited !== undefined) return fail(limited);
      const account = accounts.byEmail(email);
      if (!(await isPassword(account?.passwordHash, password)) || account === undefined) return refuse("wrong");
      await byEmail.delete(email);
      await byAddress.reward(from);
      if (actorOfAccount(account) === undefined) return refuse("disabled");
      return openFor(account, device, now);
    },
    firstToken,
    isFirstToken,
    first: (body, now) =>
      inTurn(async () => {
        if (!(await isFirstToken(body.token))) return refuse("used");
        const fault = await faultOfDevice(body.device);
        if (fault !== undefined) return refuse(fault);
        const made = await accounts.create(
          {
            agent: makeThreadId("agent", now, random),
            name: body.name,
            email: body.email,
            passwordHash: await hashPassword(body.password),
            role: "admin",
            teams: firstTeams,
          },
          now,
        );
        if (!made.ok) return refuse(made.error);
        const kept = await database.get("first");
        if (kept !== undefined) await database.remove(kept._id, kept._rev);
        return openFor(made.value, body.device, now);
      }),
    join: (body, now) =>
      inTurn(async () => {
        const invitation = await invitations.look(body.token, now);
        if (typeof invitation === "string") return refuse(invitation);
        // What can be refused without spending the invitation is refused first.
        if (accounts.byEmail(body.email) !== undefined) return refuse("email-taken");
        const fault = await faultOfDevice(body.device);
        if (fault !== undefined) return refuse(fault);
        const agent = makeThreadId("agent", now, random);
        const passwordHash = await hashPassword(body.password);
        if ((await invitations.use(invitation, agentAuthor(agent))) === "used") return refuse("used");
        const made = await accounts.create(
          { agent, name: body.name, email: body.email, passwordHash, role: invitation.role, teams: invitation.teams },
          now,
        );
        if (!made.ok) return refuse(made.error);
        return openFor(made.value, body.device, now);
      }),
    changePassword: async (author, { current, next, session }) => {
      const account = accounts.get(author);
      if (account === undefined) return refuse("unknown");
      const limited = await take(account.email, account.email);
      if (limited !== undefined) return fail(limited);
      if (!(await isPassword(account.passwordHash, current))) return refuse("wrong");
      await byEmail.delete(account.email);
      const kept = await accounts.setPassword(account.agent, await hashPassword(next));
      if (!kept.ok) throw new IdentityStoreError("the account is gone");
      await sessions.endAll(author, { except: session, via: "browser" });
      return ok(undefined);
    },
  };
}
