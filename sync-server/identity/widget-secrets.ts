import { createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { authorId, ms } from "../../shared/kernel/schema.ts";
import { makeSecret } from "../platform/chance.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { IdentityStoreError, readDoc, writeDoc } from "./documents.ts";

/** `widget-secret:<link>` of `desk-server`: by what a site signs who its visitor is. Kept as it is, because a signature is reckoned with it. */
const widgetSecretDoc = v.object({
  _id: v.string(),
  _rev: v.exactOptional(v.string()),
  secret: v.string(),
  by: authorId,
  madeAt: ms,
});
type WidgetSecretDoc = v.InferOutput<typeof widgetSecretDoc>;

/** Secrets of widgets. They are told once, when they are made, and to nobody after. */
export type WidgetSecrets = {
  readonly madeAt: (link: ThreadId) => Promise<Ms | undefined>;
  /** Makes one, in the place of an older one: signatures of that are wrong from now on. */
  readonly make: (link: ThreadId, by: AuthorId, now: Ms) => Promise<string>;
  readonly remove: (link: ThreadId) => Promise<void>;
  /** Whether `signature` is the HMAC-SHA256 of `text` in hex; false where there is no secret. */
  readonly isSigned: (link: ThreadId, text: string, signature: string) => Promise<boolean>;
};

const TRIES = 3;

export function openWidgetSecrets(database: StoreDatabase): WidgetSecrets {
  const idOf = (link: ThreadId): string => `widget-secret:${link}`;
  const get = (link: ThreadId): Promise<WidgetSecretDoc | undefined> => readDoc(database, idOf(link), widgetSecretDoc);
  return {
    madeAt: async (link) => (await get(link))?.madeAt,
    make: async (link, by, now) => {
      const secret = `ws_${makeSecret()}`;
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const before = await get(link);
        const rev = before?._rev === undefined ? {} : { _rev: before._rev };
        const row = await writeDoc(database, { _id: idOf(link), ...rev, secret, by, madeAt: now });
        if (row !== "conflict") return secret;
      }
      throw new IdentityStoreError("a widget's secret could not be written");
    },
    remove: async (link) => {
      const before = await get(link);
      if (before?._rev !== undefined) await database.remove(before._id, before._rev);
    },
    isSigned: async (link, text, signature) => {
      const secret = (await get(link))?.secret;
      if (secret === undefined || !/^[0-9a-f]{64}$/i.test(signature)) return false;
      return timingSafeEqual(createHmac("sha256", secret).update(text, "utf8").digest(), Buffer.from(signature, "hex"));
    },
  };
}
