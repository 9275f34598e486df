import type { AuthorId, ThreadId } from "../../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";

/** Which dialogs are whose, for the user's own list. Fed with every head. */
export type UserThreads = {
  readonly apply: (head: Pick<DeviceHead, "_id" | "kind" | "user">) => void;
  readonly of: (user: AuthorId) => readonly ThreadId[];
};

export function makeUserThreads(): UserThreads {
  const threads = new Map<AuthorId, Set<ThreadId>>();
  return {
    apply: ({ _id, kind, user }) => {
      if (kind !== "dialog" || user === null) return;
      const own = threads.get(user) ?? new Set<ThreadId>();
      own.add(_id);
      threads.set(user, own);
    },
    of: (user) => [...(threads.get(user) ?? [])],
  };
}
