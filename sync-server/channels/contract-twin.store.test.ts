import { describeConnector } from "./contract.ts";
import { makeTwinModule, openTwinFake } from "./contract-twin.ts";

describeConnector("the twin", { module: makeTwinModule(), openFake: openTwinFake });
describeConnector("a twin that tells equal sends apart, without buttons, receipts or files", {
  module: makeTwinModule({ dedupes: true, buttons: 0, receipts: "none", fileBytesOut: 0, fileBytesIn: 0 }),
  openFake: openTwinFake,
});
