import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Random } from "../../shared/kernel/ids.ts";

/** Uniform in [0, 1) from the system's generator: ids made of it cannot be guessed. */
export const secureRandom: Random = () => randomBytes(4).readUInt32BE() / 2 ** 32;

/** A secret of 32 random bytes in base64url. */
export const makeSecret = (): string => randomBytes(32).toString("base64url");

/** What is kept of a secret: it has full entropy, so a plain hash is enough. 64 hex digits. */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** Compares two secrets in time that tells nothing. */
export const equalSecrets = (a: string, b: string): boolean =>
  timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());
