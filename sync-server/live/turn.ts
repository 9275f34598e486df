/**
 * What is to be done once at the end of this turn of the event loop: first rooms make their frames (`rooms`), then
 * connections write what they were given, all of it in one write (`links`). So ten changes in one turn cost a client one
 * write and one wake-up.
 */
export type Turn = {
  readonly afterChanges: (act: () => void) => void;
  readonly beforeSleep: (act: () => void) => void;
};

/** One a server; both lists are run in one `setImmediate`, in order, each act once however often it was asked for. */
export function makeTurn(): Turn {
  const rooms = new Set<() => void>();
  const links = new Set<() => void>();
  let isScheduled = false;

  function run(): void {
    isScheduled = false;
    for (const act of rooms) {
      rooms.delete(act);
      act();
    }
    for (const act of links) {
      links.delete(act);
      act();
    }
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(run);
  }

  return {
    afterChanges: (act) => {
      rooms.add(act);
      schedule();
    },
    beforeSleep: (act) => {
      links.add(act);
      schedule();
    },
  };
}
