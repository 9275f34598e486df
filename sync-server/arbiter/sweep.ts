import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { Core } from "./core.ts";
import type { Seat } from "./seat.ts";
import { standOf } from "./stand.ts";
import { headPages } from "./thread-pages.ts";

/**
 * CL15: finishes what a crash left: every row in a `pend` gets its document and its copy; deliveries go on by
 * themselves. Heads are kept in memory as far as there is room, and each is told as it stands after the sweep: this is the
 * start's one scan of the store. Resolves when nothing is left, to the number of heads.
 */
export async function sweep(
  core: Core,
  seatOf: (thread: ThreadId) => Seat,
  onHead: (head: Head) => void,
): Promise<number> {
  let heads = 0;
  for await (const page of headPages(core.database)) {
    const unfinished: Seat[] = [];
    const whole: Head[] = [];
    for (const { thread, doc } of page) {
      if (doc === undefined) continue;
      heads += 1;
      const stand = standOf(doc, core.inc);
      const rows = stand.head?.pend.length ?? 0;
      if (rows === 0 && stand.head !== undefined) whole.push(stand.head);
      if (rows === 0 && heads > core.settings.cachedHeads) continue;
      const seat = seatOf(thread);
      if (rows > 0) {
        await seat.load();
        unfinished.push(seat);
      } else if (seat.stand === undefined) {
        seat.adopt(stand);
      }
    }
    for (const head of whole) onHead(head);
    await Promise.all(unfinished.map((seat) => seat.settler.stored().then(() => seat.flush())));
    for (const seat of unfinished) {
      const head = await seat.head();
      if (head !== undefined) onHead(head);
    }
    if (core.at !== undefined) for (const seat of unfinished) await core.at("swept", seat.thread);
  }
  return heads;
}
