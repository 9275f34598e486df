import { For, type JSX, Show } from "solid-js";
import type { RunInfo } from "../../../../shared/protocol/systems.ts";
import { useDesk } from "../../../signals/desk.ts";
import { systemCalls } from "../../../signals/system-calls.ts";
import { wordsOfSystems } from "../../../signals/system-words.ts";
import { say } from "../../../signals/words.ts";
import settings from "../settings.module.css";
import { countsOf, sourceFaultWords } from "./parts.ts";
import styles from "./systems.module.css";

/** A run in one line: when, how far, what it counted. */
export function RunLine(props: { readonly run: RunInfo }): JSX.Element {
  const desk = useDesk();
  const said = wordsOfSystems;
  const state = (): string => {
    const { state, code, detail, dry } = props.run;
    if (state === "failed") return sourceFaultWords(code ?? "store", detail);
    return [
      state === "running" ? said().running : state === "stopped" ? said().stopped : said().done,
      dry ? said().dry : "",
    ]
      .filter(Boolean)
      .join(", ");
  };
  return (
    <div class={styles["run"]} data-run={props.run.state}>
      <p class={settings["sub"]}>
        {say.since(props.run.startedAt, desk.now())} ·{" "}
        <span classList={{ [settings["problem"] ?? ""]: props.run.state === "failed" }}>{state()}</span>
      </p>
      <Show when={props.run.state === "running"}>
        <progress class={styles["progress"]} max={Math.max(1, props.run.total)} value={props.run.done} />
        <p class={settings["sub"]} role="status">
          {said().progress(props.run.done, props.run.total)}
        </p>
      </Show>
      <Show when={countsOf(props.run).length > 0}>
        <p class={styles["counts"]}>
          <Show when={props.run.state !== "running"}>
            <span>{props.run.dry ? said().would : said().written}</span>
          </Show>
          <For each={countsOf(props.run)}>
            {([name, count]) => (
              <span>
                <strong>{count}</strong> {name}
              </span>
            )}
          </For>
        </p>
      </Show>
    </div>
  );
}

/** Runs of a source, newest first, with the rows that were refused and why. */
export function RunList(props: { readonly runs: readonly RunInfo[] }): JSX.Element {
  const said = wordsOfSystems;
  return (
    <Show when={props.runs.length > 0} fallback={<p class={settings["sub"]}>{said().noRuns}</p>}>
      <ul class={settings["rows"]}>
        <For each={props.runs}>
          {(run) => (
            <li>
              <RunLine run={run} />
              <Show when={run.faults.length > 0}>
                <details>
                  <summary>
                    {said().refusedRows}: {run.refused}
                  </summary>
                  <ul class={styles["faults"]}>
                    <For each={run.faults}>
                      {(fault) => (
                        <li>
                          {said().line(fault.line)}
                          {fault.column === undefined ? "" : `, ${fault.column}`}:{" "}
                          {said().codes[fault.code] ?? fault.code}
                          {fault.value ? ` — ${said().value(fault.value)}` : ""}
                        </li>
                      )}
                    </For>
                  </ul>
                  <a class={styles["link"]} href={systemCalls.refusedHref(run.id)} download="refused.csv">
                    {said().download}
                  </a>
                </details>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
