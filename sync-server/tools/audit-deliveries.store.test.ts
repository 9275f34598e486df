import { afterEach, describe, expect, test } from "vitest";
import type { Head } from "../../shared/thread/head.ts";
import { type Bench, openBench } from "../channels/contract-bench.ts";
import { beginDialog, isSettled } from "../channels/contract-clause.ts";
import { makeTwinModule, openTwinFake } from "../channels/contract-twin.ts";
import { DeliveryAudit } from "./audit-deliveries.ts";

let bench: Bench;
afterEach(() => bench.close());

/** A dialog with two answers that left, and one that the channel refused. */
async function traffic(): Promise<{ readonly thread: Head["_id"]; readonly first: string }> {
  bench = await openBench({ module: makeTwinModule(), openFake: openTwinFake });
  const head = await beginDialog(bench);
  await bench.replies(head._id, "one");
  await bench.replies(head._id, "two");
  await bench.until("both have left", () => isSettled(bench, head) && bench.fake.sent().length === 2);
  bench.fake.fault("blocked", 1);
  await bench.replies(head._id, "three");
  await bench.until("it is settled", () => isSettled(bench, head));
  const idOf = async (text: string): Promise<string> =>
    (await bench.all()).find((item) => item.kind === "reply" && item.text === text)?._id ?? "";
  return { thread: head._id, first: await idOf("one") };
}

async function audit(without: (kind: string) => boolean = () => false): Promise<readonly (readonly string[])[]> {
  const found: (readonly string[])[] = [];
  const deliveries = new DeliveryAudit();
  for (const head of bench.desk().heads()) {
    const items = await bench.desk().items(head._id);
    deliveries.see(
      head as Head, // the bench's own heads are whole
      items.filter(({ kind }) => !without(kind)),
    );
  }
  for await (const fault of deliveries.faults(await bench.ground.store.open("desk-server"))) found.push(fault);
  return found;
}

describe("the audit of deliveries", () => {
  test("[U11] ordinary work is sound; each loss and each repetition is named", async () => {
    const { thread, first } = await traffic();
    expect(await audit()).toEqual([]);
    expect(await audit((kind) => kind === "delivery")).toEqual([["not-told", thread]]);

    const server = await bench.ground.store.open("desk-server");
    const record = await server.get(`delivery:${first}`);
    if (record === undefined) throw new Error("it left a moment ago");
    const place = { thread, item: first.split(":")[1] };
    await server.put({ _id: `ext:${bench.channel}:once-more`, ...place });
    expect(await audit()).toEqual([["sent-twice", thread]]);

    const names = await server.range({ start: "ext:", end: "ext:\uffff" });
    for (const doc of names) await server.remove(doc._id, doc._rev);
    await server.remove(record._id, record._rev);
    expect(await audit()).toEqual([["not-sent", thread]]);
  });
});
