import type { TeamKey } from "./company-words.ts";

/** Pictures that people send; who plays a script has them drawn. */
export const PICTURES = ["freeze", "garbled", "vpn", "chair", "leak", "rack", "signature"] as const;
export type Picture = (typeof PICTURES)[number];

/**
 * One turn of an example dialog: `u` the user, `a` the agent, `n` an internal note. The third part is a picture, or the
 * name of a file of the library.
 */
export type Turn = readonly [
  by: "u" | "a" | "n",
  text: string,
  file?: Picture | "printer.txt" | "wifi.txt" | "vpn.txt" | "parking.txt",
];
export type Script = {
  readonly team: TeamKey;
  readonly locale: "ru" | "en";
  readonly subject: string;
  readonly tags?: readonly string[];
  readonly priority?: 2 | 3;
  readonly turns: readonly Turn[];
};
