import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { pino } from "pino";
import type { AuthorId, DeviceId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { derivedDigits, derivedThreadId, isThreadId } from "../../shared/kernel/ids.ts";
import type { Actor, Role } from "../../shared/policy/actor.ts";
import { scopesOfActor } from "../../shared/policy/scopes-of.ts";
import type { DevicePublicKey } from "../../shared/protocol/identity.ts";
import { seededRandom } from "../../shared/testing/random.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { Identity, Who } from "../identity/port.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { createGateway, type Gateway, type GatewayDeps } from "./index.ts";

/** Someone with one device: its key, and a token that is the device's id. */
export type TestPerson = { readonly who: Who; readonly device: DeviceId; readonly sign: (text: string) => string };

/** Identity of a test: whom it registers is signed in, with the rights that the test gives him. */
export class TestIdentity implements Identity {
  readonly #actors = new Map<AuthorId, Actor>();
  readonly #devices = new Map<DeviceId, { author: AuthorId; publicKeyJwk: DevicePublicKey; key: KeyObject }>();
  readonly #listeners = new Set<(author: AuthorId) => void>();

  agent(name: string, teams: readonly TeamId[], role: Role = "agent"): TestPerson {
    const id = derivedThreadId("agent", name) as string as AuthorId; // an agent's author id is his thread's
    this.#actors.set(id, { kind: "agent", id, role, teams });
    return this.deviceOf(id, name);
  }

  /** One more device of somebody who is known already. */
  deviceOf(id: AuthorId, name: string): TestPerson {
    const device = derivedDigits(`device:${name}`, 10) as DeviceId;
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#devices.set(device, {
      author: id,
      publicKeyJwk: publicKey.export({ format: "jwk" }) as DevicePublicKey,
      key: privateKey,
    });
    return {
      who: this.who(id, device),
      device,
      sign: (text) =>
        sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url"),
    };
  }

  who(author: AuthorId, device: DeviceId): Who {
    const actor = this.#actors.get(author);
    if (actor === undefined) throw new Error(`nobody is ${author}`);
    return { actor, device, session: `session-${device}` };
  }

  setTeams(author: AuthorId, teams: readonly TeamId[]): void {
    const actor = this.#actors.get(author);
    if (actor?.kind !== "agent") throw new Error(`no agent is ${author}`);
    this.#actors.set(author, { ...actor, teams });
    for (const tell of this.#listeners) tell(author);
  }

  scopes(author: AuthorId): ReadonlySet<string> {
    const actor = this.#actors.get(author);
    return actor === undefined ? new Set() : scopesOfActor(actor);
  }

  authenticate({ authorization }: { readonly authorization?: string | undefined }): Promise<Who | undefined> {
    const [scheme = "", value = ""] = (authorization ?? "").split(" ");
    const token = scheme === "Basic" ? Buffer.from(value, "base64").toString().split(":")[1] : value;
    const device = (token ?? "") as DeviceId; // looked up only
    const entry = this.#devices.get(device);
    return Promise.resolve(entry === undefined ? undefined : this.who(entry.author, device));
  }

  deviceKey(device: DeviceId): ReturnType<Identity["deviceKey"]> {
    return Promise.resolve(this.#devices.get(device));
  }

  actorOf(author: AuthorId): Actor | undefined {
    return this.#actors.get(author);
  }

  onRightsChanged(listener: (author: AuthorId) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onSessionEnded(): () => void {
    return () => {};
  }
}

export const silentLog = pino({ level: "silent" });
export const team = (name: string): TeamId => derivedThreadId("team", name);
export const dialog = (cause: string | number): ThreadId => derivedThreadId("dialog", `test:${cause}`);

/** A gateway over any store and arbiter; it knows the heads that the store holds. */
export async function openTestGateway(parts: {
  readonly database: StoreDatabase;
  readonly serverDatabase: StoreDatabase;
  readonly arbiter: Arbiter;
  readonly identity: Identity;
  readonly more?: Partial<GatewayDeps>;
}): Promise<Gateway> {
  const { more, ...rest } = parts;
  const gateway = createGateway({
    ...rest,
    clock: Date.now,
    random: seededRandom(Date.now()),
    log: silentLog,
    ...more,
  });
  const docs = await rest.database.range({ start: "", end: "\uffff" });
  for (const doc of docs) if (isThreadId(doc._id)) gateway.takeHead(doc as unknown as Head); // the scribe's own type
  return gateway;
}
