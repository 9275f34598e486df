import { email } from "../../../shared/channels/email.ts";
import { emailSetup } from "../../../shared/channels/email-setup.ts";
import type { ChannelModule } from "../port.ts";
import { openMailConnector } from "./connector.ts";

/** Mailboxes. */
export const emailModule: ChannelModule = {
  kind: "email",
  abilities: email,
  setup: emailSetup,
  open: openMailConnector,
};
