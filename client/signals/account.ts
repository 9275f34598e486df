import type { Result } from "../../shared/kernel/result.ts";
import type { Role } from "../../shared/policy/actor.ts";
import type { InvitationLook } from "../../shared/protocol/identity.ts";
import { browserEnvironment } from "../platform/browser-environment.ts";
import { type Account, openAccount } from "../replica/account.ts";
import { ReplicaError } from "../replica/errors.ts";
import type { CallFailure } from "../replica/http.ts";
import type { Person } from "../replica/people.ts";
import { say, words } from "./words.ts";

/** Somebody who has signed in on this browser. */
export type SignedInPerson = Person;

/** What one gives to come in. */
export type Entry =
  | { readonly way: "sign-in"; readonly email: string; readonly password: string }
  | {
      readonly way: "first" | "join";
      readonly token: string;
      readonly name: string;
      readonly email: string;
      readonly password: string;
    };

/** What a link to come in still is. */
export type LinkLook =
  | {
      readonly status: "open";
      readonly desk?: string;
      readonly role?: Role;
      readonly teams?: readonly string[];
      readonly email?: string;
      readonly name?: string;
    }
  | { readonly status: "used" | "unreachable" };

let opened: Account | undefined;
const account = (): Account => {
  opened ??= openAccount(browserEnvironment(), deviceLabel());
  return opened;
};

/** Who signed in last on this browser and has not signed out. */
export const presentPerson = (): Promise<SignedInPerson | undefined> => account().present();

/** Comes in by password, by the first-run link or by an invitation. A refusal is a sentence for people. */
export async function enter(entry: Entry): Promise<Result<SignedInPerson, string>> {
  const { way, ...given } = entry;
  const answer =
    way === "sign-in"
      ? account().signIn(given)
      : way === "first"
        ? account().startDesk({ ...given, token: entry.token, name: entry.name })
        : account().acceptInvitation({ ...given, token: entry.token, name: entry.name });
  try {
    const result = await answer;
    return result.ok ? result : { ok: false, error: failureWords(result.error, way) };
  } catch (error) {
    return {
      ok: false,
      error:
        error instanceof ReplicaError && error.code === "insecure-context"
          ? words().account.plainHttp
          : words().account.failed,
    };
  }
}

/** Looks whether a link still opens the door. */
export async function lookAt(way: "first" | "join", token: string): Promise<LinkLook> {
  if (way === "first") {
    const first = await account().lookFirst(token);
    if (!first.ok) return { status: "unreachable" };
    return { status: first.value.open ? "open" : "used" };
  }
  const invitation: Result<InvitationLook, CallFailure> = await account().lookInvitation(token);
  if (!invitation.ok) return { status: "unreachable" };
  return invitation.value.status === "open" ? invitation.value : { status: "used" };
}

/** The desk's name, as a sign-in page shows it; nothing when the server cannot be asked. */
export async function deskName(): Promise<string | undefined> {
  const answer = await account().desk();
  return answer.ok ? answer.value.name : undefined;
}

/** Unsent items of everybody who has used this browser. */
export const unsentOfAll = (): Promise<number> => account().unsentOfAll();

function failureWords(failure: CallFailure, way: Entry["way"]): string {
  const said = words().account;
  switch (failure.why) {
    case "unreachable":
    case "foreign-answer":
      return said.noServer;
    case "busy":
      return said.tooMany(say.span(failure.afterMs));
    case "old-version":
      return words().update.ready;
    case "signed-out":
      return said.wrong;
    case "refused":
      switch (failure.code) {
        case "wrong":
        case "disabled":
          return said.wrong;
        case "rate":
          return said.tooMany(say.span(failure.retryAfterMs ?? 60_000));
        case "used":
        case "expired":
        case "unknown":
          return way === "first" ? said.tokenUsedFirst : said.tokenUsed;
        case "email-taken":
          return said.taken;
        default:
          return said.failed;
      }
  }
}

/** How a person would know this browser in his list of sessions. */
function deviceLabel(): string {
  const agent = navigator.userAgent;
  const browser = /Edg\//.test(agent)
    ? "Edge"
    : /OPR\//.test(agent)
      ? "Opera"
      : /YaBrowser\//.test(agent)
        ? "Yandex Browser"
        : /Firefox\//.test(agent)
          ? "Firefox"
          : /Chrome\//.test(agent)
            ? "Chrome"
            : /Safari\//.test(agent)
              ? "Safari"
              : "Browser";
  const system = /Android/.test(agent)
    ? "Android"
    : /iPhone|iPad/.test(agent)
      ? "iOS"
      : /Windows/.test(agent)
        ? "Windows"
        : /Mac OS/.test(agent)
          ? "macOS"
          : /Linux/.test(agent)
            ? "Linux"
            : "";
  return system === "" ? browser : `${browser}, ${system}`;
}
