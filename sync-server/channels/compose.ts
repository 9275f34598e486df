import type { ChannelAbilities } from "../../shared/channels/abilities.ts";
import { channelWords, type NoticeLocale, noticeText } from "../../shared/channels/notice-words.ts";
import type { FieldSet, FileRef } from "../../shared/items/base.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { OutFile, Outgoing } from "./port.ts";
import type { Choice } from "./records.ts";

/** What an item says to the user, whatever kind it is of. */
export type Said = {
  readonly text: string;
  readonly files: readonly FileRef[];
  readonly choices: readonly Choice[];
  readonly extra?: FieldSet;
  readonly automatic: boolean;
};

/** What of a message comes from outside of its item; kept in the delivery's record, so that a second run says the same. */
export type Given = {
  readonly by?: string;
  readonly subject?: string;
  readonly refs: readonly string[];
  readonly replyTo?: string;
  readonly locale: NoticeLocale;
  /** Links of files that do not leave as files, by their SHA-256. */
  readonly links: Readonly<Record<string, string>>;
  readonly zone?: string;
};

/**
 * What the desk says by an item: a reply, a resend (with its held reply's words where it has none), a notice in the user's
 * language. Nothing where there is nothing to say: what the user wrote himself, and notices without words.
 */
export function sayingOf(
  item: StampedItem,
  {
    held,
    locale,
    zone,
  }: { readonly held: StampedItem | undefined; readonly locale: NoticeLocale; readonly zone?: string },
): Said | undefined {
  if (item.stamp.u === undefined) return undefined;
  if (item.kind === "reply") {
    return {
      text: item.text,
      files: item.files ?? [],
      choices: buttonsOf(item.buttons),
      automatic: false,
      ...(item.extra === undefined ? {} : { extra: item.extra }),
    };
  }
  if (item.kind === "resend") {
    const reply = held?.kind === "reply" ? held : undefined;
    return {
      text: item.text ?? reply?.text ?? "",
      files: item.files ?? reply?.files ?? [],
      choices: buttonsOf(reply?.buttons),
      automatic: false,
      ...(reply?.extra === undefined ? {} : { extra: reply.extra }),
    };
  }
  if (item.kind !== "notice") return undefined;
  const said = noticeText(item, { locale, ...(zone === undefined ? {} : { zone }) });
  if (said === undefined) return undefined;
  const words = channelWords(locale);
  const choices =
    said.asks === "rating"
      ? RATINGS
      : said.asks === "check" && item.via !== undefined
        ? [
            { label: words.accept, value: `accept:${item.id}:${item.via}` },
            { label: words.reopen, value: `reopen:${item.id}:${item.via}` },
          ]
        : [];
  return { text: said.text, files: [], choices, automatic: true };
}

const RATINGS: readonly Choice[] = [1, 2, 3, 4, 5].map((score) => ({
  label: "★".repeat(score),
  value: `rate:${score}`,
}));
const buttonsOf = (labels: readonly string[] | undefined): readonly Choice[] =>
  (labels ?? []).map((label, at) => ({ label, value: `say:${at}` }));

/** Whether a file leaves as a file; the others leave as links. */
export const leavesAsFile = (file: FileRef, { fileBytesOut, fileTypes }: ChannelAbilities): boolean =>
  file.size <= fileBytesOut && (fileTypes === undefined || fileTypes.some((type) => file.type.startsWith(type)));

/** Whether the choices are numbered lines of the text, as where the channel has no buttons, or too few or too short ones. */
export const areNumbered = (choices: readonly Choice[], { buttons, buttonLength }: ChannelAbilities): boolean =>
  choices.length > 0 && (choices.length > buttons || choices.some(({ label }) => label.length > buttonLength));

/** The message before the channel's form of it. Pure: equal inputs make equal messages. */
export function composeOutgoing(
  item: StampedItem,
  {
    said,
    given,
    abilities,
    open,
  }: {
    readonly said: Said;
    readonly given: Given;
    readonly abilities: ChannelAbilities;
    readonly open: (file: FileRef) => OutFile["open"];
  },
): Outgoing {
  const { locale, links, zone: _zone, ...facts } = given;
  const asLinks = said.files.filter(({ sha }) => links[sha] !== undefined);
  const numbered = areNumbered(said.choices, abilities);
  const text = [
    said.text,
    ...asLinks.map(({ sha, name, size }) => `${name} (${sizeWords(size, locale)}): ${links[sha] ?? ""}`),
    ...(numbered ? said.choices.map(({ label }, at) => `${at + 1}. ${label}`) : []),
    ...(numbered ? [channelWords(locale).answerByNumber] : []),
  ];
  return {
    key: item._id,
    text: text.filter((line) => line !== "").join("\n"),
    files: said.files
      .filter(({ sha }) => links[sha] === undefined)
      .map((file): OutFile => ({ ...file, open: open(file) })),
    choices: numbered ? [] : said.choices,
    thread: item.thread,
    locale,
    automatic: said.automatic,
    ...facts,
    ...(said.extra === undefined ? {} : { extra: said.extra }),
  };
}

/** `2.4 MB`, `2,4 МБ`. */
function sizeWords(bytes: number, locale: NoticeLocale): string {
  const [kilo, mega] = locale === "ru" ? ["КБ", "МБ"] : ["kB", "MB"];
  const value = bytes < 1024 * 1024 ? bytes / 1024 : bytes / 1024 / 1024;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value);
  return `${number}\u00a0${bytes < 1024 * 1024 ? kilo : mega}`;
}
