import type { ChannelSetup } from "../../shared/channels/setup.ts";
import type { Json } from "../../shared/kernel/canonical.ts";

/** Shorter ones would hide half of every sentence. */
const SHORTEST = 4;

/** What a channel's fault says, without the secrets that a vendor's address or answer may repeat. */
export function secretsHidden(setup: ChannelSetup, settings: Readonly<Record<string, Json>>): (text: string) => string {
  const secrets = setup.fields.flatMap(({ name, type }) => {
    const value = settings[name];
    return type === "secret" && typeof value === "string" && value.length >= SHORTEST ? [value] : [];
  });
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((hidden, form) => hidden.replaceAll(form, "***"), text);
}
