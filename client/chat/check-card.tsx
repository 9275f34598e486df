import { createSignal, Match, Show, Switch } from "solid-js";
import type { CheckState } from "./checks.ts";
import { dayAndTime, type Locale, type Words } from "./strings.ts";
import type { TicketWords } from "./ticket-words.ts";

/** "Done, please check" with its two answers (S22); once answered, what was answered, also while it waits for a network. */
export function CheckCard(props: {
  readonly state: CheckState;
  readonly words: TicketWords;
  readonly chatWords: Words;
  readonly locale: Locale;
  /** Durable when resolved; rejects when the device is full. */
  readonly onAnswer: (answer: "accept" | "reopen", text: string) => Promise<void>;
  readonly onForget: (seq: number) => void;
}) {
  const [isWriting, setIsWriting] = createSignal(false);
  const [text, setText] = createSignal("");
  const [busy, setBusy] = createSignal(false);
  const [isFull, setIsFull] = createSignal(false);
  const give = async (answer: "accept" | "reopen"): Promise<void> => {
    if (busy()) return; // one answer, however often it is pressed
    setBusy(true);
    try {
      await props.onAnswer(answer, text().trim());
      setIsFull(false);
    } catch {
      setIsFull(true);
      setBusy(false);
    }
  };
  const given = () => (props.state.state === "answered" ? props.state.given : undefined);
  const reason = (code: string): string => props.chatWords.refusals[code] ?? props.chatWords.refusedOther(code);
  return (
    <Switch>
      <Match when={props.state.state === "asks"}>
        <p>{props.words.check}</p>
        <Show
          when={isWriting()}
          fallback={
            <div class="answers">
              <button type="button" class="primary" disabled={busy()} onClick={() => void give("accept")}>
                {props.words.accept}
              </button>
              <button type="button" class="secondary" disabled={busy()} onClick={() => setIsWriting(true)}>
                {props.words.reopen}
              </button>
            </div>
          }
        >
          <label class="wrong">
            {props.words.whatIsWrong}
            <textarea
              rows={3}
              ref={(area) => queueMicrotask(() => area.focus())}
              value={text()}
              maxLength={4_000}
              placeholder={props.words.whatIsWrongHint}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
          <div class="answers">
            <button
              type="button"
              class="primary"
              disabled={busy() || text().trim() === ""}
              onClick={() => void give("reopen")}
            >
              {props.words.sendReopen}
            </button>
            <button type="button" class="secondary" disabled={busy()} onClick={() => setIsWriting(false)}>
              {props.words.cancel}
            </button>
          </div>
        </Show>
        <Show when={isFull()}>
          <p class="fault" role="alert">
            {props.words.full}
          </p>
        </Show>
      </Match>
      <Match when={given()}>
        {(answer) => (
          <div class="given" role="status">
            <p>
              {answer().answer === "accept" ? props.words.accepted : props.words.reopened}{" "}
              <time dateTime={new Date(answer().at).toISOString()}>{dayAndTime(answer().at, props.locale)}</time>
            </p>
            <Show when={answer().text}>{(said) => <blockquote>{said()}</blockquote>}</Show>
            <Show when={answer().waits}>
              <p class="hint">{props.words.waitsToBeSent}</p>
            </Show>
            <Show when={answer().refused}>
              {(refused) => (
                <p class="fault" role="alert">
                  {props.words.notSent}: {reason(refused().code)}{" "}
                  <button type="button" class="secondary" onClick={() => props.onForget(refused().seq)}>
                    {props.chatWords.forget}
                  </button>
                </p>
              )}
            </Show>
          </div>
        )}
      </Match>
      <Match when={props.state.state === "passed"}>
        <p class="hint">{props.words.passed}</p>
      </Match>
    </Switch>
  );
}
