import { createSignal, For, type JSX, Show } from "solid-js";
import type { StampedItem } from "../../../shared/items/stamp.ts";
import { type AuditReport, auditCsv, auditJson, auditRows } from "../../../shared/ticket/audit.ts";
import { historyWords } from "../../signals/history-words.ts";
import { verifyHistory } from "../../signals/verify-history.ts";
import { Button } from "../../widgets/button.tsx";
import styles from "./history-panel.module.css";

/** How many faults are told one by one. */
const FAULTS_SHOWN = 20;

/** The audit trail as a file, and whether it is as the server signed it. */
export function AuditActs(props: { readonly items: readonly StampedItem[]; readonly name: string }): JSX.Element {
  const [report, setReport] = createSignal<AuditReport>();
  const [problem, setProblem] = createSignal<string>();
  const [isBusy, setBusy] = createSignal(false);

  function save(text: string, type: string, ending: string): void {
    const url = URL.createObjectURL(new Blob([text], { type }));
    const anchor = document.createElement("a");
    anchor.href = url;
    anchor.download = `${props.name}.${ending}`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  async function verify(): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await verifyHistory(props.items);
      if (answer.ok) setReport(answer.value);
      else setProblem(answer.error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section class={styles["part"]} aria-label={historyWords().export}>
      <h3 class={styles["heading"]}>{historyWords().export}</h3>
      <div class={styles["acts"]}>
        <Button onClick={() => save(`\ufeff${auditCsv(auditRows(props.items))}`, "text/csv;charset=utf-8", "csv")}>
          {historyWords().csv}
        </Button>
        <Button onClick={() => save(auditJson(props.items), "application/json", "json")}>{historyWords().json}</Button>
        <Button disabled={isBusy()} onClick={() => void verify()}>
          {isBusy() ? historyWords().verifying : historyWords().verify}
        </Button>
      </div>
      <div role="status">
        <Show when={problem()}>
          <p class={styles["bad"]}>{problem()}</p>
        </Show>
        <Show when={report()}>
          {(now) => (
            <Show when={!now().isSound} fallback={<p class={styles["good"]}>{historyWords().sound(now().items)}</p>}>
              <p class={styles["bad"]}>{historyWords().unsound(now().faults.length)}</p>
              <ul class={styles["list"]}>
                <For each={now().faults.slice(0, FAULTS_SHOWN)}>
                  {(fault) => <li>{historyWords().faultAt(fault.n, historyWords().faults[fault.code])}</li>}
                </For>
              </ul>
            </Show>
          )}
        </Show>
      </div>
    </section>
  );
}
