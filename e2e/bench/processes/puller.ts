import { createRequire } from "node:module";
import { serveParent } from "./child.ts";

/** The part of an unmodified PouchDB that pulls; PouchDB brings no types. */
type Pouch = {
  readonly replicate: {
    from(
      remote: Pouch,
    ): Promise<{ readonly ok: boolean; readonly docs_written: number; readonly doc_write_failures: number }>;
  };
  allDocs(): Promise<{ readonly rows: readonly { readonly id: string; readonly value: { readonly rev: string } }[] }>;
  bulkGet(options: {
    readonly docs: readonly { readonly id: string; readonly rev: string }[];
    readonly revs: true;
  }): Promise<{ readonly results: readonly { readonly docs: readonly { readonly ok?: object }[] }[] }>;
  destroy(): Promise<void>;
};
type PouchClass = { new (name: string, options: object): Pouch; plugin(plugin: unknown): PouchClass };

const require = createRequire(import.meta.url);
const plugins = ["pouchdb-adapter-memory", "pouchdb-adapter-http", "pouchdb-replication"];
const PouchDb = plugins.reduce((pouch, name) => pouch.plugin(require(name)), require("pouchdb-core") as PouchClass);

type Source = { readonly url: string; readonly token?: string };
let count = 0;

/** An unmodified PouchDB in memory pulls everything that a source shows it, with its own defaults. */
async function pullInto(
  source: Source,
): Promise<{ readonly local: Pouch; readonly ms: number; readonly docs: number }> {
  count += 1;
  const local = new PouchDb(`puller-${count}`, { adapter: "memory" });
  const auth = source.token === undefined ? {} : { auth: { username: "device", password: source.token } };
  const remote = new PouchDb(source.url, { adapter: "http", skip_setup: true, ...auth });
  const startedAt = performance.now();
  const result = await local.replicate.from(remote);
  const ms = performance.now() - startedAt;
  if (!result.ok || result.doc_write_failures > 0) throw new Error(`the pull failed: ${JSON.stringify(result)}`);
  return { local, ms, docs: result.docs_written };
}

async function pull(source: Source): Promise<{ readonly ms: number; readonly docs: number }> {
  const { local, ms, docs } = await pullInto(source);
  await local.destroy();
  return { ms, docs };
}

/** Pulls, and gives the documents with their ancestry. */
async function dump(source: Source): Promise<readonly object[]> {
  const { local } = await pullInto(source);
  const { rows } = await local.allDocs();
  const { results } = await local.bulkGet({ docs: rows.map(({ id, value }) => ({ id, rev: value.rev })), revs: true });
  await local.destroy();
  return results.flatMap(({ docs }) => docs.flatMap(({ ok }) => (ok === undefined ? [] : [ok])));
}

serveParent({ pull, dump });
