import { type AuthorId, agentAuthor, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Core } from "./open-core.ts";

/** Agents by their telephones: the field `extension` of an agent's thread, set by leads and admins. */
export type PhoneBook = {
  /** The active agent whose telephone it is; the one who was there first, where two say so. */
  readonly agentOf: (extension: string) => AuthorId | undefined;
  readonly extensionOf: (agent: ThreadId) => string | undefined;
};

export function makePhoneBook({ identity, directory }: Pick<Core, "identity" | "directory">): PhoneBook {
  const extensionOf: PhoneBook["extensionOf"] = (agent) => {
    const value = directory.field(agent, "extension");
    const text = typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
    return text === "" ? undefined : text;
  };
  return {
    extensionOf,
    agentOf: (extension) => {
      const holder = identity.accounts.list().find(({ agent, active }) => active && extensionOf(agent) === extension);
      return holder === undefined ? undefined : agentAuthor(holder.agent);
    },
  };
}
