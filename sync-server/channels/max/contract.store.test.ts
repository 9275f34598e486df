import { describeConnector } from "../contract.ts";
import { openMaxFake } from "./fake.ts";
import { maxModule } from "./module.ts";

describeConnector("MAX, polled", { module: maxModule, openFake: () => openMaxFake("poll") });
describeConnector("MAX, by web hook", { module: maxModule, openFake: () => openMaxFake("webhook") });
