import { expect, it } from "vitest";
import { agent, openDialog, user } from "../testing/thread-world.ts";
import { FUTURE_MS, isOffline, ONLINE_MS } from "./context.ts";

const world = openDialog(user("boris"));
const item = world.make(agent("anna"), "claim", {});
const { offset: _offset, ...unmeasured } = { ...item, offset: 0 };

it("[CL9] off line is what the device calls so, what has no offset, and what is older than two minutes", () => {
  expect(isOffline({ ...unmeasured, offset: 0 }, item.at + ONLINE_MS)).toBe(false);
  expect(isOffline({ ...unmeasured, offset: 0 }, item.at + ONLINE_MS + 1)).toBe(true);
  expect(isOffline({ ...unmeasured, offset: 0, mode: "offline" }, item.at)).toBe(true);
  expect(isOffline(unmeasured, item.at)).toBe(true);
});

it("[CL9] an offset that puts the item into the future is none", () => {
  expect(isOffline({ ...unmeasured, offset: FUTURE_MS }, item.at)).toBe(false);
  expect(isOffline({ ...unmeasured, offset: FUTURE_MS + 1 }, item.at)).toBe(true);
});
