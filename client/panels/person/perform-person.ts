import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { Desk } from "../../signals/desk.ts";
import { fieldThreads } from "../../signals/fields.ts";
import { nameOfPerson, personWords } from "../../signals/people.ts";
import { words } from "../../signals/words.ts";
import { showToast } from "../../widgets/toasts.tsx";
import { tellNotSaved } from "../acts/perform.ts";

/** Two persons who are to be one: `front` stands for both. */
export type Merging = { readonly front: ThreadId; readonly other: ThreadId; readonly reason: "by-hand" | "suggested" };

/** Joins two profiles; the undo parts them. True when it is kept on this device. */
export async function performMerge(desk: Desk, { front, other, reason }: Merging): Promise<boolean> {
  try {
    await desk.acts.merge(front, other, reason);
  } catch (error) {
    tellNotSaved(error);
    return false;
  }
  showToast({
    title: personWords().merge.done(nameOfPerson(desk, front)),
    act: {
      words: words().common.undo,
      onChoose: () => {
        desk.acts
          .unmerge(front, other)
          .then(() => showToast({ title: personWords().merge.undone }))
          .catch(tellNotSaved);
      },
    },
  });
  return true;
}

/** Says that two persons are not the same: they are not suggested again. */
export async function performDeny(desk: Desk, person: ThreadId, other: ThreadId): Promise<void> {
  try {
    await desk.acts.unmerge(person, other);
    showToast({ title: personWords().alike.denied(nameOfPerson(desk, other)) });
  } catch (error) {
    tellNotSaved(error);
  }
}

/** Parts a pair, whenever it was joined. Says so when another card still holds them together. */
export async function performPart(desk: Desk, one: ThreadId, other: ThreadId): Promise<void> {
  try {
    await desk.acts.unmerge(one, other);
  } catch (error) {
    tellNotSaved(error);
    return;
  }
  const { profiles } = desk.directory;
  const isStill = profiles.frontOf(one) === profiles.frontOf(other);
  showToast({ title: personWords().merged.partsDone, ...(isStill ? { text: personWords().merged.still } : {}) });
}

/** Gives an asset to a person, or to nobody: both cards say so, and the one who had it no longer has it. */
export async function performGiveAsset(desk: Desk, asset: ThreadId, to: ThreadId | undefined): Promise<void> {
  const assetsOf = (person: ThreadId): readonly ThreadId[] => fieldThreads(desk.heads.peek(person), "assets");
  const before = desk.heads.all("person").filter(({ _id }) => _id !== to && assetsOf(_id).includes(asset));
  try {
    await desk.acts.setFields(asset, { person: to ?? null });
    for (const { _id } of before) {
      await desk.acts.setFields(_id, { assets: assetsOf(_id).filter((id) => id !== asset) });
    }
    if (to !== undefined && !assetsOf(to).includes(asset)) {
      await desk.acts.setFields(to, { assets: [...assetsOf(to), asset] });
    }
  } catch (error) {
    tellNotSaved(error);
  }
}
