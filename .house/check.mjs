// `npm run check`: format, lint, types, rooms, dead code, unit tests; about a minute.
import { checks, unitTests } from "./checks.mjs";
import { ensureInstalled } from "./install.mjs";
import { requireNode } from "./place.mjs";
import { runStages } from "./stages.mjs";

requireNode();
await ensureInstalled({ forTests: true });
const failed = await runStages([...checks, unitTests], { lanes: 2 });
process.exit(failed === 0 ? 0 : 1);
