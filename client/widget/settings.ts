/** What a site says in `otklik.run`. */
export type RunOptions = {
  /** Address of the desk. */
  readonly baseUrl: string;
  /** The widget's key, as the desk's settings show it. */
  readonly channelKey: string;
  readonly position?: "right" | "left";
  /** Language of the chat; absent: the page's own, else the browser's. */
  readonly locale?: "ru" | "en";
  /** `auto`, which is usual: what the page declares by its `color-scheme`, else what the system wants. */
  readonly theme?: "auto" | "light" | "dark";
  /** `#rrggbb`. */
  readonly colours?: { readonly accent?: string };
  /** Words beside the picture; absent: the picture alone. */
  readonly launcherText?: string;
};

/** The same, looked through. */
export type Settings = {
  /** Address of the chat's page, without a query. */
  readonly page: string;
  readonly origin: string;
  readonly position: "right" | "left";
  readonly locale: "ru" | "en";
  readonly theme: "auto" | "light" | "dark";
  readonly accent: string;
  readonly text: string;
};

const ACCENT = "#0b62d6";

const oneOf = <Value extends string>(value: unknown, values: readonly Value[]): Value | undefined =>
  values.find((one) => one === value);

/** Reads what a site gave; a sentence for its author where that cannot work. Small faults fall back to what is usual. */
export function readOptions(given: unknown, page: { readonly languages: readonly string[] }): Settings | string {
  const options = (typeof given === "object" && given !== null ? given : {}) as Partial<RunOptions>; // each field is looked at below
  const { baseUrl, channelKey } = options;
  if (typeof baseUrl !== "string" || !/^https?:\/\//i.test(baseUrl) || !URL.canParse(baseUrl))
    return "baseUrl is not an address of a desk";
  if (typeof channelKey !== "string" || !/^[\w-]{4,64}$/.test(channelKey)) return "channelKey is missing";
  const url = new URL(`c/${channelKey}`, baseUrl.replace(/[?#].*$/, "").replace(/\/*$/, "/"));
  const spoken = page.languages.map((tag) => oneOf(tag.slice(0, 2).toLowerCase(), ["ru", "en"] as const)).find(Boolean);
  const accent = String(options.colours?.accent).toLowerCase();
  return {
    page: url.href,
    origin: url.origin,
    position: oneOf(options.position, ["left"]) ?? "right",
    locale: oneOf(options.locale, ["ru", "en"] as const) ?? spoken ?? "ru",
    theme: oneOf(options.theme, ["light", "dark"]) ?? "auto",
    accent: /^#[0-9a-f]{6}$/.test(accent) ? accent : ACCENT,
    text: typeof options.launcherText === "string" ? options.launcherText.trim().slice(0, 60) : "",
  };
}

/** Light or dark for `auto`: by the scheme that the site's page declares, where it chose one, else by the system's. */
export function themeOf(setting: Settings["theme"], page: { readonly scheme: string; readonly prefersDark: boolean }) {
  if (setting !== "auto") return setting;
  const schemes = page.scheme.split(/\s+/).filter((one) => one === "light" || one === "dark");
  const [only] = schemes;
  if (schemes.length === 1 && only !== undefined) return only;
  return page.prefersDark ? "dark" : "light";
}
