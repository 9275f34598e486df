/**
 * The walls of the house: who may import whom. One rule a wall; `.house/walls.walls.test.ts` plants a violation of each
 * and sees that it bites. Import bans live here only.
 *
 *   client   boot -> screens -> panels -> signals -> { replica live tickets } -> platform       chat, widget: alone
 *   server   boot, tools -> { http gateway arbiter live reactions channels } -> ports <- { stores identity platform }
 *   shared   kernel <- { items directory systems } <- { policy channels protocol } <- { thread ticket hours sla rules bot reports }
 *
 * Types count as imports: a wall that only holds at run time is no wall for a reader.
 */

/** Rooms of one house, as the start of a path. */
const rooms = (house, ...names) => `^${house}/(?:${names.join("|")})/`;
const client = (...names) => rooms("client", ...names);
const server = (...names) => rooms("sync-server", ...names);
const shared = (...names) => rooms("shared", ...names);

/** Packages by the start of their names, installed or not. */
const packages = (...names) => `(?:^|node_modules/)(?:${names.join("|")})`;

/** Tests may reach for twins and factories that the code beside them may not. They never leave their house all the same. */
const TESTS = "\\.(?:test|contract)\\.tsx?$|/contract[^/]*\\.ts$";
/** How a server room shows itself to others: its port. */
const PORTS = "/(?:port|[a-z-]+-port|index|ports/[^/]+)\\.ts$";

/** What a head looks like: a shape that wire and policy speak of, kept beside the rules that make it. */
const HEAD_SHAPE = "^shared/thread/head\\.ts$";

const SOLID = packages("solid-js", "@solidjs/", "@kobalte/", "@solid-primitives/", "lucide-solid", "virtua");
const POUCHDB = packages("pouchdb");
const LIVE_EDGE = packages("yjs/", "yjs$", "y-", "@automerge/");
const ADAPTERS = packages("nano", "pouchdb", "leveldown", "levelup");

const forbidden = [];

/** @param {string} name @param {string} comment @param {object} from @param {object} to @param {object} [more] */
function wall(name, comment, from, to) {
  forbidden.push({ name, comment, severity: "error", from, to });
}

// Between houses.
wall(
  "shared-stands-alone",
  "shared is the ground: it knows no house above it",
  { path: "^shared/" },
  { path: "^(?:client|sync-server|e2e)/" },
);
wall(
  "shared-does-no-io",
  "shared takes time, chance and bytes as input: nothing of Node",
  { path: "^shared/", pathNot: TESTS },
  { dependencyTypes: ["core"] },
);
wall(
  "shared-knows-no-runtime",
  "shared compiles with no store, no socket, no screen",
  { path: "^shared/", pathNot: TESTS },
  { path: `${ADAPTERS}|${SOLID}|${packages("hono", "@hono/", "ws/", "ws$", "y-websocket", "y-indexeddb", "vite")}` },
);
wall(
  "client-never-server",
  "the two houses meet in shared only",
  { path: "^client/" },
  { path: "^(?:sync-server|e2e)/" },
);
wall(
  "server-never-client",
  "the two houses meet in shared only",
  { path: "^sync-server/" },
  { path: "^(?:client|e2e)/" },
);
wall(
  "client-never-node",
  "the client runs in a browser",
  { path: "^client/", pathNot: TESTS },
  { dependencyTypes: ["core"] },
);
wall(
  "journeys-from-outside",
  "journeys see the product as a person does: pages and addresses, no code of it",
  { path: "^e2e/(?:journeys|pages)/" },
  { path: "^(?:client|sync-server)/" },
);

// Shared, from the ground up.
wall(
  "kernel-is-the-ground",
  "kernel imports no other room",
  { path: shared("kernel"), pathNot: TESTS },
  { path: "^shared/(?!kernel/)" },
);
wall(
  "items-and-directory-on-kernel",
  "items, directory and systems stand on kernel and on each other's side",
  { path: shared("items", "directory", "systems"), pathNot: TESTS },
  { path: "^shared/(?!kernel/|items/|directory/|systems/)", pathNot: HEAD_SHAPE },
);
wall(
  "policy-channels-protocol-below-threads",
  "policy, channels and protocol know items and persons, not the rules that use them",
  { path: shared("policy", "channels", "protocol"), pathNot: TESTS },
  { path: "^shared/(?!kernel/|items/|directory/|systems/|policy/|channels/|protocol/)", pathNot: HEAD_SHAPE },
);
wall(
  "threads-know-ticket-types-only",
  "what is decided of a thread needs a ticket's type, never what is written in it",
  { path: shared("thread"), pathNot: TESTS },
  { path: shared("ticket"), pathNot: "^shared/ticket/type\\.ts$" },
);
wall(
  "automerge-behind-one-door",
  "Automerge is spoken to in one file, and started by the worker and the server",
  {
    path: "^(?:shared|client|sync-server)/",
    pathNot: [
      TESTS,
      "^shared/ticket/automerge\\.ts$",
      "^client/tickets/tickets\\.worker\\.ts$",
      "^sync-server/platform/automerge\\.ts$",
    ],
  },
  { path: packages("@automerge/") },
);
wall(
  "head-is-a-shape",
  "the head's shape is known below its room, so it knows no rule of it",
  { path: HEAD_SHAPE },
  { path: "^shared/(?!kernel/|items/|directory/)" },
);
wall(
  "testing-is-for-tests",
  "factories and contracts are for tests, the courtyard and the seed",
  {
    path: "^(?:shared|client|sync-server)/",
    pathNot: [TESTS, "^shared/testing/", "^client/preview/", "^sync-server/(?:tools|boot)/", "^sync-server/main\\.ts$"],
  },
  { path: shared("testing") },
);

