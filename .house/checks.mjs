import { checkStage, vitestStage } from "./stages.mjs";

/** What needs no build, no store and no browser; the same list for `npm run check`, `npm test` and a robot. */
export const checks = [
  checkStage("types", [".house/types.mjs"]),
  checkStage("format", ["node_modules/.bin/biome", "format", "."]),
  checkStage("lint", ["node_modules/.bin/oxlint", "--type-aware", "--deny-warnings"]),
  checkStage("rooms", [".house/rooms.mjs"]),
  checkStage("lock file", [".house/lock.mjs", "--check"]),
  checkStage("dead code", ["node_modules/.bin/knip"]),
];

/** The tests that need nothing but Node or a document. */
export const unitTests = vitestStage("unit", ["unit", "browser"]);
