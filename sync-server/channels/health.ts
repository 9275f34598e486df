import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { ChannelHealth } from "../../shared/protocol/channels.ts";
import type { ChannelWorld } from "./ports.ts";
import type { ChannelState, Records } from "./records.ts";

/** How a channel does, for its admin: kept in memory, its times also in the store, a while behind. */
export type Health = {
  readonly running: () => void;
  readonly trouble: (trouble: { readonly code: string; readonly detail?: string; readonly nextTryAt?: Ms }) => void;
  readonly wentIn: () => void;
  readonly wentOut: () => void;
  /** A send was not let in with our key: trouble, however well it listens, until something shows the opposite. */
  readonly keyRefused: (detail?: string) => void;
  /** It is opened anew, perhaps with another key, or a test has shown that the key is good. */
  readonly keyTaken: () => void;
  readonly named: (address: NonNullable<ChannelState["address"]>) => void;
  readonly setAside: (rows: number) => void;
  readonly read: () => Omit<ChannelHealth, "waiting" | "failed">;
  readonly address: () => ChannelState["address"];
  /** Writes what is new; never rejects. */
  readonly settle: () => Promise<void>;
};

/** How far the stored times may be behind. */
const SAVE_MS = 15_000;
const DETAIL = 300;

export async function openHealth(
  channel: ThreadId,
  { world, records }: { readonly world: ChannelWorld; readonly records: Records },
): Promise<Health> {
  let state = await records.state(channel);
  let aside = await records.countAsides(channel);
  let standing: Pick<ChannelHealth, "state" | "code" | "detail" | "since" | "nextTryAt"> = { state: "starting" };
  let refused: (Pick<ChannelHealth, "detail"> & { readonly since: Ms }) | undefined;
  let saved = state;
  let timer: NodeJS.Timeout | undefined;

  async function save(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (saved === state) return;
    const { lastIn, lastOut, address } = state;
    const writing = state;
    try {
      await records.saveState(channel, (now) => ({
        ...now,
        ...(lastIn === undefined ? {} : { lastIn }),
        ...(lastOut === undefined ? {} : { lastOut }),
        ...(address === undefined ? {} : { address }),
      }));
      saved = writing;
    } catch (error) {
      world.log.warn({ err: error, channel }, "how a channel stands could not be kept");
    }
  }
  function change(next: Partial<ChannelState>): void {
    state = { ...state, ...next };
    timer ??= setTimeout(() => void save(), SAVE_MS).unref();
  }

  return {
    running: () => {
      standing = { state: "running" };
    },
    trouble: ({ code, detail, nextTryAt }) => {
      const since = standing.state === "trouble" && standing.since !== undefined ? standing.since : world.clock();
      standing = {
        state: "trouble",
        code,
        since,
        ...(detail === undefined ? {} : { detail: detail.slice(0, DETAIL) }),
        ...(nextTryAt === undefined ? {} : { nextTryAt }),
      };
    },
    wentIn: () => change({ lastIn: world.clock() }),
    wentOut: () => {
      refused = undefined;
      change({ lastOut: world.clock() });
    },
    keyRefused: (detail) => {
      const since = refused?.since ?? world.clock();
      refused = { since, ...(detail === undefined ? {} : { detail: detail.slice(0, DETAIL) }) };
    },
    keyTaken: () => {
      refused = undefined;
    },
    named: (address) => {
      if (JSON.stringify(address) !== JSON.stringify(state.address)) change({ address });
    },
    setAside: (rows) => {
      aside = Math.max(0, aside + rows);
    },
    read: () => ({
      ...standing,
      // What keeps it from listening is told first.
      ...(refused === undefined || standing.state === "trouble"
        ? {}
        : { state: "trouble" as const, code: "auth", ...refused }),
      aside,
      ...(state.lastIn === undefined ? {} : { lastIn: state.lastIn }),
      ...(state.lastOut === undefined ? {} : { lastOut: state.lastOut }),
    }),
    address: () => state.address,
    settle: save,
  };
}
