import { EMBED } from "../../shared/protocol/widget-frame.ts";
import type { Locale } from "./strings.ts";

/** How the chat stands in a site's frame, as the launcher says it in the page's query. */
export type Embed = {
  /** Origin of the site: the only one that is listened to and spoken with. */
  readonly host: string;
  readonly theme: "light" | "dark" | undefined;
  readonly locale: Locale | undefined;
  /** `#rrggbb`. */
  readonly accent: string | undefined;
  /** Only to forget who wrote here. */
  readonly forgets: boolean;
};

const isOrigin = (text: string): boolean => {
  if (!/^https?:/.test(text) || !URL.canParse(text)) return false;
  return new URL(text).origin === text;
};

/** Nothing where the page stands for itself. Who may frame it at all is said by its policy, not here. */
export function readEmbed(search: string, isFramed: boolean): Embed | undefined {
  const query = new URLSearchParams(search);
  const host = query.get(EMBED.host) ?? "";
  if (!isFramed || query.get(EMBED.on) !== "1" || !isOrigin(host)) return undefined;
  const theme = query.get(EMBED.theme);
  const locale = query.get(EMBED.locale);
  const accent = query.get(EMBED.accent)?.toLowerCase() ?? "";
  return {
    host,
    theme: theme === "light" || theme === "dark" ? theme : undefined,
    locale: locale === "ru" || locale === "en" ? locale : undefined,
    accent: /^[0-9a-f]{6}$/.test(accent) ? `#${accent}` : undefined,
    forgets: query.get(EMBED.forget) === "1",
  };
}
