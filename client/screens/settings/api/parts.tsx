import { createSignal, For, type JSX } from "solid-js";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import type { WebhookDelivery } from "../../../../shared/protocol/v1/admin.ts";
import type { ApiFault } from "../../../signals/api-calls.ts";
import { wordsOfApi } from "../../../signals/api-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Modal } from "../../../widgets/modal.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import page from "../settings.module.css";

/** A fault in words for people. */
export function faultWords(fault: ApiFault): string {
  if (fault.why === "offline") return wordsOfApi().offline;
  return fault.why === "forbidden" ? wordsOfApi().noRight : wordsOfApi().failed;
}

export const tellFault = (fault: ApiFault): void => void showToast({ title: faultWords(fault), wrong: true });

/** Why a call did not get through. */
export function whyOf(row: Pick<WebhookDelivery, "problem" | "status">): string {
  const why = wordsOfApi().hooks.problem[row.problem ?? "status"];
  return row.status === undefined ? why : `${why} (${row.status})`;
}

/** Boxes of one question. */
export function Checks<Value extends string>(props: {
  readonly title: string;
  readonly hint?: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: readonly Value[]) => void;
}): JSX.Element {
  const toggle = (value: Value, isOn: boolean): void =>
    props.onChange(isOn ? [...props.chosen, value] : props.chosen.filter((other) => other !== value));
  return (
    <fieldset class={page["teams"]}>
      <legend>{props.title}</legend>
      <div class={page["checks"]}>
        <For each={props.options}>
          {(option) => (
            <label class={page["check"]}>
              <input
                type="checkbox"
                checked={props.chosen.includes(option.value)}
                onChange={(event) => toggle(option.value, event.currentTarget.checked)}
              />
              {option.label}
            </label>
          )}
        </For>
      </div>
      <p class={page["sub"]}>{props.hint}</p>
    </fieldset>
  );
}

/** Teams of the desk as boxes. */
export function TeamChecks(props: {
  readonly hint?: string;
  readonly chosen: readonly ThreadId[];
  readonly onChange: (teams: readonly ThreadId[]) => void;
}): JSX.Element {
  const desk = useDesk();
  const options = () =>
    desk.directory.teams().map((team) => ({ value: team._id, label: desk.directory.teamName(team._id) }));
  return (
    <Checks
      title={wordsOfApi().teams}
      {...(props.hint === undefined ? {} : { hint: props.hint })}
      options={options()}
      chosen={props.chosen}
      onChange={props.onChange}
    />
  );
}

/** A secret, this once. */
export function SecretOnce(props: { readonly label: string; readonly secret: string }): JSX.Element {
  return (
    <div>
      <p>{wordsOfApi().once}</p>
      <code class={page["code"]} aria-label={props.label}>
        {props.secret}
      </code>
    </div>
  );
}

/** Takes a secret along. */
export function CopyButton(props: { readonly text: string }): JSX.Element {
  const copy = (): void =>
    void navigator.clipboard?.writeText(props.text).then(() => void showToast({ title: words().common.copied }));
  return (
    <Button look="primary" onClick={copy}>
      {wordsOfApi().copySecret}
    </Button>
  );
}

/** Asks before something that cannot be taken back. */
export function Ask(props: {
  readonly title: string;
  readonly text: string;
  readonly act: string;
  readonly onAct: () => Promise<void>;
  readonly onClose: () => void;
}): JSX.Element {
  const [isBusy, setBusy] = createSignal(false);
  const act = async (): Promise<void> => {
    setBusy(true);
    await props.onAct();
    setBusy(false);
    props.onClose();
  };
  return (
    <Modal
      open
      width="small"
      title={props.title}
      closeLabel={words().common.close}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{words().common.cancel}</Button>
          <Button look="danger" disabled={isBusy()} onClick={() => void act()}>
            {props.act}
          </Button>
        </>
      }
    >
      <p>{props.text}</p>
    </Modal>
  );
}
