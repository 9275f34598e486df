import { describeConnector } from "../contract.ts";
import { openFakeMail } from "./fake.ts";
import { emailModule } from "./module.ts";

describeConnector("e-mail", { module: emailModule, openFake: openFakeMail });
