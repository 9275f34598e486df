/**
 * What the launcher on a site and the chat in its frame say to each other, by `postMessage`. Both look at the origin of
 * what comes and name the origin that they speak to; no word of a message passes here.
 */

/** How the chat shall look; the site's own page can change it at any time. */
export type FrameLook = {
  readonly locale?: "ru" | "en";
  readonly theme: "light" | "dark";
};

/** From the launcher to the chat. */
export type HostWord =
  | { readonly t: "shown"; readonly on: boolean }
  | ({ readonly t: "look" } & FrameLook)
  | {
      readonly t: "identify";
      readonly id: string;
      readonly traits: Readonly<Record<string, string>>;
      readonly signature?: string;
    }
  | { readonly t: "attributes"; readonly attributes: Readonly<Record<string, string>> }
  /** Forget who wrote here: a new visitor. The chat is `up` once more after it. */
  | { readonly t: "reset" };

/** From the chat to the launcher. */
export type FrameWord =
  /** It listens; said again whenever its page was loaded anew. */
  | { readonly t: "up" }
  | { readonly t: "unread"; readonly count: number }
  /** Somebody of the desk wrote. */
  | { readonly t: "message"; readonly id: string; readonly at: number; readonly by?: string }
  | { readonly t: "close" }
  /** What became of `identify`; `code` where it was refused. */
  | { readonly t: "identified"; readonly outcome: "verified" | "unverified" | "refused"; readonly code?: string }
  | { readonly t: "forgotten" };

const HOST_WORDS = ["shown", "look", "identify", "attributes", "reset"];
const FRAME_WORDS = ["up", "unread", "message", "close", "identified", "forgotten"];

/** Marks our words among everything that pages post to each other. */
type Marked<Word> = { readonly otklik: Word };

export const mark = <Word>(word: Word): Marked<Word> => ({ otklik: word });

function wordOf(data: unknown, names: readonly string[]): unknown {
  const word: unknown = typeof data === "object" && data !== null && "otklik" in data ? data.otklik : undefined;
  const isKnown =
    typeof word === "object" && word !== null && "t" in word && typeof word.t === "string" && names.includes(word.t);
  return isKnown ? word : undefined;
}

// Both ends are ours and of one version's making; what a field holds is looked at where it is used.
export const readHostWord = (data: unknown): HostWord | undefined => wordOf(data, HOST_WORDS) as HostWord | undefined;
export const readFrameWord = (data: unknown): FrameWord | undefined =>
  wordOf(data, FRAME_WORDS) as FrameWord | undefined;

/** Query of the chat's page in a frame: `?embed=1&host=<origin of the site>&theme=dark&locale=ru&accent=0b62d6`. */
export const EMBED = {
  on: "embed",
  host: "host",
  theme: "theme",
  locale: "locale",
  accent: "accent",
  /** Nothing is opened: who wrote here is forgotten. */
  forget: "forget",
} as const;

/** Black or white, whichever is read better on a colour `#rrggbb` (relative luminance of WCAG 2). */
export function inkOn(colour: string): "#000000" | "#ffffff" {
  const part = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  return 1.05 / (light + 0.05) >= 4.5 ? "#ffffff" : "#000000";
}
