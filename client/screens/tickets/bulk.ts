import { tellNotSaved } from "../../panels/acts/perform.ts";
import type { Desk } from "../../signals/desk.ts";
import { type BulkAct, type BulkSkip, type BulkStep, planBulk } from "../../signals/ticket-bulk.ts";
import { words } from "../../signals/words.ts";
import { showToast } from "../../widgets/toasts.tsx";

const UNDO_MS = 10_000;
const SKIPS: readonly BulkSkip[] = ["same", "right", "required"];

/** Writes steps one after the other: what was kept on this device, and how many could not be. */
async function write(
  desk: Desk,
  steps: readonly BulkStep[],
): Promise<{ readonly done: readonly BulkStep[]; readonly failed: number }> {
  const done: BulkStep[] = [];
  for (const step of steps) {
    const standing = desk.tickets.standing(step.thread);
    if (standing === undefined) continue; // it has left sight meanwhile
    try {
      await desk.tickets.acts.step(standing, step);
      done.push(step);
    } catch (error) {
      if (done.length === 0) tellNotSaved(error);
      break; // a full disk takes none of the others either
    }
  }
  return { done, failed: steps.length - done.length };
}

/** Does an act to all marked tickets, tells what was done and what was left out and why, and offers to take it back. */
export async function performBulk(desk: Desk, act: BulkAct): Promise<void> {
  const heads = [...desk.tickets.marked()].flatMap((id) => desk.heads.peek(id) ?? []);
  const plan = planBulk(heads, act, { me: desk.me(), typeOf: desk.tickets.types.of });
  const { done, failed } = await write(desk, plan.steps);
  const said = words().tickets.bulk;
  const left = SKIPS.filter((why) => plan.skipped[why] > 0).map((why) => said[why](plan.skipped[why]));
  const notes = [...left, ...(failed > 0 ? [said.failed(failed)] : [])].join(", ");
  const written = new Set(done.map(({ thread }) => thread));
  const undo = plan.undo.filter(({ thread }) => written.has(thread));
  showToast({
    title: done.length > 0 ? said.done(done.length) : said.nothing,
    ...(notes === "" ? {} : { text: notes }),
    ...(failed > 0 ? { wrong: true } : {}),
    ...(undo.length === 0
      ? {}
      : {
          ms: UNDO_MS,
          act: {
            words: words().common.undo,
            onChoose: () => void write(desk, undo).then(() => showToast({ title: said.undone })),
          },
        }),
  });
}
