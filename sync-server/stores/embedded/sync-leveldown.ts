import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The part of a leveldown iterator that we use. */
export type LevelIterator = {
  next(done: (error: Error | null | undefined, key?: string, value?: string) => void): void;
  end(done: (error?: Error | null) => void): void;
};

/** The part of an abstract-leveldown that we use. */
export type Level = {
  get(key: string, options: TextOptions, done: (error: Error | null, value?: string) => void): void;
  getMany(
    keys: readonly string[],
    options: TextOptions,
    done: (error: Error | null, values?: readonly (string | undefined)[]) => void,
  ): void;
  iterator(options: {
    readonly gte: string;
    readonly lte: string;
    readonly reverse: boolean;
    readonly keyAsBuffer: false;
    readonly valueAsBuffer: false;
    readonly highWaterMark: number;
  }): LevelIterator;
  _batch: Write;
  _put: (key: unknown, value: unknown, options: object, done: Done) => void;
  _del: (key: unknown, options: object, done: Done) => void;
};
type TextOptions = { readonly asBuffer: false };
type Done = (error?: Error | null) => void;
type Write = (operations: unknown, options: object, done: Done) => void;

/**
 * A leveldown whose every write is synced to the disk before it answers. PouchDB gives no way to ask for that: by default
 * leveldb answers when the log is in the system's cache, and a power cut takes the last seconds.
 * `onOpen` hands out the instance, which `LevelReader` reads beside PouchDB. `writeFault` lets a test stand for a full disk.
 */
export function makeSyncLevelDown(hooks: {
  readonly onOpen: (level: Level) => void;
  readonly writeFault?: () => Error | undefined;
}): (location: string) => Level {
  const leveldown = require("leveldown") as (location: string) => Level;
  return function SyncLevelDown(location) {
    const level = leveldown(location);
    const { _batch, _put, _del } = level;
    const guard = (done: Done, write: () => void) => {
      const fault = hooks.writeFault?.();
      if (fault === undefined) write();
      else process.nextTick(done, fault);
    };
    level._batch = (operations, options, done) =>
      guard(done, () => _batch.call(level, operations, { ...options, sync: true }, done));
    level._put = (key, value, options, done) =>
      guard(done, () => _put.call(level, key, value, { ...options, sync: true }, done));
    level._del = (key, options, done) => guard(done, () => _del.call(level, key, { ...options, sync: true }, done));
    hooks.onOpen(level);
    return level;
  };
}
