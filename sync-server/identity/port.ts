import type { AuthorId, DeviceId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { DevicePublicKey } from "../../shared/protocol/identity.ts";

/** Who is asking: the person as the server knows him now, his device, and the session or device token that proved it. */
export type Who = { readonly actor: Actor; readonly device: DeviceId; readonly session: string };

/** What a request brings to prove who sends it; header values as they came. */
export type Credentials = { readonly authorization?: string | undefined; readonly cookie?: string | undefined };

/** Sign-in as the other rooms see it. */
export interface Identity {
  /** The person behind a session cookie or a device token (Bearer, or Basic password); nothing when there is none now. */
  authenticate(credentials: Credentials): Promise<Who | undefined>;
  /** Whose device this is and its public key; for ever the same once registered. */
  deviceKey(device: DeviceId): Promise<DeviceKey | undefined>;
  /** The agent as he may act now; nothing when the account is disabled or was never there. */
  actorOf(author: AuthorId): Actor | undefined;
  /** Role, teams or activity of a person changed: whatever was derived from them is stale. Called after it is durable. */
  onRightsChanged(listener: (author: AuthorId) => void): () => void;
  /** A session or device token ended (sign-out, revoked, run out, account disabled): its connections must close. */
  onSessionEnded(listener: (session: string, author: AuthorId | undefined) => void): () => void;
}

export type DeviceKey = { readonly author: AuthorId; readonly publicKeyJwk: DevicePublicKey };
