import { For, type JSX, Show } from "solid-js";
import { offered } from "../../../../shared/ticket/type.ts";
import settings from "../settings.module.css";
import { type DraftField, rowsOf, type TypeDraft } from "./draft.ts";
import styles from "./preview.module.css";
import { said, typeWords } from "./words.ts";

/** The card as tickets of this type will show it. */
export function TypePreview(props: { readonly draft: TypeDraft }): JSX.Element {
  const shown = (): readonly DraftField[] => props.draft.fields.filter((field) => field.archived !== true);
  const rows = () => rowsOf(shown()).map((row) => row.flatMap((id) => shown().filter((field) => field.id === id)));
  return (
    <section class={settings["card"]} aria-label={typeWords().preview}>
      <div>
        <h3 class={settings["card-title"]}>{typeWords().preview}</h3>
        <p class={settings["sub"]}>{typeWords().previewHint}</p>
      </div>
      <ol class={styles["statuses"]}>
        <For each={props.draft.statuses.filter((status) => status.archived !== true)}>
          {(status) => (
            <li class={styles["status"]} data-category={status.category}>
              {said(status.name) || "…"}
            </li>
          )}
        </For>
      </ol>
      <For each={rows()}>
        {(row) => (
          <dl class={styles["row"]} classList={{ [styles["shared"] ?? ""]: row.length === 2 }}>
            <For each={row}>
              {(field) => (
                <div>
                  <dt class={styles["name"]}>
                    {said(field.name) || "…"}
                    <Show when={(field.requiredBy ?? []).length > 0}>
                      <span class={styles["required"]} aria-label={typeWords().requiredBy}>
                        {" *"}
                      </span>
                    </Show>
                  </dt>
                  <dd class={styles["value"]}>{exampleOf(field)}</dd>
                </div>
              )}
            </For>
          </dl>
        )}
      </For>
    </section>
  );
}

/** What a new ticket shows in the field. */
function exampleOf(field: DraftField): string {
  if (field.kind === "checklist")
    return (
      offered(field.rows)
        .map((row) => `☐ ${said(row.name)}`)
        .join("  ") || "—"
    );
  if (field.kind === "choice") {
    const chosen = offered(field.options).find((option) => option.id === field.initial);
    return chosen === undefined
      ? offered(field.options)
          .map((option) => said(option.name))
          .join(" · ")
      : said(chosen.name);
  }
  return field.initial === undefined ? typeWords().kinds[field.kind] : String(field.initial);
}
