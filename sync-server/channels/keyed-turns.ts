/** Work by key: one after another within a key, keys beside each other. */
export type KeyedTurns = {
  readonly run: <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>;
};

export function makeKeyedTurns(): KeyedTurns {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run: (key, work) => {
      const before = tails.get(key) ?? Promise.resolve();
      const done = before.then(work);
      const tail = done
        .catch(() => undefined) // told to whoever asked for it
        .finally(() => {
          if (tails.get(key) === tail) tails.delete(key);
        });
      tails.set(key, tail);
      return done;
    },
    idle: async () => {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
