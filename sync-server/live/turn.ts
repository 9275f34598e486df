/**
 * What is to be done once at the end of this turn of the event loop: first rooms make their frames (`afterChanges`), then
 * connections write what they were given, all of it in one write (`beforeSleep`), then what can wait for that
 * (`afterFrames`). So ten changes in one turn cost a client one write and one wake-up.
 */
export type Turn = {
  readonly afterChanges: (act: () => void) => void;
  readonly beforeSleep: (act: () => void) => void;
  readonly afterFrames: (act: () => void) => void;
};

/** One a server; the lists are run in one `setImmediate`, in order, each act once however often it was asked for. */
export function makeTurn(): Turn {
  const rooms = new Set<() => void>();
  const links = new Set<() => void>();
  const rest = new Set<() => void>();
  let isScheduled = false;

  function run(): void {
    isScheduled = false;
    for (const acts of [rooms, links, rest]) {
      // Taken out at once: a thousand single deletions would cost the last listener a tenth of a millisecond.
      while (acts.size > 0) {
        const asked = [...acts];
        acts.clear();
        for (const act of asked) act();
      }
    }
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(run);
  }

  const into = (acts: Set<() => void>) => (act: () => void) => {
    acts.add(act);
    schedule();
  };
  return { afterChanges: into(rooms), beforeSleep: into(links), afterFrames: into(rest) };
}
