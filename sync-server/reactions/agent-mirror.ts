import type { Json } from "../../shared/kernel/canonical.ts";
import { canonicalJson } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { Account } from "../../shared/protocol/identity.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Effect } from "./reaction.ts";

/** What the agent's thread shows of his account: for screens only, rights come from the account itself. */
const factsOf = (account: Account): Readonly<Record<string, Json>> => ({
  name: account.name,
  email: account.email,
  role: account.role,
  teams: [...account.teams],
  active: account.active,
  field: account.role === "technician",
});

/** What is to be written so that the agent's thread says what his account says; nothing when it does. Pure. */
export function mirrorAccount(account: Account, head: DeviceHead | undefined, now: Ms): readonly Effect[] {
  const thread: ThreadId = account.agent;
  const facts = factsOf(account);
  if (head === undefined) return [{ kind: "open", thread, cause: `agent:${thread}`, at: now, set: facts }];
  const set: Record<string, Json> = {};
  for (const [name, value] of Object.entries(facts)) {
    if (canonicalJson(head.fields[name]?.value) !== canonicalJson(value)) set[name] = value;
  }
  if (Object.keys(set).length === 0) return [];
  return [{ kind: "set-field", thread, cause: `agent:${thread}:${head.inc}.${head.n}`, at: now, set }];
}
