import Merge from "lucide-solid/icons/merge";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { Item } from "../../../shared/items/registry.ts";
import type { AuthorId, ItemId, ThreadId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import { nameOfCard, personWords } from "../../signals/people.ts";
import { useThreads } from "../../signals/threads.ts";
import { say } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { idWords } from "./card-words.ts";
import { MergePicker } from "./merge-picker.tsx";
import styles from "./merged-cards.module.css";
import { performPart } from "./perform-person.ts";

/** One word on two persons, as it is shown. */
type Said = {
  readonly item: ItemId;
  readonly one: ThreadId;
  readonly other: ThreadId;
  readonly isMerge: boolean;
  readonly by: AuthorId;
  readonly at: number;
  readonly reason?: string | undefined;
  readonly isUnsent: boolean;
};

/** Cards that are one person: what holds them together, how to part them at any time, and all that was ever said of it (U14). */
export function MergedCards(props: { readonly person: ThreadId }): JSX.Element {
  const desk = useDesk();
  const { profiles } = desk.directory;
  const [isPicking, setPicking] = createSignal(false);
  const [isPast, setPast] = createSignal(false);
  const pairs = () => profiles.groupOf(props.person)?.pairs ?? [];
  const members = () => profiles.membersOf(props.person);
  /** In whose threads words on these persons stand: their own, and those of all who were ever paired with them. */
  const involved = createMemo<readonly ThreadId[]>(() => {
    const own = new Set(members());
    const others = desk.heads
      .all("person")
      .filter(({ _id, merged }) => !own.has(_id) && merged?.some(({ person }) => own.has(person)) === true);
    const named = [...own].flatMap((id) => desk.heads.get(id)?.merged?.map(({ person }) => person) ?? []);
    return [...new Set([...own, ...others.map(({ _id }) => _id), ...named])];
  });
  const thread = useThreads(desk.threads, () => (isPast() ? involved() : []));
  const said = createMemo<readonly Said[]>(() => {
    if (!isPast()) return [];
    const own = new Set(members());
    const wordIn = (item: Item, at: number, isUnsent: boolean): readonly Said[] => {
      if (item.kind !== "merge" && item.kind !== "unmerge") return [];
      if (!own.has(item.thread) && !own.has(item.with)) return [];
      const reason = item.kind === "merge" ? item.reason : undefined;
      const { id, thread: one, with: other, author: by } = item;
      return [{ item: id, one, other, isMerge: item.kind === "merge", by, at, reason, isUnsent }];
    };
    return involved()
      .flatMap((id) => [
        ...(thread(id)?.items ?? []).flatMap((item) => wordIn(item, item.stamp.at, false)),
        ...(thread(id)?.unsent ?? []).flatMap(({ item }) => wordIn(item, item.at, true)),
      ])
      .sort((a, b) => b.at - a.at || (a.item < b.item ? 1 : -1));
  });
  const isUnsent = (item: ItemId): boolean => desk.outbox().some((own) => own.item.id === item);
  const hasPast = () => involved().length > 1;

  return (
    <>
      <Show when={pairs().length > 0}>
        <p class={styles["lead"]}>{personWords().merged.lead(members().length)}</p>
        <ul class={styles["list"]} data-testid="merged">
          <For each={pairs()}>
            {({ front, other, row }) => (
              <li class={styles["pair"]}>
                <span class={styles["words"]}>
                  {personWords().merged.joined(nameOfCard(desk, front), nameOfCard(desk, other))}
                  <span class={styles["quiet"]}>
                    {[
                      reasonWords(row.reason),
                      personWords().merged.by(desk.directory.nameOf(row.by), say.moment(row.at)),
                      isUnsent(row.item) ? personWords().merge.unsent : "",
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </span>
                </span>
                <Button
                  size="small"
                  aria-label={personWords().merged.partFrom(nameOfCard(desk, front), nameOfCard(desk, other))}
                  onClick={() => void performPart(desk, front, other)}
                >
                  {personWords().merged.part}
                </Button>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Button size="small" look="quiet" icon={<Merge size={14} />} onClick={() => setPicking(true)}>
        {personWords().merge.byHand}
      </Button>
      <Show when={hasPast()}>
        <details class={styles["past"]} onToggle={(event) => setPast(event.currentTarget.open)}>
          <summary>{personWords().merged.history}</summary>
          <ol class={styles["list"]} data-testid="merge-history">
            <For each={said()}>
              {(word) => (
                <li>
                  {(word.isMerge ? personWords().merged.joined : personWords().merged.parted)(
                    nameOfCard(desk, word.one),
                    nameOfCard(desk, word.other),
                  )}
                  <span class={styles["quiet"]}>
                    {[
                      reasonWords(word.reason),
                      personWords().merged.by(desk.directory.nameOf(word.by), say.moment(word.at)),
                      word.isUnsent ? personWords().merge.unsent : "",
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </span>
                </li>
              )}
            </For>
          </ol>
        </details>
      </Show>
      <Show when={isPicking()}>
        <MergePicker person={profiles.frontOf(props.person)} onClose={() => setPicking(false)} />
      </Show>
    </>
  );
}

/** Why they were joined; nothing of a code that is not known here. */
function reasonWords(reason: string | undefined): string {
  const said = personWords().merged.reasons;
  if (reason === "by-hand" || reason === "suggested") return said[reason];
  const kind = reason?.startsWith("verified-") === true ? reason.slice("verified-".length) : undefined;
  return kind === undefined ? "" : said.verified(idWords(kind));
}
