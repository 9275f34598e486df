import { describe, expect, it } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import { signedText } from "../../shared/items/revision.ts";
import { agentAuthor, derivedThreadId, makeDeviceId } from "../../shared/kernel/ids.ts";
import { createItemFactory } from "../../shared/testing/item-factory.ts";
import { seededRandom } from "../../shared/testing/random.ts";
import { makeDeviceKey } from "../platform/device-key.ts";
import { Signatures } from "./signatures.ts";

const random = seededRandom(7);
const make = createItemFactory(random);
const device = { author: agentAuthor(derivedThreadId("agent", "a")), device: makeDeviceId(random) };
const thread = derivedThreadId("dialog", "d");
const note = (text: string): Item => make(device, 1_000, { kind: "note", thread, text });

describe("signatures of own items", () => {
  it("are the device key's over the signed text, made when the item goes out", async () => {
    const key = await makeDeviceKey();
    const item = note("one");
    const sent = await new Promise<readonly Item[]>((resolve) => new Signatures(key).whenSigned([item], resolve));
    const sig = Buffer.from(sent[0]?.sig ?? "", "base64url");
    const text = new TextEncoder().encode(signedText(item));
    const isGood = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key.publicKey, sig, text);
    expect(isGood).toBe(true);
  });

  it("[CL19] keep the order of batches, whichever was signed first", async () => {
    const signatures = new Signatures(await makeDeviceKey());
    const [first, second] = [note("first"), note("second")];
    const sent: string[] = [];
    await new Promise<void>((resolve) => {
      const take = (items: readonly Item[]): void => {
        sent.push(...items.map((item) => (item.kind === "note" && item.sig !== undefined ? item.text : "unsigned")));
        if (sent.length === 2) resolve();
      };
      signatures.whenSigned([first], take);
      signatures.whenSigned([{ ...second, sig: "signed-before" }], take);
    });
    expect(sent).toEqual(["first", "second"]);
  });
});
