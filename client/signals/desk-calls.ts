import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type { CallAnswer } from "../../shared/protocol/calls.ts";
import type {
  Account,
  AccountBody,
  DeviceToken,
  DeviceTokenAnswer,
  Invitation,
  InvitationAnswer,
  InviteBody,
  KeysAnswer,
  Session,
} from "../../shared/protocol/identity.ts";
import type { PortalLink, PortalLinkAnswer, PortalMailAnswer, PortalMailBody } from "../../shared/protocol/portal.ts";
import { browserEnvironment } from "../platform/browser-environment.ts";
import { type Call, type CallFailure, callServer } from "../replica/http.ts";
import { say, words } from "./words.ts";

/** An answer of the server, or a sentence for people. */
export type Answer<Value> = Promise<Result<Value, string>>;

async function call<Value>(path: string, given: Call = {}): Answer<Value> {
  const environment = browserEnvironment();
  const answer = await callServer<Value>((url, init) => environment.fetch(url, init), path, given);
  return answer.ok ? ok(answer.value) : fail(failureWords(answer.error));
}

function failureWords(failure: CallFailure): string {
  switch (failure.why) {
    case "unreachable":
    case "foreign-answer":
      return words().settings.needsConnection;
    case "signed-out":
      return words().account.expiredTitle;
    case "old-version":
      return words().update.ready;
    case "busy":
      return words().account.tooMany(say.span(failure.afterMs));
    case "refused":
      if (failure.code === "forbidden") return words().settings.noRight;
      if (failure.code === "wrong") return words().account.wrong;
      if (failure.code === "email-taken") return words().account.taken;
      if (failure.code === "last-admin") return words().settings.members.lastAdmin;
      return words().account.failed;
  }
}

/** What only the server knows: accounts, invitations, sessions, tokens. All of it needs a connection. */
export const deskCalls = {
  dial: (number: string) => call<CallAnswer>("/api/calls", { method: "POST", body: { number } }),
  portalLinks: (person: string) =>
    call<{ readonly links: readonly PortalLink[] }>(`/api/portal-links?person=${person}`),
  makePortalLink: (person: string) => call<PortalLinkAnswer>("/api/portal-links", { method: "POST", body: { person } }),
  revokePortalLink: (id: string) => call<undefined>(`/api/portal-links/${id}`, { method: "DELETE" }),
  mailPortalLink: (id: string, body: PortalMailBody) =>
    call<PortalMailAnswer>(`/api/portal-links/${id}/mail`, { method: "POST", body }),
  keys: () => call<KeysAnswer>("/api/keys"),
  accounts: () => call<{ readonly accounts: readonly Account[] }>("/api/accounts"),
  changeAccount: (agent: string, body: AccountBody) =>
    call<Account>(`/api/accounts/${agent}`, { method: "PATCH", body }),
  invitations: () => call<{ readonly invitations: readonly Invitation[] }>("/api/invitations"),
  invite: (body: InviteBody) => call<InvitationAnswer>("/api/invitations", { method: "POST", body }),
  revokeInvitation: (id: string) => call<undefined>(`/api/invitations/${id}`, { method: "DELETE" }),
  sessions: () => call<{ readonly sessions: readonly Session[] }>("/api/sessions"),
  endSession: (id: string) => call<undefined>(`/api/sessions/${id}`, { method: "DELETE" }),
  tokens: () => call<{ readonly tokens: readonly DeviceToken[] }>("/api/device-tokens"),
  makeToken: (label: string) => call<DeviceTokenAnswer>("/api/device-tokens", { method: "POST", body: { label } }),
  endToken: (id: string) => call<undefined>(`/api/device-tokens/${id}`, { method: "DELETE" }),
  changePassword: (current: string, next: string) =>
    call<undefined>("/api/password", { method: "POST", body: { current, next } }),
};
