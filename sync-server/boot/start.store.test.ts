import { expect, it } from "vitest";
import { isThreadId } from "../../shared/kernel/ids.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { openWorld } from "./desk-world.contract.ts";

it("[CL15] a start sweeps before it serves and reads each head once, for everybody who keeps something of it", async () => {
  const store = openMemoryStore();
  const world = await openWorld({ store });
  const admin = await world.admin();
  const user = world.user();
  await user.begin("The scanner draws a line across every page.");
  await admin.push(admin.item({ kind: "claim", thread: user.thread }));
  const before = world.desk.core.gateway.head(user.thread);
  // As a kill leaves it: the rows of the last commits are in `pend` still.
  const image = store.takeImage();
  await world.close();

  const reads = new Map<string, number>();
  let scans = 0;
  const again = openMemoryStore({
    image,
    faults: {
      before: ({ database, kind, ids }) => {
        if (database === "desk" && kind === "range") scans += 1;
        if (database === "desk" && kind === "getMany") {
          for (const id of ids) if (isThreadId(id)) reads.set(id, (reads.get(id) ?? 0) + 1);
        }
        return "go";
      },
    },
  });
  const second = await openWorld({ store: again });
  try {
    expect([...new Set(reads.values())]).toEqual([1]);
    expect(reads.size).toBe([...second.desk.core.gateway.heads()].length);
    expect(scans).toBe(1);
    // Told as the sweep left it.
    expect(second.desk.core.gateway.head(user.thread)).toEqual(before);
    expect((await second.desk.core.arbiter.head(user.thread))?.pend).toEqual([]);
    expect(second.desk.chatUrl()).toContain(world.token);
  } finally {
    await second.close();
  }
});
