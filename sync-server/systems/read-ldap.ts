import { Client, InvalidCredentialsError } from "ldapts";
import type { SourceRow } from "../../shared/systems/mapping.ts";
import type { ReadRows } from "./read-csv.ts";
import { SourceError } from "./source-error.ts";

/** How a directory is reached. `attributes`: what is asked for, separated by commas or spaces. */
export type LdapSettings = {
  readonly url: string;
  readonly bindDn: string;
  readonly password: string;
  readonly baseDn: string;
  readonly filter: string;
  readonly attributes: string;
  readonly startTls: boolean;
};

const PAGE = 500;
const MOST_ROWS = 500_000;
const TIMEOUT_MS = 30_000;

/**
 * Entries of an LDAP directory, page by page (RFC 2696). Values of an attribute with several are joined by "; "; those that
 * are bytes (photos) are left out, but for `objectGUID`, which is given in hex.
 */
export async function readLdap(settings: LdapSettings, signal: AbortSignal): Promise<ReadRows> {
  if (!/^ldaps?:\/\/[^/]+/.test(settings.url))
    throw new SourceError("config", "the address begins with ldap:// or ldaps://");
  const client = new Client({ url: settings.url, timeout: TIMEOUT_MS, connectTimeout: TIMEOUT_MS, strictDN: false });
  const asked = settings.attributes.split(/[\s,;]+/).filter((name) => name !== "");
  const stop = (): void => void client.unbind().catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (settings.startTls) await client.startTLS();
    await client.bind(settings.bindDn, settings.password);
    const rows: SourceRow[] = [];
    const columns = new Set<string>(["dn", ...asked]);
    const pages = client.searchPaginated(settings.baseDn, {
      scope: "sub",
      filter: settings.filter === "" ? "(objectClass=person)" : settings.filter,
      paged: { pageSize: PAGE },
      explicitBufferAttributes: ["objectGUID", "jpegPhoto", "thumbnailPhoto"],
      ...(asked.length === 0 ? {} : { attributes: asked }),
    });
    for await (const page of pages) {
      for (const entry of page.searchEntries) {
        if (rows.length >= MOST_ROWS) throw new SourceError("too-large", `more than ${MOST_ROWS} entries`);
        const values: Record<string, string> = {};
        for (const [name, value] of Object.entries(entry)) {
          const text = textOf(name, value);
          if (text === undefined) continue;
          values[name] = text;
          columns.add(name);
        }
        rows.push({ line: rows.length + 1, values });
      }
      if (signal.aborted) break;
    }
    return { columns: [...columns], rows };
  } catch (error) {
    if (error instanceof SourceError) throw error;
    if (error instanceof InvalidCredentialsError)
      throw new SourceError("auth", "the directory does not take this name and password");
    const isNetwork =
      error instanceof Error &&
      /ECONN|ENOTFOUND|ETIMEDOUT|timed? ?out|socket|EAI_AGAIN/i.test(
        `${String(error)} ${"code" in error ? String(error.code) : ""}`,
      );
    throw new SourceError(
      isNetwork ? "unreachable" : "config",
      error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : "the directory said no",
    );
  } finally {
    signal.removeEventListener("abort", stop);
    await client.unbind().catch(() => undefined);
  }
}

function textOf(name: string, value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const texts = value.flatMap((one) => textOf(name, one) ?? []);
    return texts.length === 0 ? undefined : texts.join("; ");
  }
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return name === "objectGUID" ? Buffer.from(value).toString("hex") : undefined;
  return undefined;
}
