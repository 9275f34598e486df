import { expect, test } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { type Bench, openBench } from "./contract-bench.ts";
import { headNow } from "./contract-clause.ts";
import { makeTwinModule, openTwinFake } from "./contract-twin.ts";
import type { ChannelModule, InboundEvent } from "./port.ts";

const team = derivedThreadId("team", "printers");
const [first, second] = [
  { link: derivedThreadId("link", "first"), asset: derivedThreadId("asset", "first"), token: "first-token" },
  { link: derivedThreadId("link", "second"), asset: derivedThreadId("asset", "second"), token: "second-token" },
];
const event = (id: string, more: object): InboundEvent =>
  ({ id, at: 1_000, user: { id: "ivan" }, address: { chat: "ivan" }, ...more }) as unknown as InboundEvent; // told by each test

/** A twin whose connector hands the events over one by one once it is told to; one that was taken does not come again. */
function bringing(events: readonly InboundEvent[]): { readonly module: ChannelModule; readonly go: () => void } {
  const module = makeTwinModule();
  let go: () => void = () => undefined;
  const told = new Promise<void>((resolve) => (go = resolve));
  const waiting = [...events];
  const open: ChannelModule["open"] = (parts) => ({
    ...module.open(parts),
    receive: async (sink, signal) => {
      await told;
      for (let [next] = waiting; next !== undefined; [next] = waiting) {
        await sink.take([next]);
        waiting.shift();
      }
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    },
  });
  return { module: { ...module, open }, go };
}

async function openWith(events: readonly InboundEvent[]): Promise<{ readonly bench: Bench; readonly go: () => void }> {
  const { module, go } = bringing(events);
  const bench = await openBench({ module, openFake: openTwinFake });
  const at = 1;
  await bench.desk().system({ kind: "open", thread: team, cause: "team", at, set: { name: "Printers" } });
  for (const { link, asset, token } of [first, second]) {
    await bench.desk().system({ kind: "open", thread: asset, cause: asset, at, set: { name: token } });
    await bench
      .desk()
      .system({ kind: "open", thread: link, cause: link, at, team, set: { token, asset, room: token } });
  }
  return { bench, go };
}

test("[S39] [S8] a dialog that begins by a link bears its team, device and room, wherever the desk dies in between", async () => {
  const events = [event("a", { t: "start", payload: first.token }), event("b", { t: "message", text: "it jams" })];
  for (let death = 0, points = 1; death <= points; death += 1) {
    const { bench, go } = await openWith(events);
    const before = bench.points();
    if (death > 0) bench.killAt(death);
    go();
    const { head } = await bench.message("it jams");
    const wanted = { asset: { value: first.asset }, room: { value: first.token } };
    expect({ death, team: head.team, fields: head.fields }).toMatchObject({ death, team, fields: wanted });
    if (death === 0) points = bench.points() - before;
    await bench.close();
  }
});

test("[S39] who writes already and comes by the link of another device: his dialog knows that one from then on", async () => {
  const { bench, go } = await openWith([
    event("a", { t: "start", payload: first.token }),
    event("b", { t: "message", text: "it jams" }),
    event("c", { t: "start", payload: second.token }),
    event("d", { t: "message", text: "and this one smells" }),
  ]);
  go();
  const { head } = await bench.message("and this one smells");
  await bench.message("it jams");
  expect(headNow(bench, head).fields).toMatchObject({ asset: { value: second.asset }, room: { value: second.token } });
  await bench.close();
});
