import type { DeviceHead } from "../../../shared/thread/head.ts";
import type { FloorPut } from "../desk/floor-put.ts";

/** Between two acts: people take one dialog, then another; what the desk does after its answer is its own time. */
const PAUSE_MS = 6;

export const pause = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** The floor writes what a commit writes: a thread's head. */
export async function pausedPut(floor: FloorPut, head: DeviceHead): Promise<number> {
  await pause();
  return floor.put({ ...head });
}
