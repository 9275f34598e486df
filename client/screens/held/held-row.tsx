import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { offerOf } from "../../signals/act-rules.ts";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { type HeldReply, heldItem, newerThan } from "../../signals/held.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { writtenAt } from "../../signals/ticks.ts";
import { openOverlay } from "../../signals/ui.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Button } from "../../widgets/button.tsx";
import { TextArea } from "../../widgets/field.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import styles from "./held-screen.module.css";

/** One held reply: what, for whom, why, whose the dialog is now; and the decision. */
export function HeldRow(props: {
  readonly row: HeldReply;
  readonly view: ThreadView | undefined;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
  readonly onSuggest: () => Promise<unknown>;
}): JSX.Element {
  const desk = useDesk();
  const [edited, setEdited] = createSignal<string>();
  const item = createMemo(() => heldItem(props.view, props.row.id));
  const head = () => props.view?.provisional ?? desk.heads.get(props.row.thread);
  const name = () => {
    const now = head();
    return now ? desk.directory.nameOfDialog(now) : words().common.unknownPerson;
  };
  const owner = () => head()?.owner ?? null;
  const isOwner = () => owner() === desk.me().id;
  const offer = createMemo(() => {
    const now = head();
    return now ? offerOf(now, desk.me(), desk.presence.lease(props.row.thread)) : undefined;
  });
  const newer = () => {
    const view = props.view;
    return view ? newerThan(view, props.row.n, props.row.author) : 0;
  };
  const isEnding = () =>
    props.view?.unsent.some(
      ({ item: own, state }) =>
        state !== "refused" && (own.kind === "resend" || own.kind === "discard") && own.of === props.row.id,
    ) ?? false;

  async function ask(): Promise<void> {
    const to = owner();
    if (to === null) return;
    const text = words().held.askText(desk.directory.nameOf(to));
    await desk.acts
      .note(props.row.thread, { text, files: [], mentions: [to] })
      .then(() => void showToast({ title: words().held.asked }), tellNotSaved);
  }

  function send(text?: string): void {
    const view = props.view;
    setEdited(undefined);
    if (view) void desk.acts.resend(view, props.row.id, text).catch(tellNotSaved);
  }

  return (
    <li class={styles["row"]} classList={{ [styles["ending"] ?? ""]: isEnding() }} data-item={props.row.id}>
      <input
        type="checkbox"
        class={styles["check"]}
        aria-label={words().held.select(name())}
        checked={props.isChosen}
        onChange={() => props.onToggle()}
      />
      <div class={styles["body"]}>
        <p class={styles["who"]}>
          <Avatar name={name()} seed={head()?.user ?? props.row.thread} size="tiny" />
          <a class={styles["name"]} href={hrefOf({ screen: "inbox", thread: props.row.thread })}>
            {name()}
          </a>
          <Show when={props.row.author !== desk.me().id}>
            <span class={styles["author"]}>{desk.directory.nameOf(props.row.author)}</span>
          </Show>
          <Show when={item()}>
            {(now) => <time class={styles["when"]}>{say.since(writtenAt(now()), desk.now())}</time>}
          </Show>
        </p>
        <Show
          when={edited() !== undefined}
          fallback={<blockquote class={styles["text"]}>{item()?.text ?? words().thread.loading}</blockquote>}
        >
          <TextArea
            bare
            label={words().held.edit}
            value={edited() ?? ""}
            onInput={(event) => setEdited(event.currentTarget.value)}
          />
        </Show>
        <p class={styles["why"]}>
          {words().held.why(words().reason[item()?.stamp.reason ?? "not-owner"])}{" "}
          <Show when={owner() !== null && !isOwner()}>
            {words().held.ownerIs(desk.directory.nameOf(owner()), say.since(head()?.ownerSince ?? 0, desk.now()))}{" "}
          </Show>
          <Show when={newer() > 0}>
            <a class={styles["newer"]} href={hrefOf({ screen: "inbox", thread: props.row.thread })}>
              {words().held.newSince(newer())}
            </a>
          </Show>
        </p>
        <div class={styles["acts"]}>
          <Show
            when={isOwner() && head()?.state !== "closed"}
            fallback={
              <>
                <Show when={offer()?.take}>
                  <Button
                    size="small"
                    look="primary"
                    onClick={() => void desk.acts.take(props.row.thread).catch(tellNotSaved)}
                  >
                    {words().held.take}
                  </Button>
                </Show>
                <Show when={offer()?.reopen}>
                  <Button size="small" onClick={() => void desk.acts.reopen(props.row.thread).catch(tellNotSaved)}>
                    {words().acts.reopen}
                  </Button>
                </Show>
                <Show when={offer()?.takeOver}>
                  <Button size="small" onClick={() => openOverlay({ kind: "take-over", thread: props.row.thread })}>
                    {words().held.askTakeover}
                  </Button>
                </Show>
                <Show when={owner() !== null && !isOwner() && offer()?.takeOver === false}>
                  <Button size="small" onClick={() => void ask()}>
                    {words().held.ask(desk.directory.nameOf(owner()))}
                  </Button>
                </Show>
              </>
            }
          >
            <Show
              when={edited() === undefined}
              fallback={
                <>
                  <Button size="small" look="primary" onClick={() => send(edited())}>
                    {words().held.sendEdited}
                  </Button>
                  <Button size="small" look="quiet" onClick={() => setEdited(undefined)}>
                    {words().common.cancel}
                  </Button>
                </>
              }
            >
              <Button size="small" look="primary" disabled={!item()} onClick={() => send()}>
                {words().held.send}
              </Button>
              <Button size="small" disabled={!item()} onClick={() => setEdited(item()?.text ?? "")}>
                {words().held.edit}
              </Button>
            </Show>
          </Show>
          <Show when={!isOwner()}>
            <Button size="small" disabled={!item()} onClick={() => void props.onSuggest()}>
              {owner() === null ? words().held.suggestNobody : words().held.suggest(desk.directory.nameOf(owner()))}
            </Button>
          </Show>
          <Button
            size="small"
            look="danger"
            onClick={() => void desk.acts.discard(props.row.thread, props.row.id).catch(tellNotSaved)}
          >
            {words().held.discard}
          </Button>
        </div>
      </div>
    </li>
  );
}
