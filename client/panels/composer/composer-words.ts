import { preferences } from "../../signals/preferences.ts";
import { words } from "../../signals/words.ts";

/** What a composer says of itself. */
export type ComposerWords = {
  readonly label: string;
  readonly replyTab: string;
  readonly noteTab: string;
  /** Who will read it: said where it must not be mistaken. */
  readonly reader: string | undefined;
  /** Name of the field; nothing: by the user's name. */
  readonly field: string | undefined;
  readonly placeholder: string;
  readonly send: string;
  /** What is told when it is kept. */
  readonly done: string | undefined;
};

/**
 * Words of a composer in one of its two modes. `userName` is given on a ticket, where an answer leaves the team: there the
 * user's name stands above the field and on the button that sends.
 */
export function composerWords(isNote: boolean, userName: (() => string) | undefined): ComposerWords {
  const { composer, ticket } = words();
  if (userName === undefined) {
    const placeholder = preferences().keys ? composer.placeholderKeys : composer.placeholder;
    return {
      label: composer.label,
      replyTab: composer.reply,
      noteTab: composer.note,
      reader: undefined,
      field: isNote ? composer.note : undefined,
      placeholder: isNote ? composer.notePlaceholder : placeholder,
      send: isNote ? composer.addNote : composer.send,
      done: undefined,
    };
  }
  const { comment } = ticket;
  const shared = { label: comment.label, replyTab: comment.tab, noteTab: comment.note };
  if (isNote) {
    return {
      ...shared,
      reader: comment.inside,
      field: comment.note,
      placeholder: comment.notePlaceholder,
      send: comment.addNote,
      done: comment.noted,
    };
  }
  const name = userName();
  return {
    ...shared,
    reader: comment.to(name),
    field: `${comment.tab}. ${comment.to(name)}`,
    placeholder: comment.placeholder(name),
    send: comment.send(name),
    done: comment.sent(name),
  };
}
