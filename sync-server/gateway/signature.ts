import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Item } from "../../shared/items/registry.ts";
import { signedText } from "../../shared/items/revision.ts";
import type { RefusalCode } from "../../shared/items/stamp.ts";
import type { DeviceId } from "../../shared/kernel/ids.ts";
import type { DeviceKey, Identity } from "../identity/port.ts";

/** Length of an ECDSA P-256 signature as WebCrypto makes it: r and s, 32 bytes each. */
const signatureLength = 64;
const keptKeys = 5_000;

/**
 * Where a signature is checked: `here` for what comes alone, because handing a check of a tenth of a millisecond to another
 * thread takes longer than the check; `aside` for a device back from a day off line, which brings hundreds.
 */
export type CheckPlace = "here" | "aside";

/** Checks that an item was signed by the device that it names, and that this device is its author's. */
export class Signatures {
  readonly #identity: Pick<Identity, "deviceKey">;
  readonly #keys = new Map<DeviceId, { readonly author: string; readonly key: KeyObject }>();

  constructor(identity: Pick<Identity, "deviceKey">) {
    this.#identity = identity;
  }

  /** Nothing when all is well; else why the item is refused. */
  async fault(item: Item, place: CheckPlace): Promise<RefusalCode | undefined> {
    const known = await this.#keyOf(item.device);
    if (known === undefined) return "unknown-device";
    if (known.author !== item.author) return "foreign-author";
    const signature = Buffer.from(item.sig ?? "", "base64url");
    if (signature.length !== signatureLength) return "bad-signature";
    const check = { text: Buffer.from(signedText(item)), key: known.key, signature };
    const isGood = place === "here" ? isSigned(check) : await isSignedAside(check);
    return isGood ? undefined : "bad-signature";
  }

  /** A device's key is for ever the same once registered, so it is read once. */
  async #keyOf(device: DeviceId): Promise<{ readonly author: string; readonly key: KeyObject } | undefined> {
    const known = this.#keys.get(device);
    if (known !== undefined) return known;
    const found: DeviceKey | undefined = await this.#identity.deviceKey(device);
    if (found === undefined) return undefined;
    if (this.#keys.size >= keptKeys) this.#keys.clear();
    const key = createPublicKey({ key: { ...found.publicKeyJwk }, format: "jwk" });
    const entry = { author: found.author, key };
    this.#keys.set(device, entry);
    return entry;
  }
}

type Check = { readonly text: Buffer; readonly key: KeyObject; readonly signature: Buffer };

function isSigned({ text, key, signature }: Check): boolean {
  try {
    return verify("sha256", text, { key, dsaEncoding: "ieee-p1363" }, signature);
  } catch {
    return false; // nonsense that cannot even be read as a signature
  }
}

const isSignedAside = ({ text, key, signature }: Check): Promise<boolean> =>
  new Promise((resolve) => {
    verify("sha256", text, { key, dsaEncoding: "ieee-p1363" }, signature, (error, good) =>
      resolve(error === null && good),
    );
  });