// The client, from the top down.
wall(
  "boot-is-the-top",
  "boot opens and wires; nobody asks it for anything",
  { path: "^client/", pathNot: ["^client/main\\.tsx?$", client("boot"), TESTS] },
  { path: client("boot") },
);
wall(
  "screens-below-boot-only",
  "nothing but boot knows a screen",
  { path: "^client/", pathNot: ["^client/main\\.tsx?$", client("boot", "screens"), TESTS] },
  { path: client("screens") },
);
wall(
  "screens-never-another-screen",
  "what two screens need is a panel",
  { path: "^client/screens/([^/]+)/" },
  { path: "^client/screens/[^/]+/", pathNot: "^client/screens/$1/" },
);
wall(
  "screens-never-replica",
  "a screen sees signals",
  { path: client("screens"), pathNot: TESTS },
  { path: client("replica", "live", "tickets") },
);
wall(
  "screens-never-platform",
  "a screen has no machinery of its own",
  { path: client("screens"), pathNot: TESTS },
  { path: client("platform") },
);
wall(
  "panels-never-above",
  "a panel stands on several screens and knows none",
  { path: client("panels") },
  { path: client("screens", "boot") },
);
wall(
  "signals-are-the-bridge",
  "only signals reach into replica, live and tickets; what is drawn reads signals",
  { path: client("panels", "widgets"), pathNot: TESTS },
  { path: client("replica", "live", "tickets") },
);
wall(
  "signals-know-no-pixels",
  "signals feed what is drawn and draw nothing",
  { path: client("signals") },
  { path: client("boot", "screens", "panels", "widgets") },
);
wall(
  "widgets-know-no-desk",
  "a widget is keyboard, focus, ARIA and looks",
  { path: client("widgets") },
  { path: `${client("boot", "screens", "panels", "signals", "replica", "live", "tickets")}|^shared/(?!kernel/)` },
);
wall("replica-without-a-screen", "replica runs in a worker and in Node", { path: client("replica") }, { path: SOLID });
wall(
  "replica-live-tickets-below-signals",
  "local data knows nothing of what is shown",
  { path: client("replica", "live", "tickets") },
  { path: client("boot", "screens", "panels", "widgets", "signals", "chat", "widget") },
);
wall(
  "platform-is-the-client-s-ground",
  "platform wraps the browser and knows no room",
  { path: client("platform"), pathNot: TESTS },
  { path: "^client/(?!platform/)" },
);
wall(
  "chat-is-its-own-program",
  "the user's chat, his portal and the launcher are small programs of their own",
  { path: client("chat", "portal", "widget") },
  { path: client("boot", "screens", "panels", "signals", "tickets", "live") },
);
wall(
  "chat-carries-no-database",
  "neither PouchDB nor Yjs nor Automerge, by whatever way, gets into the user's chat and portal",
  { path: client("chat", "portal", "widget"), pathNot: TESTS },
  { path: `${POUCHDB}|${LIVE_EDGE}`, reachable: true },
);
wall(
  "nobody-imports-the-chat",
  "the desk takes nothing from the users' programs",
  { path: "^client/", pathNot: client("chat", "portal", "widget") },
  { path: client("chat", "portal", "widget") },
);
wall(
  "chat-without-the-portal",
  "the portal is made of pieces of the chat; the chat carries none of it",
  { path: client("chat", "widget") },
  { path: client("portal") },
);
wall(
  "nobody-imports-the-preview",
  "the preview shows what is drawn on made-up people, in development only",
  { path: "^client/", pathNot: "^client/preview/" },
  { path: "^client/preview/" },
);
wall(
  "service-worker-draws-nothing",
  "a worker has no document",
  { path: client("offline"), pathNot: TESTS },
  { path: `${SOLID}|${client("boot", "screens", "panels", "widgets", "signals")}` },
);

