import type { StampedItem } from "../../shared/items/stamp.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Bench } from "./contract-bench.ts";
import type { FakeFile } from "./fake.ts";
import type { ChannelModule } from "./port.ts";

/** One clause of the connector contract: rejects when it is not kept. */
export type Clause = {
  readonly id: string;
  readonly name: string;
  /** Whether it is asked of a channel with these abilities. */
  readonly applies?: (module: ChannelModule) => boolean;
  readonly run: (bench: Bench) => Promise<void>;
};

export const PDF: FakeFile = {
  name: "report.pdf",
  type: "application/pdf",
  bytes: Buffer.from(`%PDF-1.4\n${"a page of a report\n".repeat(50)}`),
};

export const cursorOf = (bench: Bench, head: Pick<DeviceHead, "_id">): number =>
  bench
    .desk()
    .heads()
    .find(({ _id }) => _id === head._id)?.cursors.channelSent?.upTo ?? 0;
export const headNow = (bench: Bench, head: Pick<DeviceHead, "_id">): DeviceHead => {
  const now = bench
    .desk()
    .heads()
    .find(({ _id }) => _id === head._id);
  if (now === undefined) throw new Error("no such dialog");
  return now;
};
export const rowsOf = (bench: Bench, head: Pick<DeviceHead, "_id">) => headNow(bench, head).undelivered ?? [];
/** Everything that was said has been dealt with. */
export const isSettled = (bench: Bench, head: Pick<DeviceHead, "_id">): boolean =>
  cursorOf(bench, head) === headNow(bench, head).u;
export const textOf = (item: StampedItem): string => ("text" in item && typeof item.text === "string" ? item.text : "");

export async function beginDialog(bench: Bench, user = "ivan"): Promise<DeviceHead> {
  const text = `first word of ${user}`;
  await bench.writes(user, text);
  return (await bench.message(text)).head;
}
