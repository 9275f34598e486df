import type { ChannelKind } from "../items/open.ts";
import type { Json } from "../kernel/canonical.ts";

/** Words in both languages, as descriptors have them. */
export type TwoWords = { readonly ru: string; readonly en: string };

/** One field of the form by which a channel is set up. Secrets are write-only: the server tells only whether there is one. */
export type SetupField = {
  readonly name: string;
  readonly type: "text" | "secret" | "url" | "host" | "email" | "number" | "switch" | "choice" | "lines";
  readonly label: TwoWords;
  readonly hint?: TwoWords;
  readonly required: boolean;
  readonly initial?: Json;
  /** Of a choice. */
  readonly options?: readonly { readonly value: string; readonly label: TwoWords }[];
  /** Shown behind "more". */
  readonly advanced?: true;
};

/** How a channel is set up by somebody who is no programmer (S50). Only the settings and the server load it. */
export type ChannelSetup = {
  readonly kind: ChannelKind;
  readonly name: TwoWords;
  /** One line under the name where channels are chosen. */
  readonly about: TwoWords;
  readonly fields: readonly SetupField[];
  /** How to get the keys, a step a row. */
  readonly guide: readonly TwoWords[];
  /** Whether the other side calls us: the form shows the address of the hook, which needs https from outside. */
  readonly hook: boolean;
};
