import { createRoot, createSignal } from "solid-js";
import { expect, it } from "vitest";
import type { FileRef } from "../../shared/items/base.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { derivedItemId, derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { deviceHead } from "../../shared/thread/head.ts";
import type { Desk } from "./desk.ts";
import { createJobBag } from "./job-bag.ts";
import type { ThreadView } from "./replica-types.ts";

const photo = (name: string): FileRef => ({ sha: name.repeat(64), name: `${name}.jpg`, type: "image/jpeg", size: 1 });
/** A ticket whose items name these files. */
function viewOf(id: ThreadId, files: readonly FileRef[]): ThreadView {
  const head = deviceHead(emptyHead(id));
  const item = { kind: "note", id: derivedItemId(id), thread: id, text: "", files };
  // Nothing else of an item is looked at.
  const items = [item as unknown as StampedItem];
  return { head, provisional: head, unconfirmed: false, whole: true, items, unsent: [] };
}

it("[S46] a bag takes along what comes while it is fetching, and asks again for what it could not have", async () => {
  const [one, two] = [derivedThreadId("ticket", "one"), derivedThreadId("ticket", "two")];
  const views = new Map([
    [one, viewOf(one, [photo("a"), photo("b")])],
    [two, viewOf(two, [photo("c")])],
  ]);
  const [jobs, setJobs] = createSignal([deviceHead(emptyHead(one))]);
  const [connection, setConnection] = createSignal<{ state: "live" | "offline" }>({ state: "live" });
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let isThere = false;
  const desk = {
    heads: { all: () => jobs(), get: (id: ThreadId) => views.get(id)?.head },
    threads: { get: (id: ThreadId) => views.get(id), hold: () => () => undefined },
    connection,
    file: async (_thread: ThreadId, _item: string, sha: string) => {
      asked.push(sha.charAt(0));
      await new Promise<void>((done) => waiting.push(done));
      return sha.startsWith("b") && !isThere ? undefined : new Blob(["x"]);
    },
  };
  const { bag, end } = createRoot((dispose) => ({
    bag: createJobBag(desk as unknown as Desk, jobs), // these are all that it uses
    end: dispose,
  }));
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  const answer = async (): Promise<void> => {
    await turn();
    waiting.shift()?.();
    await turn();
  };
  await turn();
  expect(asked).toEqual(["a"]);
  setJobs([...jobs(), deviceHead(emptyHead(two))]); // given to him while the first is on its way
  for (let count = 0; count < 3; count += 1) await answer();
  expect(asked).toEqual(["a", "b", "c"]);
  expect(bag.left()).toBe(1);
  isThere = true;
  setConnection({ state: "offline" });
  setConnection({ state: "live" });
  for (let count = 0; count < 2; count += 1) await answer();
  expect(bag.left()).toBe(0);
  end();
});
