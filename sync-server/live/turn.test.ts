import { expect, it } from "vitest";
import { makeTurn } from "./turn.ts";

it("one turn makes its frames, then writes them, then does what can wait; each act once", async () => {
  const turn = makeTurn();
  const done: string[] = [];
  const rest = (): void => void done.push("rest");
  const write = (): void => void done.push("write");
  const make = (): void => {
    done.push("make");
    turn.beforeSleep(write);
  };
  turn.afterFrames(rest);
  turn.afterChanges(make);
  turn.afterFrames(rest);
  turn.afterChanges(make);
  expect(done).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual(["make", "write", "rest"]);
  turn.afterFrames(rest);
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toHaveLength(4);
});
