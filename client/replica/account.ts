import { makeDeviceId } from "../../shared/kernel/ids.ts";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type {
  DeskAnswer,
  DeviceRegistration,
  FirstBody,
  InvitationLook,
  JoinBody,
  MeAnswer,
  SignedIn,
  SignInBody,
} from "../../shared/protocol/identity.ts";
import { type DeviceKey, makeDeviceKey, publicKeyOf } from "../platform/device-key.ts";
import type { Environment } from "../platform/environment.ts";
import { ReplicaError } from "./errors.ts";
import { type CallFailure, callServer } from "./http.ts";
import { openPeople, type Person } from "./people.ts";

/** Who the person is and how he signs in. Words for refusals are in `strings`, by `code`. */
export interface Account {
  /**
   * Who signed in last on this browser, so that his desk opens with no network; nobody after a sign-out. His session may have
   * run out meanwhile: the replica then says `signed-out` and loses nothing.
   */
  present(): Promise<Person | undefined>;
  /** E-mail and password. The same person gets his own device id and key on this browser again. */
  signIn(given: Pick<SignInBody, "email" | "password">): Promise<Result<Person, CallFailure>>;
  /** Whether a first-run link still makes an admin. */
  lookFirst(token: string): Promise<Result<{ readonly open: boolean }, CallFailure>>;
  /** The first-run link: makes the first admin, once. */
  startDesk(given: Omit<FirstBody, "device">): Promise<Result<Person, CallFailure>>;
  lookInvitation(token: string): Promise<Result<InvitationLook, CallFailure>>;
  acceptInvitation(given: Omit<JoinBody, "device">): Promise<Result<Person, CallFailure>>;
  /** What a sign-in page shows of the desk. */
  desk(): Promise<Result<DeskAnswer, CallFailure>>;
  /** What the server says of who is signed in. */
  me(): Promise<Result<MeAnswer, CallFailure>>;
  /** Unsent items of everybody who has used this browser. */
  unsentOfAll(): Promise<number>;
  close(): void;
}

/** Name of the channel on which tabs hear that somebody signed in or out. */
export const accountChannel = (prefix: string): string => `${prefix}-account`;
export type AccountNews = { readonly t: "present"; readonly author: Person["author"] | null };

/** Opens the account calls of a browser. Rejects with `insecure-context` at the first sign-in where there is no WebCrypto. */
export function openAccount(environment: Environment, label = ""): Account {
  const people = openPeople(environment.prefix);
  const fetch: Environment["fetch"] = (path, init) => environment.fetch(path, init);
  const look = <Answer>(path: string, token: string): Promise<Result<Answer, CallFailure>> =>
    callServer<Answer>(fetch, path, { method: "POST", body: { token } });

  /** Registers this browser with the call that signs in; another id when the first one is somebody else's. */
  async function enter(path: string, email: string, body: object): Promise<Result<Person, CallFailure>> {
    if (globalThis.crypto?.subtle === undefined) throw new ReplicaError("insecure-context");
    await tellSignOut(environment);
    const known = await people.byEmail(email);
    let own = known ?? (await newDevice(environment));
    for (let attempt = 0; ; attempt += 1) {
      const device = await registration(own, label);
      const answer = await callServer<SignedIn>(fetch, path, { method: "POST", body: { ...body, email, device } });
      if (answer.ok) return ok(await keepSignedIn(answer.value, own, email));
      const { error } = answer;
      if (error.why !== "refused" || error.code !== "device-taken" || attempt > 0) return fail(error);
      own = await newDevice(environment);
    }
  }

  async function keepSignedIn({ me }: SignedIn, own: OwnDevice, email: string): Promise<Person> {
    const { device, key } = own;
    const person: Person = { author: me.id, me, email, device, key, signedIn: true, seenAt: environment.now() };
    await people.keep(person);
    tellTabs(environment, { t: "present", author: me.id });
    return person;
  }

  return {
    present: () => people.present(),
    signIn: ({ email, password }) => enter("/api/sign-in", email, { password }),
    lookFirst: (token) => look("/api/first/look", token),
    startDesk: ({ email, ...body }) => enter("/api/first", email, body),
    lookInvitation: (token) => look("/api/invitations/look", token),
    acceptInvitation: ({ email, ...body }) => enter("/api/invitations/accept", email, body),
    desk: () => callServer<DeskAnswer>(fetch, "/api/desk"),
    me: () => callServer<MeAnswer>(fetch, "/api/me"),
    unsentOfAll: () => people.unsentOfOthers("" as Person["author"]), // nobody is excepted
    close: () => people.close(),
  };
}

/** Tells the server a sign-out that happened without a network, so that the browser's cookie ends. Answers whether it is told. */
export async function tellSignOut(environment: Environment): Promise<boolean> {
  const people = openPeople(environment.prefix);
  try {
    if (!(await people.hasUntoldSignOut())) return true;
    const answer = await callServer<undefined>((path, init) => environment.fetch(path, init), "/api/sign-out", {
      method: "POST",
    });
    const isTold = answer.ok || answer.error.why === "signed-out";
    if (isTold) await people.signOutTold();
    return isTold;
  } finally {
    people.close();
  }
}

/** Lets every other tab know who is present now. */
export function tellTabs(environment: Environment, news: AccountNews): void {
  const channel = environment.openChannel(accountChannel(environment.prefix), () => undefined);
  channel.tell(news);
  channel.close();
}

type OwnDevice = Pick<Person, "device"> & { readonly key: DeviceKey };

const newDevice = async (environment: Environment): Promise<OwnDevice> => ({
  device: makeDeviceId(() => environment.random()),
  key: await makeDeviceKey(),
});

const registration = async ({ device, key }: OwnDevice, label: string): Promise<DeviceRegistration> => ({
  device,
  key: await publicKeyOf(key),
  ...(label === "" ? {} : { label: label.slice(0, 120) }),
});
