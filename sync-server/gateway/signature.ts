import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Item } from "../../shared/items/registry.ts";
import { signedText } from "../../shared/items/revision.ts";
import type { RefusalCode } from "../../shared/items/stamp.ts";
import type { DeviceId } from "../../shared/kernel/ids.ts";
import type { DeviceKey, Identity } from "../identity/port.ts";

/** Length of an ECDSA P-256 signature as WebCrypto makes it: r and s, 32 bytes each. */
const signatureLength = 64;
const keptKeys = 5_000;

/** Checks that an item was signed by the device that it names, and that this device is its author's. */
export class Signatures {
  readonly #identity: Pick<Identity, "deviceKey">;
  readonly #keys = new Map<DeviceId, { readonly author: string; readonly key: KeyObject }>();

  constructor(identity: Pick<Identity, "deviceKey">) {
    this.#identity = identity;
  }

  /** Nothing when all is well; else why the item is refused. */
  async fault(item: Item): Promise<RefusalCode | undefined> {
    const known = await this.#keyOf(item.device);
    if (known === undefined) return "unknown-device";
    if (known.author !== item.author) return "foreign-author";
    const signature = Buffer.from(item.sig ?? "", "base64url");
    if (signature.length !== signatureLength) return "bad-signature";
    return (await isSigned(signedText(item), known.key, signature)) ? undefined : "bad-signature";
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

/** Off the main thread: a device back from a day off line brings hundreds. */
const isSigned = (text: string, key: KeyObject, signature: Buffer): Promise<boolean> =>
  new Promise((resolve) => {
    verify("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }, signature, (error, good) =>
      resolve(error === null && good),
    );
  });
