/** How many strict sections are open now. */
let strict = 0;
let isWrapped = false;

/**
 * Runs `act` so that every write transaction that begins meanwhile reports completion only when the disk itself has it.
 * PouchDB has no option for it and takes the browser's default, which is relaxed: it survives the browser's crash, not a power
 * cut. Transactions of others that begin meanwhile become strict too, which only makes them slower.
 */
export async function strictly<Value>(act: () => Promise<Value>): Promise<Value> {
  wrapOnce();
  strict += 1;
  try {
    return await act();
  } finally {
    strict -= 1;
  }
}

function wrapOnce(): void {
  if (isWrapped || typeof IDBDatabase === "undefined") return;
  isWrapped = true;
  const { prototype } = IDBDatabase;
  const original = Reflect.get<typeof prototype, "transaction">(prototype, "transaction"); // called with its own `this`
  prototype.transaction = function transaction(this: IDBDatabase, stores, mode, options) {
    const asked = strict > 0 && mode === "readwrite" ? { ...options, durability: "strict" as const } : options;
    return original.call(this, stores, mode, asked);
  };
}
