/** What a stage came to; `output` is what a person needs to see when something failed. */
export type Outcome = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  /** Printed under the stage's line, whatever it came to. */
  readonly notes?: readonly string[];
  readonly output: string;
};
/** One step of `npm test`. */
export type Stage = { readonly name: string; readonly run: () => Promise<Outcome> };
/** A program that ends with 0, or does not; a missing entry is a failure. */
export function checkStage(name: string, args: readonly string[]): Stage;
/** A TypeScript program under tsx, as one yes or no. */
export function programStage(name: string, args: readonly string[]): Stage;
/** The tests of some vitest projects. */
export function vitestStage(name: string, projects: readonly string[]): Stage;
/** A stage that is run once more when something failed; the second run counts, the first one's failures are named. */
export function onceMoreStage(stage: Stage): Stage;
/** Names of the failed tests in vitest's words, each with the beginning of its error; bounded. */
export function failuresIn(output: string): readonly string[];
/** Counts of vitest's JSON report, files that could not be loaded among the failed ones. */
export function readReport(text: string): Omit<Outcome, "output">;
/** Runs stages and prints them; the last line is `N passed, N failed`. Resolves to how many failed. */
export function runStages(stages: readonly Stage[], options?: { readonly lanes?: number }): Promise<number>;
