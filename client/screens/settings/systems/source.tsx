import ArrowLeft from "lucide-solid/icons/arrow-left";
import { createEffect, createSignal, For, type JSX, on, Show } from "solid-js";
import {
  FILE_SOURCES,
  HISTORY_SOURCES,
  type LookAnswer,
  type RunInfo,
  type SourceInfo,
  type SourcePatch,
} from "../../../../shared/protocol/systems.ts";
import type { Mapping } from "../../../../shared/systems/mapping.ts";
import { useDesk } from "../../../signals/desk.ts";
import { type SystemAnswer, systemCalls } from "../../../signals/system-calls.ts";
import { wordsOfSystems } from "../../../signals/system-words.ts";
import { say, words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Select, TextField } from "../../../widgets/field.tsx";
import { Modal } from "../../../widgets/modal.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import settings from "../settings.module.css";
import { MappingForm } from "./mapping-form.tsx";
import { ASKED, faultWords, guessMapping, sourceFaultWords } from "./parts.ts";
import { RunList } from "./runs.tsx";
import { type Settings, SourceSettings } from "./source-settings.tsx";
import styles from "./systems.module.css";

const EVERY_HOURS = [1, 6, 24, 24 * 7];

/** One system: its file or its address, what its columns are, its runs. */
export function SourcePage(props: {
  readonly source: SourceInfo;
  readonly isAway: boolean;
  readonly onChanged: () => void;
  readonly onLeave: () => void;
}): JSX.Element {
  const desk = useDesk();
  const said = wordsOfSystems;
  const { id, kind } = props.source;
  const isHistory = HISTORY_SOURCES.has(kind);
  const [name, setName] = createSignal(props.source.name);
  const [changed, setChanged] = createSignal<Settings>({});
  const [mapping, setMapping] = createSignal<Mapping | undefined>(props.source.mapping);
  const [look, setLook] = createSignal<LookAnswer>();
  const [runs, setRuns] = createSignal<readonly RunInfo[]>([]);
  const [busy, setBusy] = createSignal<"look" | "file" | "save">();
  const [isRemoving, setRemoving] = createSignal(false);
  let picker: HTMLInputElement | undefined;
  const running = () => runs().find((run) => run.state === "running");
  /** What is still to be done before it can be run. */
  const lacks = (): string | undefined => {
    if (FILE_SOURCES.has(kind) && props.source.file === undefined) return said().fileFirst;
    return isHistory || mapping() !== undefined ? undefined : said().mapFirst;
  };
  const mayRun = () => lacks() === undefined;

  /** Says what went wrong; whether it went well. */
  async function tell(what: "look" | "file" | "save" | undefined, asked: SystemAnswer<unknown>): Promise<boolean> {
    setBusy(what);
    const answer = await asked;
    setBusy(undefined);
    if (!answer.ok) showToast({ title: faultWords(answer.error), wrong: true });
    return answer.ok;
  }

  async function refreshRuns(): Promise<void> {
    const answer = await systemCalls.runs(id);
    if (answer.ok) setRuns(answer.value.runs);
  }
  // The list is asked for anew again and again: with it the runs.
  createEffect(
    on(
      () => props.source,
      () => void refreshRuns(),
    ),
  );

  async function save(): Promise<boolean> {
    const map = mapping();
    const patch: SourcePatch = {
      name: name().trim() || props.source.name,
      settings: changed(),
      ...(map === undefined || isHistory ? {} : { mapping: map }),
    };
    if (!(await tell("save", systemCalls.change(id, patch)))) return false;
    setChanged({});
    props.onChanged();
    return true;
  }

  async function lookNow(): Promise<void> {
    if (!(await save())) return;
    const asked = systemCalls.look(id);
    if (!(await tell("look", asked))) return;
    const answer = await asked;
    if (!answer.ok) return;
    setLook(answer.value);
    if (answer.value.ok && !isHistory && mapping() === undefined) {
      setMapping(guessMapping(answer.value.columns, kind === "markdown" ? "article" : "person"));
    }
  }

  async function bring(file: File | undefined): Promise<void> {
    if (file === undefined || !(await tell("file", systemCalls.bring(id, file)))) return;
    props.onChanged();
    await lookNow();
  }

  async function run(dry: boolean): Promise<void> {
    if ((await save()) && (await tell(undefined, systemCalls.run(id, dry)))) await refreshRuns();
  }

  async function remove(): Promise<void> {
    setRemoving(false);
    if (!(await tell("save", systemCalls.remove(id)))) return;
    props.onChanged();
    props.onLeave();
  }

  return (
    <>
      <div class={settings["acts"]}>
        <Button look="quiet" icon={<ArrowLeft size={16} />} class={styles["back"]} onClick={() => props.onLeave()}>
          {said().back}
        </Button>
        <Button onClick={() => setRemoving(true)} disabled={props.isAway}>
          {said().remove}
        </Button>
      </div>
      <Show when={props.isAway}>
        <p class={settings["lead"]} role="status">
          {said().offline}
        </p>
      </Show>
      <section class={settings["card"]} aria-label={props.source.name}>
        <p class={settings["sub"]}>
          {said().kinds[kind].name}. {said().kinds[kind].about}
        </p>
        <div class={settings["pair"]}>
          <TextField label={said().name} value={name()} onInput={(event) => setName(event.currentTarget.value)} />
          <Show when={!FILE_SOURCES.has(kind)}>
            <Select
              label={said().schedule}
              value={String(props.source.everyHours ?? "")}
              disabled={props.isAway}
              onChange={(event) => {
                const hours = Number(event.currentTarget.value);
                void tell("save", systemCalls.change(id, { everyHours: hours === 0 ? null : hours })).then(
                  props.onChanged,
                );
              }}
            >
              <option value="">{said().never}</option>
              <For each={EVERY_HOURS}>{(hours) => <option value={String(hours)}>{said().every(hours)}</option>}</For>
            </Select>
          </Show>
          <Show when={isHistory}>
            <Select
              label={said().fields.team}
              value={props.source.team ?? ""}
              disabled={props.isAway}
              onChange={(event) => {
                const team = desk.heads.all("team").find(({ _id }) => _id === event.currentTarget.value)?._id;
                if (team !== undefined) void tell("save", systemCalls.change(id, { team })).then(props.onChanged);
              }}
            >
              <For each={desk.heads.all("team")}>
                {(team) => <option value={team._id}>{desk.directory.teamName(team._id)}</option>}
              </For>
            </Select>
          </Show>
        </div>
        <Show when={ASKED[kind].length > 0}>
          <SourceSettings source={props.source} changed={changed()} onChange={setChanged} />
        </Show>
        <Show when={FILE_SOURCES.has(kind)}>
          <div class={settings["row"]}>
            <input
              ref={picker}
              type="file"
              hidden
              accept={ACCEPTED[kind]}
              onChange={(event) => {
                void bring(event.currentTarget.files?.[0]);
                event.currentTarget.value = "";
              }}
            />
            <Button disabled={props.isAway || busy() !== undefined} onClick={() => picker?.click()}>
              {props.source.file === undefined ? said().chooseFile : said().replaceFile}
            </Button>
            <span class={settings["sub"]} role="status">
              <Show when={busy() !== "file"} fallback={said().bringing}>
                <Show when={props.source.file}>
                  {(file) => said().fileIs(file().name, say.bytes(file().size), say.since(file().at, desk.now()))}
                </Show>
              </Show>
            </span>
          </div>
        </Show>
        <div class={settings["acts"]}>
          <Button disabled={props.isAway || busy() !== undefined} onClick={() => void lookNow()}>
            {busy() === "look" ? said().looking : said().look}
          </Button>
        </div>
        <Show when={look()}>{(answer) => <Looked answer={answer()} isHistory={isHistory} />}</Show>
      </section>
      <Show when={isHistory ? undefined : mapping()}>
        {(map) => <MappingForm {...columnsOf(look(), map())} mapping={map()} onChange={setMapping} />}
      </Show>
      <section class={settings["card"]} aria-label={said().runs}>
        <h3 class={settings["card-title"]}>{said().runs}</h3>
        <Show when={lacks()}>{(what) => <p class={settings["sub"]}>{what()}</p>}</Show>
        <div class={settings["acts"]}>
          <Show
            when={running()}
            fallback={
              <>
                <Button disabled={props.isAway || !mayRun()} onClick={() => void run(true)}>
                  {said().dryRun}
                </Button>
                <Button look="primary" disabled={props.isAway || !mayRun()} onClick={() => void run(false)}>
                  {said().run}
                </Button>
              </>
            }
          >
            {(now) => (
              <Button
                disabled={props.isAway}
                onClick={() => void tell(undefined, systemCalls.stop(now().id)).then(refreshRuns)}
              >
                {said().stop}
              </Button>
            )}
          </Show>
        </div>
        <RunList runs={runs()} />
      </section>
      <Modal
        open={isRemoving()}
        title={said().removeTitle}
        closeLabel={words().common.close}
        width="small"
        onClose={() => setRemoving(false)}
        acts={
          <>
            <Button onClick={() => setRemoving(false)}>{words().common.cancel}</Button>
            <Button look="danger" onClick={() => void remove()}>
              {said().remove}
            </Button>
          </>
        }
      >
        <p>{said().removeText}</p>
      </Modal>
    </>
  );
}

