import { type Child, openChild } from "../processes/child.ts";
import type { BoardName } from "./port.ts";

/** Boards in processes of their own, and everybody who listens in another. */
export type Boards = {
  /** Boards that run here. */
  readonly names: readonly BoardName[];
  /** Why a board does not run here. */
  readonly missing: ReadonlyMap<BoardName, string>;
  /** So many listen on each board. */
  readonly listen: (count: number) => Promise<void>;
  readonly leave: () => Promise<void>;
  /** Acts on the listeners of a board. */
  readonly ask: <Value>(act: string, name: BoardName, more?: object) => Promise<Value>;
  /** A board's own entries. */
  readonly stateOf: (name: BoardName) => Promise<Record<string, string>>;
  readonly close: () => Promise<void>;
};

type Where = { readonly port: number; readonly room: string; readonly ordersPort: number };

/** Rivals may not run on this Node: then they are named with the reason. What is ours or the floor must run. */
const RIVALS: ReadonlySet<BoardName> = new Set(["y-websocket", "Hocuspocus"]);

export async function openBoards(names: readonly BoardName[]): Promise<Boards> {
  const missing = new Map<BoardName, string>();
  const servers = new Map<BoardName, Child>();
  const children: Child[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.end()));
  };
  try {
    for (const name of names) {
      try {
        const server = await openChild("board-server", [name]);
        children.push(server);
        servers.set(name, server);
      } catch (error) {
        if (!RIVALS.has(name)) throw error;
        missing.set(name, `n/a on this Node (${process.version}): ${firstLine(error)}`);
      }
    }
    const listeners = await openChild("listeners");
    children.push(listeners);
    return {
      names: [...servers.keys()],
      missing,
      listen: async (count) => {
        for (const [name, server] of servers) {
          await listeners.call("join", { name, place: await server.call<Where>("where"), listeners: count });
        }
      },
      leave: async () => {
        for (const name of servers.keys()) await listeners.call("leave", { name });
      },
      ask: (act, name, more = {}) => listeners.call(act, { name, ...more }),
      stateOf: async (name) => (await servers.get(name)?.call<Record<string, string>>("state")) ?? {},
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
