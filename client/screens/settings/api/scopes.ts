import { API_SCOPES, type ApiScope } from "../../../../shared/protocol/v1/operations.ts";
import { wordsOfApi } from "../../../signals/api-words.ts";

/** What a token may be given, by resource: how far it goes. */
export const RESOURCES = ["dialogs", "tickets", "contacts", "companies", "assets", "directory"] as const;
export type Resource = (typeof RESOURCES)[number];
export type Access = "none" | "read" | "write";
export type Accesses = Readonly<Record<Resource, Access>>;

export const NO_ACCESS: Accesses = {
  dialogs: "none",
  tickets: "none",
  contacts: "none",
  companies: "none",
  assets: "none",
  directory: "none",
};

const isScope = (text: string): text is ApiScope => API_SCOPES.some((scope) => scope === text);
/** Whether the resource can be written at all. */
export const mayBeWritten = (resource: Resource): boolean => isScope(`${resource}:write`);

/** The scopes of these accesses; writing brings reading. */
export const scopesOf = (accesses: Accesses): ApiScope[] =>
  RESOURCES.flatMap((resource) => {
    const access = accesses[resource];
    const wanted = access === "none" ? [] : access === "read" ? ["read"] : ["read", "write"];
    return wanted.map((way) => `${resource}:${way}`).filter(isScope);
  });

/** `Dialogs: read and write; Tickets: read`. */
export function scopeWords(scopes: readonly ApiScope[]): string {
  const said = wordsOfApi().tokens;
  return RESOURCES.flatMap((resource) => {
    const access = scopes.includes(`${resource}:write` as ApiScope) // asked only, so that an unknown one is simply not there
      ? "write"
      : scopes.includes(`${resource}:read`)
        ? "read"
        : "none";
    return access === "none" ? [] : [`${said.scope[resource]}: ${said.access[access]}`];
  }).join("; ");
}
