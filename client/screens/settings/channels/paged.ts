import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import type { ChannelAnswer, ChannelFault } from "../../../signals/channel-calls.ts";

/** Rows that come by the page, the newest first. */
export type Paged<Row> = {
  readonly rows: Accessor<readonly Row[] | undefined>;
  readonly hasMore: Accessor<boolean>;
  readonly fault: Accessor<ChannelFault | undefined>;
  readonly more: () => Promise<void>;
  readonly refresh: () => Promise<void>;
};

/** Pages of something; from the first one again whenever `key` changes. Ends with its owner. */
export function createPaged<Row>(
  ask: (before: Row | undefined) => ChannelAnswer<{ readonly rows: readonly Row[]; readonly more: boolean }>,
  key: Accessor<unknown>,
): Paged<Row> {
  const [rows, setRows] = createSignal<readonly Row[]>();
  const [hasMore, setHasMore] = createSignal(false);
  const [fault, setFault] = createSignal<ChannelFault>();
  let asked = 0;

  async function load(before: Row | undefined): Promise<void> {
    asked += 1;
    const mine = asked;
    const answer = await ask(before);
    if (mine !== asked) return; // a later question is under way
    if (!answer.ok) return void setFault(answer.error);
    setFault(undefined);
    setHasMore(answer.value.more);
    setRows((known) => (before === undefined ? answer.value.rows : [...(known ?? []), ...answer.value.rows]));
  }

  createEffect(on(key, () => void load(undefined)));
  onCleanup(() => (asked += 1));
  return { rows, hasMore, fault, more: () => load(rows()?.at(-1)), refresh: () => load(undefined) };
}