// The server.
wall(
  "stores-below-every-room",
  "a store knows no room above it",
  { path: server("stores") },
  { path: server("boot", "http", "gateway", "arbiter", "live", "reactions", "channels", "identity", "tools") },
);
wall(
  "identity-and-platform-below-rooms",
  "what stands under the rooms knows none of them",
  { path: server("identity", "platform"), pathNot: TESTS },
  { path: server("boot", "http", "gateway", "arbiter", "live", "reactions", "channels", "tools") },
);
wall(
  "platform-is-the-server-s-ground",
  "platform wraps Node and knows no room",
  { path: server("platform"), pathNot: TESTS },
  { path: "^sync-server/(?!platform/)" },
);
wall(
  "server-boot-is-the-top",
  "boot wires; nobody asks it for anything",
  { path: "^sync-server/", pathNot: ["^sync-server/main\\.ts$", server("boot", "tools"), TESTS] },
  { path: server("boot", "tools") },
);
wall(
  "adapters-are-chosen-in-boot",
  "rooms know the store's port; which adapter stands behind it is boot's choice",
  { path: "^sync-server/", pathNot: ["^sync-server/main\\.ts$", server("boot", "tools", "stores"), TESTS] },
  { path: "^sync-server/stores/(?:embedded|couch|memory)/" },
);
wall(
  "store-engines-in-stores-only",
  "nano and PouchDB are spoken to by their adapters only",
  { path: "^sync-server/", pathNot: [server("stores"), TESTS] },
  { path: ADAPTERS },
);
wall(
  "http-is-thin",
  "http reads a request, asks a room, presents the answer: it has no store",
  { path: server("http"), pathNot: TESTS },
  { path: server("stores") },
);
wall(
  "arbiter-never-channels",
  "the arbiter decides and commits; what leaves the desk is a reaction",
  { path: server("arbiter"), pathNot: TESTS },
  { path: server("channels", "reactions", "http", "gateway", "live") },
);
wall(
  "heads-by-the-arbiter-only",
  "only the arbiter writes heads: others have its port, not its insides",
  { path: server("http", "gateway", "live", "reactions", "channels", "api", "webhooks"), pathNot: TESTS },
  { path: server("arbiter"), pathNot: PORTS },
);
wall(
  "reactions-never-connectors",
  "a reaction's effects are data; a connector performs them",
  { path: server("reactions"), pathNot: TESTS },
  { path: `^sync-server/channels/.*connector|${server("http")}` },
);
wall(
  "channels-know-themselves-only",
  "a channel is an adapter: it knows no other channel",
  { path: "^sync-server/channels/([^/]+)/" },
  { path: "^sync-server/channels/[^/]+/", pathNot: "^sync-server/channels/$1/" },
);
wall(
  "channels-never-the-store",
  "a channel hands over what it read",
  { path: server("channels"), pathNot: TESTS },
  { path: server("stores") },
);
wall(
  "live-never-http",
  "boards and presence know no routes",
  { path: server("live", "gateway"), pathNot: TESTS },
  { path: server("http", "channels", "reactions") },
);

wall(
  "api-is-a-door",
  "the public API writes by the one door and tells of what was committed; what stands below it knows nothing of it",
  {
    path: server("gateway", "arbiter", "live", "reactions", "channels", "identity", "stores", "platform", "http"),
    pathNot: TESTS,
  },
  { path: server("api", "webhooks") },
);
wall(
  "api-knows-no-channel",
  "the public API speaks of threads; a channel is somebody else's",
  { path: server("api", "webhooks"), pathNot: TESTS },
  { path: server("channels", "live") },
);
wall(
  "api-before-webhooks",
  "web hooks present as the API does, and the API does not wait for them",
  { path: server("api"), pathNot: TESTS },
  { path: server("webhooks") },
);

// Everywhere.
wall(
  "no-cycles",
  "a knot of imports cannot be taken apart",
  { pathNot: "^e2e/simulation/" },
  { circular: true, viaOnly: { pathNot: "^e2e/simulation/" } },
);
// The parts of one simulated world name its type: erased before anything runs.
wall(
  "no-cycles-in-the-simulation",
  "a knot of imports cannot be taken apart",
  { path: "^e2e/simulation/" },
  { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
);
wall(
  "imports-exist",
  "an import that leads nowhere",
  { path: "^(?:client|sync-server|shared|e2e)/" },
  { couldNotResolve: true, pathNot: "^virtual:" },
);
wall(
  "nothing-of-tests-in-the-product",
  "what runs at a customer's needs no development package",
  { path: "^(?:client|sync-server|shared)/", pathNot: [TESTS, "^shared/testing/"] },
  { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
);
wall(
  "no-test-is-imported",
  "a test is an end, not a beginning",
  { path: "^(?:client|sync-server|shared|e2e)/" },
  { path: "\\.test\\.tsx?$" },
);

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(?:dist|data)/|\\?(?:url|raw|worker)" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "browser", "default", "types"],
      mainFields: ["module", "main", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".d.ts"],
    },
    skipAnalysisNotInRules: true,
    moduleSystems: ["es6", "cjs"],
  },
};
