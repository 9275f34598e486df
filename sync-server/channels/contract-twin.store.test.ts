import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEmbeddedStore } from "../stores/embedded/embedded-store.ts";
import { describeConnector } from "./contract.ts";
import { openBench } from "./contract-bench.ts";
import { openGround } from "./contract-desk.ts";
import { killedAtManyPoints } from "./contract-kill.ts";
import { makeTwinModule, openTwinFake } from "./contract-twin.ts";

describeConnector("the twin", { module: makeTwinModule(), openFake: openTwinFake });
describeConnector("a twin that tells equal sends apart, without buttons, receipts or files", {
  module: makeTwinModule({ dedupes: true, buttons: 0, receipts: "none", fileBytesOut: 0, fileBytesIn: 0 }),
  openFake: openTwinFake,
});

test("[I12] on a store on a disk, too: killed at 20 points, nothing is lost or repeated", {
  timeout: 240_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "otklik-contract-"));
  let count = 0;
  const first = await openBench({
    module: makeTwinModule(),
    openFake: openTwinFake,
    openGround: async () => {
      count += 1;
      return openGround(await openEmbeddedStore({ folder: join(folder, String(count)) }));
    },
  });
  await expect(killedAtManyPoints(first, openBench)).resolves.toBeUndefined();
  await first.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});
