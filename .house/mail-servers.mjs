import { ensureProgram, findProgram } from "./debian.mjs";

const WANTED = [
  { names: ["dovecot"], packages: ["dovecot-imapd"], purpose: "mail is tested against a real IMAP server" },
  { names: ["smtpd"], packages: ["opensmtpd"], purpose: "mail is tested against a real SMTP server" },
];

/** The IMAP and SMTP servers, installed from the system's packages where we may; throws an error with a message for people. */
export async function ensureMailServers() {
  for (const wanted of WANTED) await ensureProgram(wanted);
  return findMailServers();
}

/** Paths of Dovecot and OpenSMTPD; throws an error that says what to install, and that root is needed to run them. */
export function findMailServers() {
  const [dovecot, smtpd] = WANTED.map(({ names }) => findProgram(names));
  if (!dovecot || !smtpd) {
    const lacking = WANTED.filter(({ names }) => !findProgram(names)).flatMap(({ packages }) => packages);
    throw new Error(`Mail is tested against real servers, which are not here: install ${lacking.join(" ")}.`);
  }
  if (process.getuid?.() !== 0) {
    throw new Error("Mail is tested against real servers, and OpenSMTPD only runs for root: run the tests as root.");
  }
  return { dovecot, smtpd };
}
