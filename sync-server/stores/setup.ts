import { type DatabaseName, databaseNames, type Store, type StoreDatabase, StoreError } from "./store.ts";

/** The databases of a desk, open and of the version that this program knows. */
export type DeskDatabases = {
  readonly desk: StoreDatabase;
  readonly server: StoreDatabase;
  readonly audit: StoreDatabase;
};

/** One step of a database's set-up, from `version - 1` to `version`. Repeating it must change nothing: a crash repeats it. */
export type SetupStep = {
  readonly version: number;
  readonly apply: (database: StoreDatabase) => Promise<void>;
};

/** The document that tells a database's version. It sorts before every thread and is shown to nobody. */
export const setupMarkerId = "-setup";

/** The steps of each database, in order; version 1 is an empty database with a marker. */
const steps: Readonly<Record<DatabaseName, readonly SetupStep[]>> = {
  desk: [{ version: 1, apply: async () => {} }],
  "desk-server": [{ version: 1, apply: async () => {} }],
  "desk-audit": [{ version: 1, apply: async () => {} }],
};

const tries = 20;

/** The store was set up by a newer program: this one would not understand what is in it. */
export class NewerStoreError extends Error {
  constructor(name: DatabaseName, found: number, known: number) {
    super(`the database ${name} is of version ${found}; this program knows versions up to ${known}: run a newer one`);
    this.name = "NewerStoreError";
  }
}

/**
 * Opens the three databases and brings each to the present version. Idempotent: a second run, one after a crash in the
 * middle, and two programs at once all end in the same state. Rejects with `NewerStoreError` before it writes anything to a
 * database of a newer version.
 */
export async function setUpDatabases(store: Store): Promise<DeskDatabases> {
  const opened = new Map<DatabaseName, StoreDatabase>();
  for (const name of databaseNames) {
    const database = await store.open(name);
    await setUpDatabase(database, name, steps[name]);
    opened.set(name, database);
  }
  const take = (name: DatabaseName): StoreDatabase => {
    const database = opened.get(name);
    if (database === undefined) throw new Error(`${name} was not opened`);
    return database;
  };
  return { desk: take("desk"), server: take("desk-server"), audit: take("desk-audit") };
}

/** Brings one database to the version of the last step. Exported for the tests of later steps. */
export async function setUpDatabase(
  database: StoreDatabase,
  name: DatabaseName,
  path: readonly SetupStep[],
): Promise<void> {
  const known = path.at(-1)?.version ?? 0;
  for (let attempt = 0; attempt < tries; attempt++) {
    const marker = await database.get(setupMarkerId);
    const found = marker === undefined ? 0 : Number(marker["version"]);
    if (found > known) throw new NewerStoreError(name, found, known);
    const next = path.find((step) => step.version > found);
    if (next === undefined) return;
    await next.apply(database);
    // A conflict means that another program was faster; an uncertain answer is read again.
    await database.put({
      _id: setupMarkerId,
      ...(marker === undefined ? {} : { _rev: marker._rev }),
      kind: "setup",
      version: next.version,
    });
  }
  throw new StoreError("server", `the database ${name} could not be set up: its marker does not stay written`);
}
