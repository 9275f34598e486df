import type { Ms } from "../../shared/kernel/clock.ts";
import { isOffline } from "../../shared/thread/context.ts";
import type { Head } from "../../shared/thread/head.ts";
import { isCommand } from "../../shared/thread/rank.ts";
import type { Core } from "./core.ts";
import type { Job } from "./job.ts";

/**
 * CL11: whether an item asks for its thread's collection (decision 0007). It does when it waited for the line itself: then
 * others may hold some that waited, too. Of what was written since, a command does, because one who is not back yet may have
 * asked earlier; and the rest does where the owner is not back yet, because he may hold an answer that came before it.
 */
export function asksForCollection(core: Core, job: Job, since: Ms, head: Head): boolean {
  if (job.givenBack !== undefined || !isFresh(job, since, core.clock())) return true;
  if (isCommand(job.item)) return true;
  return head.owner !== null && head.owner !== job.item.author && !core.isBack(head.owner, since);
}

/** Written on line since then. What lies in the future is not believed: by the same clock it has not happened yet. */
function isFresh({ item, actor }: Job, since: Ms, now: Ms): boolean {
  if (actor.kind === "system") return true;
  const writtenAt = item.at + (item.offset ?? 0);
  return writtenAt > since && writtenAt <= now && !isOffline(item, now);
}
