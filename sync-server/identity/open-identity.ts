import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, Random, TeamId } from "../../shared/kernel/ids.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { type AccountBook, actorOfAccount, openAccountBook } from "./accounts.ts";
import { secretOf } from "./credentials.ts";
import { type InvitationBook, openInvitationBook } from "./invitations.ts";
import type { Identity } from "./port.ts";
import { openSessionBook, type SessionBook, sessionId } from "./sessions.ts";
import { openSignIn, type SignIn } from "./sign-in.ts";
import { openStampKey, type StampKey } from "./stamp-key.ts";

/** All of identity: the port for other rooms, and the acts behind the routes. */
export type OpenIdentity = Identity & {
  readonly accounts: AccountBook;
  readonly sessions: SessionBook;
  readonly invitations: InvitationBook;
  readonly ways: SignIn;
  readonly stampKey: StampKey;
};

type Parts = {
  /** `desk-server`. */
  readonly database: StoreDatabase;
  readonly clock: () => Ms;
  readonly random: Random;
  readonly firstTeams: readonly TeamId[];
};

/** Opens accounts, sessions, devices, invitations and the stamp key; makes what is missing. */
export async function openIdentity({ database, clock, random, firstTeams }: Parts): Promise<OpenIdentity> {
  const accounts = await openAccountBook(database);
  const sessions = openSessionBook(database, random);
  const invitations = openInvitationBook(database);
  const stampKey = await openStampKey(database, clock());
  const ways = openSignIn({ database, accounts, sessions, invitations, random, firstTeams });
  const rightsListeners = new Set<(author: AuthorId) => void>();
  accounts.onChanged((account, rights) => {
    const author = account.agent as string as AuthorId; // an agent's author id is his thread's id
    if (!rights) return;
    for (const listener of rightsListeners) listener(author);
    // A disabled account acts no more from this moment (authenticate looks at it); its sessions follow.
    if (!account.active) sessions.endAll(author, {}).catch(() => undefined);
  });

  return {
    accounts,
    sessions,
    invitations,
    ways,
    stampKey,
    authenticate: async (credentials) => {
      const secret = secretOf(credentials);
      if (secret === undefined || secret === "") return undefined;
      const session = await sessions.find(secret, clock());
      if (session === undefined) return undefined;
      const actor = actorOfAccount(accounts.get(session.author));
      return actor === undefined ? undefined : { actor, device: session.device, session: sessionId(session) };
    },
    deviceKey: async (id) => {
      const device = await sessions.device(id);
      return device?.key === undefined ? undefined : { author: device.author, publicKeyJwk: device.key };
    },
    actorOf: (author) => actorOfAccount(accounts.get(author)),
    onRightsChanged: (listener) => {
      rightsListeners.add(listener);
      return () => rightsListeners.delete(listener);
    },
    onSessionEnded: (listener) => sessions.onEnded(listener),
  };
}
