import { describeConnector } from "../contract.ts";
import { openApiFake } from "./fake.ts";
import { apiModule } from "./module.ts";

describeConnector("api", { module: apiModule, openFake: openApiFake });
