import type { ItemOf } from "../../shared/items/registry.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import type { UserItem } from "../../shared/protocol/chat.ts";
import { asksToCheck, readTicketNotice } from "../../shared/protocol/ticket-notice.ts";
import type { Queued } from "./model.ts";

/** What the user answered to "done, please check" (S22). `waits`: on this device only; `refused`: why it did not go. */
export type GivenAnswer = {
  readonly answer: "accept" | "reopen";
  readonly at: Ms;
  readonly text?: string;
  readonly waits: boolean;
  readonly refused?: { readonly seq: number; readonly code: string };
};

/**
 * How a question stands: it waits for an answer, has one, or has passed: something else was told of the ticket since.
 */
export type CheckState =
  | { readonly state: "asks" }
  | { readonly state: "answered"; readonly given: GivenAnswer }
  | { readonly state: "passed" };

/** Whether the item is a notice that asks to check what was done on a ticket. */
export function isCheck(item: UserItem): boolean {
  const notice = item.kind === "notice" ? readTicketNotice(item.code, item.params) : undefined;
  return notice !== undefined && asksToCheck(notice) && item.via !== undefined;
}

/** How the question `notice` stands by what the page holds; what waits on this device counts as given. */
export function checkState(notice: UserItem, items: readonly UserItem[], queued: readonly Queued[]): CheckState {
  const given = answerIn(notice.id, items) ?? waitingAnswer(notice.id, queued);
  if (given !== undefined) return { state: "answered", given };
  const isOver = items.some(
    (item) => item.u > notice.u && item.kind === "notice" && item.via === notice.via && item.code !== "ticket-where",
  );
  return { state: isOver ? "passed" : "asks" };
}

/** Ids of the items that stand inside the card of their question and not as lines of their own. */
export function answersInCards(items: readonly UserItem[]): ReadonlySet<ItemId> {
  const checks = new Set(items.filter(isCheck).map((item) => item.id));
  return new Set(
    items.flatMap((item) => (item.kind === "accept" && item.of !== undefined && checks.has(item.of) ? [item.id] : [])),
  );
}

function answerIn(notice: ItemId, items: readonly UserItem[]): GivenAnswer | undefined {
  const item = items.find((one) => one.kind === "accept" && one.of === notice);
  if (item === undefined) return undefined;
  const text = item.text === undefined || item.text === "" ? {} : { text: item.text };
  return { answer: item.answer ?? "accept", at: item.writtenAt ?? item.at, waits: false, ...text };
}

const isAnswerTo = (row: Queued, notice: ItemId): row is Queued & { readonly item: ItemOf<"accept"> } =>
  row.item.kind === "accept" && row.item.of === notice;

function waitingAnswer(notice: ItemId, queued: readonly Queued[]): GivenAnswer | undefined {
  const row = queued.find((one) => isAnswerTo(one, notice));
  if (row?.item.kind !== "accept") return undefined;
  const { text, answer = "accept" } = row.item;
  return {
    answer,
    at: row.savedAt,
    waits: row.state === "saved",
    ...(text === undefined || text === "" ? {} : { text }),
    ...(row.state === "refused" ? { refused: { seq: row.seq, code: row.code ?? "" } } : {}),
  };
}

/** How many notices of tickets stand in a history: grows when something of a ticket was told. */
export const ticketNews = (items: readonly UserItem[]): number =>
  items.reduce((count, item) => count + (item.kind === "notice" && item.via !== undefined ? 1 : 0), 0);