const ACCEPTED: Readonly<Record<SourceInfo["kind"], string>> = {
  csv: ".csv,.txt,text/csv",
  "history-csv": ".csv,.txt,text/csv",
  markdown: ".md,.markdown,.zip",
  chatwoot: ".json,.ndjson,.jsonl,.zip",
  ldap: "",
  bitrix24: "",
};

/** Columns as the source told them last, else those that the mapping knows. */
function columnsOf(
  look: LookAnswer | undefined,
  mapping: Mapping,
): { readonly columns: readonly string[]; readonly rows: readonly Readonly<Record<string, string>>[] } {
  if (look?.ok === true) return { columns: look.columns, rows: look.rows };
  return { columns: [...new Set([mapping.key, ...mapping.fields.map(({ from }) => from)])], rows: [] };
}

function Looked(props: { readonly answer: LookAnswer; readonly isHistory: boolean }): JSX.Element {
  const said = wordsOfSystems;
  return (
    <Show
      when={props.answer.ok ? props.answer : undefined}
      fallback={
        <p class={settings["problem"]} role="alert">
          {props.answer.ok ? "" : sourceFaultWords(props.answer.code, props.answer.detail)}
        </p>
      }
    >
      {(found) => (
        <div>
          <p role="status">{props.isHistory ? said().dialogs(found().total) : said().rows(found().total)}</p>
          <div class={styles["table"]} tabindex={0} role="region" aria-label={said().firstRows}>
            <table>
              <thead>
                <tr>
                  <For each={found().columns}>{(column) => <th scope="col">{column}</th>}</For>
                </tr>
              </thead>
              <tbody>
                <For each={found().rows.slice(0, 5)}>
                  {(row) => (
                    <tr>
                      <For each={found().columns}>{(column) => <td>{row[column] ?? ""}</td>}</For>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </div>
        </div>
      )}
    </Show>
  );
}
