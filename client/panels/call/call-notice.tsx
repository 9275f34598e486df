import PhoneCall from "lucide-solid/icons/phone-call";
import X from "lucide-solid/icons/x";
import { createMemo, For, type JSX, Show } from "solid-js";
import { phoneWords } from "../../../shared/directory/phones.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { PhoneRing } from "../../../shared/protocol/calls.ts";
import { offerOf } from "../../signals/act-rules.ts";
import { go, hrefOf, placeOf } from "../../signals/address.ts";
import { callWords } from "../../signals/call-words.ts";
import { callersOf, dialogsOf } from "../../signals/callers.ts";
import { assetOf } from "../../signals/canned.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { lastLineOf } from "../../signals/last-line.ts";
import { nameOfPerson } from "../../signals/people.ts";
import { say } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { performTake, showDialog } from "../acts/perform.ts";
import { ChannelIcon } from "../channel-icon.tsx";
import styles from "./call-notice.module.css";

/** So many of the caller's dialogs are shown. */
const SHOWN = 3;

/** Who calls at the own telephone (S47): his card stands over the screen while it rings and while one speaks. Takes no focus. */
export function CallNotice(): JSX.Element {
  const desk = useDesk();
  return (
    <section class={styles["notices"]} aria-label={callWords().region}>
      <For each={desk.phone.now()}>{(ring) => <Card ring={ring} />}</For>
    </section>
  );
}

function Card(props: { readonly ring: PhoneRing }): JSX.Element {
  const desk = useDesk();
  const number = () => props.ring.number;
  const callers = createMemo(() => callersOf(desk, number()));
  const person = () => callers()[0];
  const head = () => {
    const id = person();
    return id === undefined ? undefined : desk.directory.profiles.headOf(id);
  };
  const numberText = () => (number() === "" ? callWords().hidden : phoneWords(number()));
  const name = () => {
    const id = person();
    return (id !== undefined && fieldText(head(), "name") ? nameOfPerson(desk, id) : props.ring.name) || numberText();
  };
  const dialogs = createMemo(() => {
    const id = person();
    return id === undefined ? [] : dialogsOf(desk, id);
  });
  const asset = createMemo(() => {
    const latest = dialogs()[0];
    return latest === undefined ? undefined : assetOf(desk, latest);
  });
  const room = () => fieldText(head(), "room") || fieldText(dialogs()[0], "room");
  const free = createMemo(() => dialogs().find((one) => offerOf(one, desk.me(), "live").take));
  const away = (): void => desk.phone.dismiss(props.ring.call);

  function take(thread: ThreadId): void {
    showDialog(desk, thread);
    void performTake(desk, thread);
  }

  return (
    <article class={styles["card"]} data-call={props.ring.call} data-state={props.ring.state}>
      <div class={styles["head"]}>
        <span class={styles["mark"]}>
          <PhoneCall size={18} />
        </span>
        <div class={styles["who"]}>
          <h2 class={styles["title"]} role="status">
            {props.ring.state === "ringing" ? callWords().ringing(name()) : callWords().speaking(name())}
          </h2>
          <Show when={name() !== numberText()}>
            <p class={styles["sub"]}>{numberText()}</p>
          </Show>
        </div>
        <IconButton label={callWords().away} onClick={away}>
          <X size={16} />
        </IconButton>
      </div>
      <Show when={person()} fallback={<p class={styles["sub"]}>{number() === "" ? "" : callWords().unknown}</p>}>
        {(id) => (
          <>
            <dl class={styles["facts"]}>
              <Show when={room()}>
                <dt>{callWords().room}</dt>
                <dd>{room()}</dd>
              </Show>
              <Show when={asset()}>
                {(device) => (
                  <>
                    <dt>{callWords().asset}</dt>
                    <dd>{fieldText(device(), "name") || fieldText(device(), "model")}</dd>
                  </>
                )}
              </Show>
            </dl>
            <h3 class={styles["label"]}>{dialogs().length > 0 ? callWords().latest : callWords().none}</h3>
            <ul class={styles["dialogs"]}>
              <For each={dialogs().slice(0, SHOWN)}>
                {(dialog) => (
                  <li>
                    <a class={styles["dialog"]} href={hrefOf(placeOf(dialog._id))}>
                      <ChannelIcon channel={dialog.channel} size={13} />
                      <span class={styles["line"]}>
                        {fieldText(dialog, "subject") || lastLineOf(dialog, desk.me().id)}
                      </span>
                      <time class={styles["when"]}>{say.when(dialog.lastAt, desk.now())}</time>
                    </a>
                  </li>
                )}
              </For>
            </ul>
            <Show when={callers().length > 1}>
              <p class={styles["sub"]}>
                {callWords().several(callers().length)}{" "}
                <For each={callers().slice(1, 1 + SHOWN)}>
                  {(other, at) => (
                    <>
                      {at() > 0 ? ", " : ""}
                      <a class={styles["link"]} href={hrefOf({ screen: "people", person: other })}>
                        {nameOfPerson(desk, other)}
                      </a>
                    </>
                  )}
                </For>
              </p>
            </Show>
            <div class={styles["acts"]}>
              <Show
                when={free()}
                fallback={
                  <Show when={dialogs()[0]}>
                    {(latest) => (
                      <Button size="small" look="primary" onClick={() => showDialog(desk, latest()._id)}>
                        {callWords().open}
                      </Button>
                    )}
                  </Show>
                }
              >
                {(dialog) => (
                  <Button size="small" look="primary" onClick={() => take(dialog()._id)}>
                    {callWords().take}
                  </Button>
                )}
              </Show>
              <Button size="small" onClick={() => go({ screen: "people", person: id() })}>
                {callWords().card}
              </Button>
            </div>
          </>
        )}
      </Show>
    </article>
  );
}
