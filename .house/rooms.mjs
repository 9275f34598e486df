// `npm run rooms`: who may import whom. Prints each import through a wall; fails also when it saw fewer files than there are.
import { cruiseHouses } from "./cruise.mjs";
import { houses, listedSources } from "./listed.mjs";
import { projectRoot } from "./place.mjs";

const { seen, violations } = await cruiseHouses(projectRoot, houses);
for (const { rule, from, to } of violations) console.log(`${rule}: ${from} -> ${to}`);

const unseen = listedSources().filter((path) => !seen.has(path));
if (unseen.length > 0) console.log(`Not looked at, so not known to be right:\n  ${unseen.join("\n  ")}`);
process.exit(violations.length === 0 && unseen.length === 0 ? 0 : 1);
