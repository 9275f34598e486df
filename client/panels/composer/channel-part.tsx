import X from "lucide-solid/icons/x";
import { createMemo, For, type JSX, Show } from "solid-js";
import type { ChannelAbilities } from "../../../shared/channels/abilities.ts";
import { splitText } from "../../../shared/channels/split-text.ts";
import { linkReason, windowLeft, wrongCopy } from "../../signals/answer-extra.ts";
import { wordsOfChannels } from "../../signals/channel-words.ts";
import { carriageOf, channelName } from "../../signals/channels.ts";
import { useDesk } from "../../signals/desk.ts";
import type { DraftMore, ThreadDraft } from "../../signals/drafts.ts";
import { channelWords } from "../../signals/event-words.ts";
import { fieldText } from "../../signals/fields.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { importedName } from "../../signals/thread-lines.ts";
import { say, words } from "../../signals/words.ts";
import { TextArea, TextField } from "../../widgets/field.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { ButtonEditor } from "./button-editor.tsx";
import styles from "./channel-part.module.css";

/** From here on it is worth knowing how much still fits. */
const NEARLY_FULL = 0.8;
/** Free text that can leave no longer than this is told of. */
const SOON_MS = 3 * 3_600_000;

/** What the channel of a dialog makes of an answer, said before it is sent: in how many messages, as what, whether at all. */
export function ChannelPart(props: {
  /** The thread that the user reads. */
  readonly talk: ThreadView;
  readonly draft: ThreadDraft;
  readonly abilities: ChannelAbilities;
}): JSX.Element {
  const desk = useDesk();
  const said = () => wordsOfChannels().composer;
  const head = () => props.talk.head;
  const more = () => props.draft.more();
  const change = (part: Partial<DraftMore>): void => props.draft.setMore({ ...more(), ...part });
  const name = () => channelName(desk.heads, head()) || channelWords(head().channel);

  const carriage = (): string | undefined => {
    switch (carriageOf(desk.heads, head())) {
      case "none":
        return said().noCarrier(channelWords(head().channel));
      case "removed":
        return said().removed(name());
      case "paused":
        return said().paused(name());
      default:
        return undefined;
    }
  };

  const quoted = createMemo(() => {
    const { replyTo } = more();
    if (replyTo === undefined) return undefined;
    const item = props.talk.items.find(({ id }) => id === replyTo);
    return item?.kind === "message" || item?.kind === "reply" ? item : "away";
  });
  const quote = (): { readonly name: string; readonly text: string } | undefined => {
    const of = quoted();
    if (of === undefined) return undefined;
    if (of === "away") return { name: said().answersGone, text: "" };
    const text = of.text.trim() || words().common.files(of.files?.length ?? 0);
    return { name: said().answers(importedName(of) ?? desk.directory.nameOf(of.author)), text };
  };
  function dropQuote(): void {
    const { replyTo: _dropped, ...rest } = more();
    props.draft.setMore(rest);
  }

  const size = (): string | undefined => {
    const { textLength } = props.abilities;
    const { length } = props.draft.text();
    if (props.abilities.carried !== "connector" || length < textLength * NEARLY_FULL) return undefined;
    return length > textLength
      ? said().parts(splitText(props.draft.text(), textLength).length)
      : said().left(textLength - length);
  };
  const links = () =>
    props.abilities.carried !== "connector"
      ? []
      : props.draft.files().flatMap((file) => {
          const reason = linkReason(file, props.abilities);
          if (reason === undefined) return [];
          const limit = say.bytes(props.abilities.fileBytesOut);
          return [reason === "size" ? said().asLinkWhy(file.name, limit) : said().asLinkKind(file.name)];
        });

  const left = () => windowLeft(props.abilities, props.talk, desk.now());
  const template = () => more().template ?? { name: "", language: "ru", values: "" };
  const setTemplate = (part: Partial<NonNullable<DraftMore["template"]>>): void =>
    change({ template: { ...template(), ...part } });
  const mail = () => more().mail ?? { subject: "", cc: "" };
  const setMail = (part: Partial<NonNullable<DraftMore["mail"]>>): void => change({ mail: { ...mail(), ...part } });
  const wrong = () => wrongCopy(more());

  return (
    <div class={styles["part"]} data-channel-part>
      <Show when={carriage()}>
        {(text) => (
          <p class={styles["warning"]} role="status">
            {text()}
          </p>
        )}
      </Show>
      <Show when={quote()}>
        {(now) => (
          <div class={styles["quote"]}>
            <p class={styles["quoted"]}>
              <strong>{now().name}</strong> {now().text}
            </p>
            <IconButton size="small" label={said().dropQuote} onClick={dropQuote}>
              <X size={14} />
            </IconButton>
          </div>
        )}
      </Show>
      <Show when={left() === 0}>
        <p class={styles["warning"]} role="status">
          {said().windowOver(say.span(props.abilities.window ?? 0))}
        </p>
        <div class={styles["fields"]}>
          <TextField
            label={said().template}
            value={template().name}
            maxlength={512}
            autocapitalize="none"
            spellcheck={false}
            onInput={(event) => setTemplate({ name: event.currentTarget.value })}
          />
          <TextField
            label={said().templateLanguage}
            value={template().language}
            maxlength={16}
            autocapitalize="none"
            spellcheck={false}
            onInput={(event) => setTemplate({ language: event.currentTarget.value })}
          />
          <TextArea
            label={said().templateValues}
            hint={said().templateValuesHint}
            rows={2}
            value={template().values}
            onInput={(event) => setTemplate({ values: event.currentTarget.value })}
          />
        </div>
      </Show>
      <Show when={(left() ?? 0) > 0 && (left() ?? 0) <= SOON_MS}>
        <p class={styles["hint"]}>{said().windowLeft(say.span(left() ?? 0))}</p>
      </Show>
      <Show when={props.abilities.kind === "email"}>
        <details class={styles["mail"]} open={more().mail !== undefined}>
          <summary>{said().mail}</summary>
          <div class={styles["fields"]}>
            <TextField
              label={said().subject}
              placeholder={fieldText(head(), "subject")}
              maxlength={300}
              value={mail().subject}
              onInput={(event) => setMail({ subject: event.currentTarget.value })}
            />
            <TextField
              label={said().cc}
              hint={said().ccHint}
              error={wrong() === undefined ? undefined : said().ccWrong(wrong() ?? "")}
              inputmode="email"
              autocapitalize="none"
              value={mail().cc}
              onInput={(event) => setMail({ cc: event.currentTarget.value })}
            />
          </div>
        </details>
      </Show>
      <Show when={more().buttons}>
        {(buttons) => (
          <ButtonEditor
            buttons={buttons()}
            abilities={props.abilities}
            onChange={(next) => {
              const { buttons: _before, ...rest } = more();
              props.draft.setMore(next === undefined ? rest : { ...rest, buttons: next });
            }}
          />
        )}
      </Show>
      <Show when={size()}>
        {(text) => (
          <p class={styles["hint"]} role="status">
            {text()}
          </p>
        )}
      </Show>
      <For each={links()}>
        {(text) => (
          <p class={styles["hint"]} data-as-link>
            {text}
          </p>
        )}
      </For>
    </div>
  );
}
