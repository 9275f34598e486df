import type { StampedItem } from "../../shared/items/stamp.ts";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type { AuditReport } from "../../shared/ticket/audit.ts";
import { verifyAudit } from "../../shared/ticket/audit.ts";
import { fromBase64url } from "../../shared/ticket/base64url.ts";
import { deskCalls } from "./desk-calls.ts";

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const DIGEST = { name: "ECDSA", hash: "SHA-256" } as const;

/** Checks a thread's items against the server's public keys; needs a connection for the keys, or says so in words. */
export async function verifyHistory(items: readonly StampedItem[]): Promise<Result<AuditReport, string>> {
  const answer = await deskCalls.keys();
  if (!answer.ok) return fail(answer.error);
  const keys = await Promise.all(
    answer.value.keys.map(({ key }) => crypto.subtle.importKey("jwk", { ...key }, CURVE, false, ["verify"])),
  );
  const encoder = new TextEncoder();
  return ok(
    await verifyAudit(items, {
      verifyStamp: async (text, sig) => {
        const bytes = fromBase64url(sig);
        if (bytes === undefined) return false;
        for (const key of keys) {
          if (await crypto.subtle.verify(DIGEST, key, new Uint8Array(bytes), encoder.encode(text))) return true;
        }
        return false;
      },
    }),
  );
}
