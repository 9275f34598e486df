import { createSignal } from "solid-js";
import { chooseLocale } from "../strings/dictionaries.ts";
import type { Locale } from "../strings/plural.ts";

/** What a person sets for this browser; it never leaves it. */
export type Preferences = {
  readonly locale: Locale | "auto";
  readonly theme: "auto" | "light" | "dark";
  /** Single keys act. */
  readonly keys: boolean;
  readonly enterSends: boolean;
  readonly sound: boolean;
  readonly notices: boolean;
  /** The panel of details stands open. */
  readonly details: boolean;
};

const KEY = "otklik.preferences";
const DEFAULTS: Preferences = {
  locale: "auto",
  theme: "auto",
  keys: true,
  enterSends: true,
  sound: true,
  notices: true,
  details: true,
};

/** What was stored, field by field; a field that is not what it should be falls back. */
export function readPreferences(stored: string | null): Preferences {
  let given: unknown;
  try {
    given = JSON.parse(stored ?? "{}");
  } catch {
    given = {}; // somebody else wrote there: start from the defaults
  }
  if (typeof given !== "object" || given === null) return DEFAULTS;
  const from = given as Readonly<Record<string, unknown>>; // read field by field below
  const flag = (name: keyof Preferences, fallback: boolean): boolean =>
    typeof from[name] === "boolean" ? from[name] : fallback;
  return {
    locale: from["locale"] === "ru" || from["locale"] === "en" ? from["locale"] : "auto",
    theme: from["theme"] === "light" || from["theme"] === "dark" ? from["theme"] : "auto",
    keys: flag("keys", DEFAULTS.keys),
    enterSends: flag("enterSends", DEFAULTS.enterSends),
    sound: flag("sound", DEFAULTS.sound),
    notices: flag("notices", DEFAULTS.notices),
    details: flag("details", DEFAULTS.details),
  };
}

const storage = typeof localStorage === "undefined" ? undefined : localStorage;
const [preferences, writePreferences] = createSignal<Preferences>(readPreferences(storage?.getItem(KEY) ?? null));

export { preferences };

/** Sets one preference, here and in the other tabs of this browser. */
export function setPreference<Name extends keyof Preferences>(name: Name, value: Preferences[Name]): void {
  const next = writePreferences((now) => ({ ...now, [name]: value }));
  try {
    storage?.setItem(KEY, JSON.stringify(next));
  } catch {
    // A full or forbidden storage: the preference holds until the tab closes.
  }
}

/** Takes over what another tab has set. Returns the end of it. */
export function followPreferences(): () => void {
  const onStorage = (event: StorageEvent): void => {
    if (event.key === KEY) writePreferences(readPreferences(event.newValue));
  };
  addEventListener("storage", onStorage);
  return () => removeEventListener("storage", onStorage);
}

const ofTheBrowser: Locale = chooseLocale(typeof navigator === "undefined" ? [] : navigator.languages);

/** The language that is spoken now. */
export const locale = (): Locale => {
  const chosen = preferences().locale;
  return chosen === "auto" ? ofTheBrowser : chosen;
};
