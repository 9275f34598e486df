import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { ChannelSetup, SetupField } from "../../../../shared/channels/setup.ts";
import type { ChannelRow, ChannelTest } from "../../../../shared/protocol/channels.ts";
import { ChannelIcon } from "../../../panels/channel-icon.tsx";
import { type ChannelFault, channelCalls } from "../../../signals/channel-calls.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Select, TextField } from "../../../widgets/field.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import settings from "../settings.module.css";
import styles from "./channels.module.css";
import {
  bodyOf,
  type ChannelDraft,
  COMMON,
  type DraftFaults,
  draftOf,
  type FieldFault,
  faultsOf,
  isPolled,
  newDraft,
  patchOf,
} from "./draft.ts";
import { Guide } from "./guide.tsx";
import { HookAddress } from "./hook-address.tsx";
import { HoursFields } from "./hours-fields.tsx";
import { PartHead } from "./part-head.tsx";
import { PlainField, SecretField } from "./setup-field.tsx";
import { TestResult } from "./test-result.tsx";
import { said } from "./words.ts";

/** The form of one channel, made of its setup: a new one, or (`row`) one that is there. */
export function ChannelEditor(props: {
  readonly setup: ChannelSetup;
  readonly row?: ChannelRow;
  readonly title: string;
  /** Why nothing can be changed now. */
  readonly why: string | undefined;
  readonly onBack: () => void;
  readonly onSaved: (row: ChannelRow) => void;
}): JSX.Element {
  const desk = useDesk();
  // What a save has brought counts before the list brings it again.
  const [saved, setSaved] = createSignal<ChannelRow>();
  const row = (): ChannelRow | undefined => saved() ?? props.row;
  const kept = createMemo<ChannelDraft>(() => {
    const now = row();
    if (now !== undefined) return draftOf(props.setup, now);
    return newDraft(props.setup, { name: said(props.setup.name), team: desk.me().teams[0] ?? teams()[0]?._id ?? "" });
  });
  const [changed, setChanged] = createSignal<ChannelDraft>();
  const [isTried, setTried] = createSignal(false);
  const [refused, setRefused] = createSignal<string>();
  const [work, setWork] = createSignal<"saving" | "testing">();
  const [result, setResult] = createSignal<ChannelTest | ChannelFault>();
  const draft = () => changed() ?? kept();
  const faults = createMemo<DraftFaults>(() => faultsOf(props.setup, draft(), row()));
  const isFixed = () => props.why !== undefined || work() !== undefined;
  const form = () => wordsOfChannels().form;
  let place: HTMLFormElement | undefined;

  function teams() {
    return desk.directory.teams();
  }
  function change(part: Partial<ChannelDraft>): void {
    setChanged({ ...draft(), ...part });
    setRefused(undefined);
    setResult(undefined);
  }
  /** Faults are told of what was tried, not of what nobody has come to yet. */
  const faultOf = (name: string): FieldFault | undefined =>
    refused() === name ? "refused" : isTried() ? faults()[name] : undefined;

  function mayGo(): boolean {
    setTried(true);
    if (Object.keys(faults()).length === 0) return true;
    queueMicrotask(() => {
      const wrong = place?.querySelector<HTMLElement>("[aria-invalid=true]");
      wrong?.closest("details")?.setAttribute("open", "");
      wrong?.focus();
    });
    return false;
  }

  async function keep(): Promise<ChannelRow | undefined> {
    const now = row();
    const body = now === undefined ? bodyOf(props.setup, draft()) : undefined;
    if (!mayGo() || (now === undefined && body === undefined)) return undefined;
    setWork("saving");
    const answer =
      now === undefined
        ? body && (await channelCalls.add(body))
        : await channelCalls.change(now.id, patchOf(props.setup, draft(), now));
    setWork(undefined);
    if (answer === undefined) return undefined;
    if (!answer.ok) {
      const { error } = answer;
      if (error.why === "config" && error.field !== undefined) setRefused(fieldOf(error.field));
      setResult(error);
      return undefined;
    }
    if (now !== undefined) setSaved(answer.value);
    setChanged(undefined); // with it goes what was typed of secrets
    setTried(false);
    props.onSaved(answer.value);
    return answer.value;
  }

  async function save(): Promise<void> {
    const isNew = row() === undefined;
    if ((await keep()) !== undefined) showToast({ title: isNew ? form().added : words().common.saved });
  }

  /** A new one as it stands here, before anything is kept; one that is there with what is kept. */
  async function test(): Promise<void> {
    setResult(undefined);
    const now = row();
    if (now !== undefined && changed() !== undefined && (await keep()) === undefined) return;
    const body = bodyOf(props.setup, draft());
    if (now === undefined && (!mayGo() || body === undefined)) return;
    setWork("testing");
    const answer = now === undefined ? body && (await channelCalls.testFirst(body)) : await channelCalls.test(now.id);
    setWork(undefined);
    if (answer !== undefined) setResult(answer.ok ? answer.value : answer.error);
  }

  const fieldOf = (name: string): string =>
    props.setup.fields.some((field) => field.name === name)
      ? name
      : ((COMMON as Readonly<Record<string, string>>)[name] ?? name);
  const fields = (isAdvanced: boolean): readonly SetupField[] =>
    props.setup.fields.filter((field) => (field.advanced === true) === isAdvanced);
  const isOpen = () => isTried() && fields(true).some((field) => faults()[field.name] !== undefined);

  const Fields = (given: { readonly of: readonly SetupField[] }): JSX.Element => (
    <div class={settings["pair"]}>
      <For each={given.of}>
        {(field) => (
          <Show
            when={field.type === "secret"}
            fallback={
              <PlainField
                field={field}
                fault={faultOf(field.name)}
                disabled={isFixed()}
                value={draft().values[field.name]}
                onChange={(value) => change({ values: { ...draft().values, [field.name]: value } })}
              />
            }
          >
            <SecretField
              field={field}
              fault={faultOf(field.name)}
              disabled={isFixed()}
              isSet={row()?.secrets.includes(field.name) ?? false}
              change={draft().secrets[field.name]}
              onChange={(secret) => {
                const { [field.name]: _before, ...others } = draft().secrets;
                change({ secrets: secret === undefined ? others : { ...others, [field.name]: secret } });
              }}
            />
          </Show>
        )}
      </For>
    </div>
  );

  return (
    <form
      ref={place}
      class={styles["form"]}
      novalidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isFixed() && (row() === undefined || changed() !== undefined)) void save();
      }}
    >
      <PartHead
        title={props.title}
        onBack={props.onBack}
        icon={
          <span class={styles["icon"]}>
            <ChannelIcon channel={props.setup.kind} size={20} />
          </span>
        }
      />
      <Guide steps={props.setup.guide} isOpen={row() === undefined} />
      <section class={settings["card"]}>
        <div class={settings["pair"]}>
          <TextField
            label={form().name}
            hint={form().nameHint}
            error={errorOf(COMMON.name)}
            maxlength={120}
            required
            disabled={isFixed()}
            value={draft().name}
            onInput={(event) => change({ name: event.currentTarget.value })}
          />
          <Select
            label={form().team}
            hint={form().teamHint}
            error={errorOf(COMMON.team)}
            disabled={isFixed()}
            value={draft().team}
            onChange={(event) =>
              change({ team: teams().find(({ _id }) => _id === event.currentTarget.value)?._id ?? "" })
            }
          >
            <For each={teams()}>{(team) => <option value={team._id}>{desk.directory.teamName(team._id)}</option>}</For>
          </Select>
        </div>
        <Fields of={fields(false)} />
        <Show when={fields(true).length > 0}>
          <details class={styles["more"]} open={isOpen()}>
            <summary>{form().more}</summary>
            <Fields of={fields(true)} />
          </details>
        </Show>
      </section>
      <HoursFields value={draft()} fault={faultOf(COMMON.hours)} disabled={isFixed()} onChange={change} />
      <Show when={props.setup.hook}>
        <HookAddress row={row()} isPolled={isPolled(props.setup, draft())} />
      </Show>
      <div class={`${settings["acts"]} ${settings["kept"]}`}>
        <div class={`${settings["grow"]} ${styles["said"]}`} role="status">
          <Show when={props.why} fallback={<TestResult work={work()} result={result()} />}>
            {(why) => <p class={settings["sub"]}>{why()}</p>}
          </Show>
          <Show when={props.why === undefined && result() === undefined && work() === undefined && changed() && row()}>
            <p class={settings["sub"]}>{form().unsaved}</p>
          </Show>
        </div>
        <Button disabled={isFixed()} onClick={() => void test()}>
          {row() !== undefined && changed() !== undefined ? form().saveAndTest : wordsOfChannels().test.act}
        </Button>
        <Button type="submit" look="primary" disabled={isFixed() || (row() !== undefined && changed() === undefined)}>
          {row() === undefined ? form().create : form().save}
        </Button>
      </div>
    </form>
  );

  function errorOf(name: string): string | undefined {
    const fault = faultOf(name);
    return fault === undefined ? undefined : form().faults[fault];
  }
}
