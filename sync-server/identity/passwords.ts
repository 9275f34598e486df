import { hash, verify } from "@node-rs/argon2";

/** Argon2id, 19 MiB, 2 passes, 1 lane: OWASP's first recommendation. */
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The hash to keep, with its salt and parameters in it. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize("NFC"), COST);

let nobody: Promise<string> | undefined;

/** Whether `password` is the one behind `kept`. With no `kept` it is false, after the same work: time tells nothing. */
export async function isPassword(kept: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword("nobody has this password");
  const matches = await verify(kept ?? (await nobody), password.normalize("NFC")).catch(() => false);
  return kept !== undefined && matches;
}
