import { agentAuthor } from "../../shared/kernel/ids.ts";
import { FIRST_TEAM } from "../boot/first-desk.ts";
import { openStore } from "../boot/open-store.ts";
import { openAuditBook } from "../identity/audit-book.ts";
import { openIdentity } from "../identity/open-identity.ts";
import { hashPassword } from "../identity/passwords.ts";
import { makeSecret, secureRandom } from "../platform/chance.ts";
import { readConfig } from "../platform/config.ts";

/**
 * `tsx sync-server/tools/reset-password.ts <e-mail>`: gives an account a new password, prints it once, and ends all its
 * sessions. For the person who runs the machine; with the embedded store stop the desk first.
 */
function giveUp(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(2);
}

const [email] = process.argv.slice(2);
const config = readConfig(process.env, []);
if (!config.ok) giveUp(config.error.join("\n"));
if (email === undefined) giveUp("Say whose: tsx sync-server/tools/reset-password.ts someone@example.com");

const store = await openStore(config.value);
const identity = await openIdentity({
  database: await store.open("desk-server"),
  clock: Date.now,
  random: secureRandom,
  firstTeams: [FIRST_TEAM],
});
const account = identity.accounts.byEmail(email.trim().toLowerCase());
if (account !== undefined) {
  const password = makeSecret().slice(0, 16);
  await identity.accounts.setPassword(account.agent, await hashPassword(password));
  await identity.sessions.endAll(agentAuthor(account.agent), { via: "browser" });
  const audit = openAuditBook({ database: await store.open("desk-audit"), clock: Date.now, onLost: () => undefined });
  await audit.write({ act: "password-reset", whose: agentAuthor(account.agent) }, {});
  process.stdout.write(`New password of ${account.email}: ${password}\n`);
}
await store.close();
if (account === undefined) giveUp("There is no account of this address.");
