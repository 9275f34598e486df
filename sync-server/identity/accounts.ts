import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, agentAuthor, type TeamId, type ThreadId } from "../../shared/kernel/ids.ts";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type { Actor, Role } from "../../shared/policy/actor.ts";
import type { Account, AccountBody } from "../../shared/protocol/identity.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { type AccountDoc, accountDoc, emailDoc, IdentityStoreError, readAll, readDoc, writeDoc } from "./documents.ts";

/** What a new account is made of; the address in lower case. */
export type NewAccount = {
  readonly agent: ThreadId;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly teams: readonly TeamId[];
};

/** All accounts, in memory and in the store. Writes go one after another. */
export type AccountBook = {
  readonly list: () => readonly AccountDoc[];
  readonly get: (agent: ThreadId | AuthorId) => AccountDoc | undefined;
  readonly byEmail: (email: string) => AccountDoc | undefined;
  readonly hasAdmin: () => boolean;
  readonly create: (account: NewAccount, now: Ms) => Promise<Result<AccountDoc, "email-taken">>;
  /** The last active admin stays one. */
  readonly change: (agent: ThreadId, body: AccountBody) => Promise<Result<AccountDoc, "unknown" | "last-admin">>;
  readonly setPassword: (agent: ThreadId, passwordHash: string) => Promise<Result<AccountDoc, "unknown">>;
  /** Called after a change is durable; `rights` says whether role, teams or activity differ. */
  readonly onChanged: (listener: (account: AccountDoc, rights: boolean) => void) => () => void;
};

/** Opens the accounts of `desk-server`. */
export async function openAccountBook(database: StoreDatabase): Promise<AccountBook> {
  const accounts = new Map<string, AccountDoc>();
  for (const doc of await readAll(database, "account", accountDoc)) accounts.set(doc.agent, doc);
  const listeners = new Set<(account: AccountDoc, rights: boolean) => void>();
  const inTurn = makeTurns();

  async function keep(doc: AccountDoc, before: AccountDoc | undefined): Promise<AccountDoc> {
    const written = await writeDoc(database, doc);
    if (written === "conflict") throw new IdentityStoreError("an account was changed elsewhere");
    const kept = { ...doc, _rev: written.rev };
    accounts.set(doc.agent, kept);
    const rights = before === undefined || rightsOf(before) !== rightsOf(kept);
    for (const listener of listeners) listener(kept, rights);
    return kept;
  }

  async function reserve(email: string, agent: ThreadId): Promise<boolean> {
    const reserved = await writeDoc(database, { _id: `email:${email}`, agent });
    if (reserved !== "conflict") return true;
    // A crash may have left a reservation whose account was never written: take it over.
    const holder = await readDoc(database, `email:${email}`, emailDoc);
    if (holder === undefined || accounts.has(holder.agent)) return false;
    return (await writeDoc(database, { ...holder, agent })) !== "conflict";
  }

  return {
    list: () => [...accounts.values()],
    get: (agent) => accounts.get(agent),
    byEmail: (email) => [...accounts.values()].find((account) => account.email === email),
    hasAdmin: () => [...accounts.values()].some(isActiveAdmin),
    create: (account, now) =>
      inTurn(async () => {
        const { agent } = account;
        if (!(await reserve(account.email, agent))) return fail("email-taken");
        const doc: AccountDoc = {
          _id: `account:${agent}`,
          ...account,
          teams: [...account.teams],
          active: true,
          createdAt: now,
        };
        return ok(await keep(doc, undefined));
      }),
    change: (agent, body) =>
      inTurn(async () => {
        const before = accounts.get(agent);
        if (before === undefined) return fail("unknown");
        const after = { ...before, ...body, teams: [...(body.teams ?? before.teams)] };
        const otherAdmins = [...accounts.values()].some((other) => other.agent !== agent && isActiveAdmin(other));
        if (isActiveAdmin(before) && !isActiveAdmin(after) && !otherAdmins) return fail("last-admin");
        return ok(await keep(after, before));
      }),
    setPassword: (agent, passwordHash) =>
      inTurn(async () => {
        const before = accounts.get(agent);
        if (before === undefined) return fail("unknown");
        return ok(await keep({ ...before, passwordHash }, before));
      }),
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const isActiveAdmin = (account: AccountDoc): boolean => account.active && account.role === "admin";
const rightsOf = (account: AccountDoc): string =>
  JSON.stringify([account.role, account.active, [...account.teams].sort()]);

/** The account as an actor; nothing while it is disabled. */
export const actorOfAccount = (account: AccountDoc | undefined): Actor | undefined =>
  account?.active === true
    ? { kind: "agent", id: agentAuthor(account.agent), role: account.role, teams: account.teams }
    : undefined;

/** The account as admins see it. */
export const presentAccount = (account: AccountDoc): Account => ({
  agent: account.agent,
  name: account.name,
  email: account.email,
  role: account.role,
  teams: account.teams,
  active: account.active,
  createdAt: account.createdAt,
});

/** Runs what it is given one after another; a failure does not stop the next. */
export function makeTurns(): <Value>(act: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const turn = last.then(act, act);
    last = turn.catch(() => undefined);
    return turn;
  };
}
