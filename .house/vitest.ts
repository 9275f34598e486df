import { availableParallelism } from "node:os";
import type { TestProjectConfiguration } from "vitest/config";

/** On two cores vitest would take one for itself and wait on it: tests wait for stores more than they reckon. */
export const TEST_WORKERS = Math.max(2, availableParallelism() - 1);

/** What a test file's name says it needs, beside plain Node. */
const NEEDS_MORE = [
  "**/*.store.test.ts",
  "**/*.browser.test.{ts,tsx}",
  "**/*.sim.test.ts",
  "**/*.journey.test.ts",
  "**/*.walls.test.ts",
];

const ELSEWHERE = ["**/node_modules/**", "**/dist/**"];

/**
 * The kinds of test, one vitest project a kind; a file chooses its kind by its name:
 *
 *   x.test.ts          unit      nothing but Node: pure rules, and pieces that run against twins in memory
 *   x.browser.test.ts  browser   a document (jsdom); Solid compiles and resolves as it does in a browser
 *   x.store.test.ts    store     a store in the process, or the CouchDB that COUCHDB_URL names
 *   x.sim.test.ts      sim       seeded random runs, bounded here, long in `npm run sim`
 *   x.walls.test.ts    walls     planted violations of the house's walls
 *   x.journey.test.ts  journeys  the built program from outside, in a real browser, one file at a time
 */
export const testProjects: TestProjectConfiguration[] = [
  {
    test: {
      name: "unit",
      environment: "node",
      include: ["{shared,sync-server,client,e2e,.house}/**/*.test.ts"],
      exclude: [...NEEDS_MORE, ...ELSEWHERE],
      testTimeout: 20_000,
    },
  },
  {
    extends: true,
    test: {
      name: "browser",
      environment: "jsdom",
      include: ["client/**/*.browser.test.{ts,tsx}"],
      exclude: ELSEWHERE,
      testTimeout: 20_000,
    },
  },
  {
    test: {
      name: "store",
      environment: "node",
      include: ["{sync-server,client,e2e}/**/*.store.test.ts"],
      exclude: ELSEWHERE,
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  },
  {
    test: {
      name: "sim",
      environment: "node",
      include: ["{shared,e2e,client,sync-server}/**/*.sim.test.ts"],
      exclude: ELSEWHERE,
      testTimeout: 240_000,
    },
  },
  {
    test: {
      name: "walls",
      environment: "node",
      include: [".house/*.walls.test.ts"],
      exclude: ELSEWHERE,
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  },
  {
    test: {
      name: "journeys",
      environment: "node",
      include: ["e2e/journeys/**/*.journey.test.ts"],
      exclude: ELSEWHERE,
      fileParallelism: false,
      testTimeout: 180_000,
      hookTimeout: 120_000,
    },
  },
];
