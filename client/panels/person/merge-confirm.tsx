import Check from "lucide-solid/icons/check";
import { createMemo, createSignal, createUniqueId, For, type JSX, Show, untrack } from "solid-js";
import { identifiersOfProfile } from "../../../shared/directory/known-identifiers.ts";
import { isJoinedField, valuesOf } from "../../../shared/directory/profile.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { contactCount, nameOfPerson, personWords } from "../../signals/people.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Button } from "../../widgets/button.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { cardFieldRows, idWords } from "./card-words.ts";
import styles from "./merge-confirm.module.css";
import { type Merging, performMerge } from "./perform-person.ts";

/** Both persons side by side, what will be shown of them, and who stands in front; nothing is done before one says so. */
export function MergeConfirm(props: {
  readonly one: ThreadId;
  readonly other: ThreadId;
  readonly reason: Merging["reason"];
  readonly onClose: () => void;
  readonly onDone?: (front: ThreadId) => void;
}): JSX.Element {
  const desk = useDesk();
  const group = createUniqueId();
  // Both as they are when one is asked: the question must not change under the hand.
  const sides = untrack(() => [props.one, props.other] as const);
  const heads = new Map(
    sides.map((id) => [
      id,
      untrack(() => desk.directory.profiles.membersOf(id)).flatMap((member) => desk.heads.peek(member) ?? []),
    ]),
  );
  const membersOf = (id: ThreadId): readonly DeviceHead[] => heads.get(id) ?? [];
  const contacts = contactCount(desk);
  const [front, setFront] = createSignal<ThreadId>(
    untrack(() => (likelyFront(membersOf(sides[0]), membersOf(sides[1])) ? sides[0] : sides[1])),
  );
  const second = () => (front() === sides[0] ? sides[1] : sides[0]);
  const rows = createMemo(() => {
    const all = [...membersOf(front()), ...membersOf(second())];
    return cardFieldRows(desk, all).flatMap(({ field, label, read }) => {
      const [shown] = valuesOf(all, field);
      if (shown === undefined) return [];
      const cells = sides.map((id) => valuesOf(membersOf(id), field).map(({ field: { value } }) => value));
      return [
        {
          label,
          cells: cells.map((values) =>
            values.map((value) => ({
              text: read(value),
              isShown: isJoinedField(field) || value === shown.field.value,
            })),
          ),
        },
      ];
    });
  });

  async function merge(): Promise<void> {
    if (!(await performMerge(desk, { front: front(), other: second(), reason: props.reason }))) return;
    props.onDone?.(front());
    props.onClose();
  }

  return (
    <Modal
      open
      width="large"
      title={personWords().merge.title}
      closeLabel={words().common.close}
      onClose={() => props.onClose()}
      acts={
        <>
          <Button onClick={() => props.onClose()}>{words().common.cancel}</Button>
          <Button look="primary" onClick={() => void merge()}>
            {personWords().merge.doIt}
          </Button>
        </>
      }
    >
      <p class={styles["lead"]}>{personWords().merge.lead}</p>
      <div class={styles["scroll"]} role="region" aria-label={personWords().merge.title} tabindex="0">
        <table class={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">{personWords().merge.field}</span>
              </th>
              <For each={sides}>
                {(id) => (
                  <th scope="col" class={styles["side"]}>
                    <span class={styles["who"]}>
                      <Avatar name={nameOfPerson(desk, id)} seed={id} size="small" />
                      <span>{nameOfPerson(desk, id)}</span>
                    </span>
                    <label class={styles["main"]}>
                      <input type="radio" name={group} checked={front() === id} onChange={() => setFront(id)} />
                      {personWords().merge.main}
                    </label>
                    <span class={styles["quiet"]}>
                      {personWords().merge.dialogs(contacts(id))},{" "}
                      {personWords().merge.made(say.date(membersOf(id)[0]?.createdAt ?? 0))}
                    </span>
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr>
                  <th scope="row">{row.label}</th>
                  <For each={row.cells}>
                    {(values) => (
                      <td>
                        <For each={values} fallback={<span class={styles["quiet"]}>—</span>}>
                          {(value) => (
                            <span class={styles["value"]} classList={{ [styles["shown"] ?? ""]: value.isShown }}>
                              <span>{value.text}</span>
                              <Show when={value.isShown}>
                                <Check size={14} aria-hidden="true" />
                                <span class="visually-hidden"> — {personWords().merge.shown}</span>
                              </Show>
                            </span>
                          )}
                        </For>
                      </td>
                    )}
                  </For>
                </tr>
              )}
            </For>
            <tr>
              <th scope="row">{personWords().identifiers}</th>
              <For each={sides}>
                {(id) => (
                  <td>
                    <For each={identifiersOfProfile(membersOf(id))} fallback={<span class={styles["quiet"]}>—</span>}>
                      {(one) => (
                        <span class={styles["value"]}>
                          {idWords(one.kind)}: {one.value}
                        </span>
                      )}
                    </For>
                  </td>
                )}
              </For>
            </tr>
          </tbody>
        </table>
      </div>
    </Modal>
  );
}

/** Whether the first is the better known one: by name, then by how much is written on the card, then by age. */
function likelyFront(one: readonly DeviceHead[], other: readonly DeviceHead[]): boolean {
  const isNamed = (heads: readonly DeviceHead[]): number =>
    Number(heads.some((head) => fieldText(head, "name") !== ""));
  const filled = (heads: readonly DeviceHead[]): number =>
    new Set(heads.flatMap((head) => Object.keys(head.fields))).size;
  const age = (heads: readonly DeviceHead[]): number => heads[0]?.createdAt ?? 0;
  return (isNamed(one) - isNamed(other) || filled(one) - filled(other) || age(other) - age(one)) >= 0;
}
