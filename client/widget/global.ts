import { createLauncher, type Otklik } from "./launcher.ts";

const CALLS = ["run", "open", "close", "toggle", "identify", "setAttributes", "reset", "on"] as const;

/** One call as the snippet kept it: its name and its arguments; what is no call of ours is passed over. */
type Call = readonly [name: keyof Otklik, given: readonly unknown[]];

function callsOf(queue: unknown): readonly Call[] {
  if (!Array.isArray(queue)) return [];
  return queue.flatMap((entry: unknown): Call[] => {
    const [first, given] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
    const name = CALLS.find((one) => one === first);
    if (name === undefined || typeof given !== "object" || given === null) return [];
    return [[name, Array.from(given as ArrayLike<unknown>)]]; // `arguments` is like a list and is none
  });
}

/**
 * Puts the launcher in the place of the snippet's queue, in the same object, and does what was called before it came. `run`
 * goes first, since the others stand on it. A page that loads the script twice has one launcher.
 */
export function takeGlobal(view: Window & typeof globalThis): void {
  const known: unknown = Reflect.get(view, "otklik");
  const global: object = typeof known === "object" && known !== null ? known : {};
  if (Reflect.get(global, "isHere") === true) return;
  const waiting = callsOf(Reflect.get(global, "q"));
  const launcher = createLauncher(view);
  Object.assign(global, launcher, { isHere: true, q: [] });
  Reflect.set(view, "otklik", global);
  const isRun = ([name]: Call): boolean => name === "run";
  for (const [name, given] of [...waiting.filter(isRun), ...waiting.filter((call) => !isRun(call))]) {
    const call: (...given: readonly unknown[]) => unknown = launcher[name];
    call(...given); // it looks at what it is given
  }
}
