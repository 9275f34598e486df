import { randomDigits } from "../../../../shared/kernel/ids.ts";
import { parseWidgetSettings, type WidgetSettings } from "../../../../shared/protocol/widget.ts";
import type { DeviceHead } from "../../../../shared/thread/head.ts";
import { fieldFlag, fieldNumber, fieldText } from "../../../signals/fields.ts";

const chance = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 4_294_967_296;
/** Long enough that nobody guesses one. */
const TOKEN_DIGITS = 16;

/** A token for a new link. */
export const newToken = (): string => randomDigits(chance, TOKEN_DIGITS);

/** Address of a link's chat. */
export const urlOf = (link: DeviceHead): string => urlOfToken(fieldText(link, "token"));
export const urlOfToken = (token: string): string => new URL(`/c/${token}`, location.origin).href;

export type LinkState = "active" | "expired" | "revoked";
export function stateOf(link: DeviceHead, now: number): LinkState {
  if (fieldFlag(link, "revoked")) return "revoked";
  const ends = fieldNumber(link, "expiresAt");
  return ends !== undefined && ends <= now ? "expired" : "active";
}

/** What makes a link a widget; nothing of a plain one. */
export const widgetOf = (link: DeviceHead): WidgetSettings | undefined =>
  parseWidgetSettings(link.fields["widget"]?.value);
