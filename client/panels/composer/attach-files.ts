import { LIMITS } from "../../../shared/kernel/schema.ts";
import { isRefusedFileName } from "../../../shared/protocol/files.ts";
import type { Desk } from "../../signals/desk.ts";
import type { ThreadDraft } from "../../signals/drafts.ts";
import { say, words } from "../../signals/words.ts";
import { showToast } from "../../widgets/toasts.tsx";
import { tellNotSaved } from "../acts/perform.ts";

/** Takes files into a draft, one after the other; says in words which were not taken and why. */
export async function attachFiles(desk: Desk, draft: ThreadDraft, files: readonly File[]): Promise<void> {
  for (const file of files) {
    const name = nameOf(file);
    if (draft.files().length >= LIMITS.filesPerItem) {
      showToast({ title: words().composer.tooManyFiles(LIMITS.filesPerItem), wrong: true });
      return;
    }
    if (isRefusedFileName(name)) {
      showToast({ title: `${name}: ${words().refusal["file-kind"]}`, wrong: true, ms: 8000 });
      continue;
    }
    if (file.size > LIMITS.fileBytes) {
      showToast({ title: words().composer.fileTooLarge(name, say.bytes(LIMITS.fileBytes)), wrong: true, ms: 8000 });
      continue;
    }
    try {
      const ref = await desk.attach(file, name);
      draft.setFiles([...draft.files(), ref]);
    } catch (error) {
      tellNotSaved(error);
    }
  }
}

/** A pasted picture has no name of its own worth keeping. */
function nameOf(file: File): string {
  const name =
    file.name === "" || file.name === "image.png"
      ? `${words().inbox.photo} ${say.time(Date.now()).replace(":", "-")}.png`
      : file.name;
  return name.slice(0, LIMITS.fileNameLength);
}
