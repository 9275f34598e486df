import { describeConnector } from "../contract.ts";
import { openTelegramFake } from "./fake.ts";
import { telegramModule } from "./module.ts";

describeConnector("Telegram, polled", { module: telegramModule, openFake: () => openTelegramFake("poll") });
describeConnector("Telegram, by web hook", { module: telegramModule, openFake: () => openTelegramFake("webhook") });
