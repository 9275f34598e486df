/** One import that a wall must stop: `from` imports `to`; both are written into a tree laid out as the project is. */
export type Planted = {
  readonly wall: string;
  readonly from: string;
  readonly to: string;
  readonly more?: readonly Edge[];
};
/** A further file of a planted violation, for walls that look further than one import. */
export type Edge = { readonly from: string; readonly to: string };

const plant = (wall: string, from: string, to: string, more?: readonly Edge[]): Planted =>
  more ? { wall, from, to, more } : { wall, from, to };

/** A violation of every wall, and of every direction that one wall stands for. */
export const planted: readonly Planted[] = [
  plant("shared-stands-alone", "shared/thread/a1.ts", "client/replica/a1.ts"),
  plant("shared-stands-alone", "shared/thread/a2.ts", "sync-server/arbiter/a2.ts"),
  plant("shared-does-no-io", "shared/thread/a3.ts", "node:fs"),
  plant("shared-knows-no-runtime", "shared/thread/a4.ts", "pouchdb-core"),
  plant("shared-knows-no-runtime", "shared/thread/a5.ts", "solid-js"),
  plant("client-never-server", "client/replica/b1.ts", "sync-server/gateway/b1.ts"),
  plant("server-never-client", "sync-server/gateway/b2.ts", "client/replica/b2.ts"),
  plant("client-never-node", "client/platform/b3.ts", "node:path"),
  plant("journeys-from-outside", "e2e/journeys/b4.ts", "client/platform/b4.ts"),
  plant("journeys-from-outside", "e2e/journeys/b5.ts", "sync-server/platform/b5.ts"),

  plant("kernel-is-the-ground", "shared/kernel/c1.ts", "shared/items/c1.ts"),
  plant("items-and-directory-on-kernel", "shared/items/c2.ts", "shared/policy/c2.ts"),
  plant("items-and-directory-on-kernel", "shared/directory/c3.ts", "shared/thread/c3.ts"),
  plant("policy-channels-protocol-below-threads", "shared/policy/c4.ts", "shared/thread/c4.ts"),
  plant("policy-channels-protocol-below-threads", "shared/protocol/c5.ts", "shared/sla/c5.ts"),
  plant("policy-channels-protocol-below-threads", "shared/channels/c6.ts", "shared/bot/c6.ts"),
  plant("threads-know-ticket-types-only", "shared/thread/g1.ts", "shared/ticket/g1.ts"),
  plant("automerge-behind-one-door", "shared/ticket/g2.ts", "@automerge/automerge"),
  plant("automerge-behind-one-door", "client/tickets/g3.ts", "@automerge/automerge"),
  plant("automerge-behind-one-door", "sync-server/arbiter/g4.ts", "@automerge/automerge"),
  plant("head-is-a-shape", "shared/thread/head.ts", "shared/thread/c7.ts"),
  plant("testing-is-for-tests", "shared/thread/c8.ts", "shared/testing/c8.ts"),
  plant("testing-is-for-tests", "client/replica/c9.ts", "shared/testing/c9.ts"),

  plant("boot-is-the-top", "client/panels/d1.tsx", "client/boot/d1.ts"),
  plant("screens-below-boot-only", "client/signals/d2.ts", "client/screens/inbox/d2.tsx"),
  plant("screens-never-another-screen", "client/screens/inbox/d3.tsx", "client/screens/people/d3.tsx"),
  plant("screens-never-replica", "client/screens/inbox/d4.tsx", "client/replica/d4.ts"),
  plant("screens-never-replica", "client/screens/inbox/d5.tsx", "client/tickets/d5.ts"),
  plant("screens-never-platform", "client/screens/inbox/d6.tsx", "client/platform/d6.ts"),
  plant("panels-never-above", "client/panels/d7.tsx", "client/screens/inbox/d7.tsx"),
  plant("signals-are-the-bridge", "client/panels/d8.tsx", "client/replica/d8.ts"),
  plant("signals-are-the-bridge", "client/panels/d9.tsx", "client/live/d9.ts"),
  plant("signals-know-no-pixels", "client/signals/e1.ts", "client/widgets/e1.tsx"),
  plant("widgets-know-no-desk", "client/widgets/e2.tsx", "client/signals/e2.ts"),
  plant("widgets-know-no-desk", "client/widgets/e3.tsx", "shared/thread/e3.ts"),
  plant("replica-without-a-screen", "client/replica/e4.ts", "solid-js"),
  plant("replica-without-a-screen", "client/replica/e5.ts", "solid-js/store"),
  plant("replica-live-tickets-below-signals", "client/replica/e6.ts", "client/signals/e6.ts"),
  plant("replica-live-tickets-below-signals", "client/tickets/e7.ts", "client/panels/e7.tsx"),
  plant("platform-is-the-client-s-ground", "client/platform/e8.ts", "client/replica/e8.ts"),
  plant("chat-is-its-own-program", "client/chat/f1.tsx", "client/screens/inbox/f1.tsx"),
  plant("chat-is-its-own-program", "client/widget/f2.ts", "client/panels/f2.tsx"),
  plant("chat-carries-no-database", "client/chat/f3.ts", "pouchdb-core"),
  plant("chat-carries-no-database", "client/chat/f4.ts", "yjs"),
  plant("chat-carries-no-database", "client/widget/f5.ts", "@automerge/automerge"),
  plant("chat-carries-no-database", "client/chat/f6.ts", "pouchdb-core", [
    { from: "client/chat/f6.ts", to: "client/replica/f6.ts" },
    { from: "client/replica/f6.ts", to: "pouchdb-core" },
  ]),
  plant("nobody-imports-the-chat", "client/panels/f7.tsx", "client/chat/f7.ts"),
  plant("nobody-imports-the-chat", "client/panels/f71.tsx", "client/portal/f71.ts"),
  plant("chat-without-the-portal", "client/chat/f72.ts", "client/portal/f72.ts"),
  plant("chat-is-its-own-program", "client/portal/f73.tsx", "client/screens/inbox/f73.tsx"),
  plant("chat-carries-no-database", "client/portal/f74.ts", "@automerge/automerge"),
  plant("nobody-imports-the-preview", "client/panels/f9.tsx", "client/preview/f9.tsx"),
  plant("service-worker-draws-nothing", "client/offline/f8.ts", "solid-js"),

  plant("stores-below-every-room", "sync-server/stores/g1.ts", "sync-server/identity/g1.ts"),
  plant("stores-below-every-room", "sync-server/stores/couch/g2.ts", "sync-server/arbiter/g2.ts"),
  plant("identity-and-platform-below-rooms", "sync-server/identity/g3.ts", "sync-server/http/g3.ts"),
  plant("platform-is-the-server-s-ground", "sync-server/platform/g4.ts", "sync-server/stores/g4.ts"),
  plant("server-boot-is-the-top", "sync-server/http/g5.ts", "sync-server/boot/g5.ts"),
  plant("adapters-are-chosen-in-boot", "sync-server/gateway/g6.ts", "sync-server/stores/embedded/g6.ts"),
  plant("adapters-are-chosen-in-boot", "sync-server/identity/g7.ts", "sync-server/stores/memory/g7.ts"),
  plant("store-engines-in-stores-only", "sync-server/gateway/g8.ts", "nano"),
  plant("store-engines-in-stores-only", "sync-server/arbiter/g9.ts", "pouchdb-core"),
  plant("http-is-thin", "sync-server/http/h1.ts", "sync-server/stores/store.ts"),
  plant("arbiter-never-channels", "sync-server/arbiter/h2.ts", "sync-server/channels/mail/h2.ts"),
  plant("heads-by-the-arbiter-only", "sync-server/gateway/h3.ts", "sync-server/arbiter/commit.ts"),
  plant("heads-by-the-arbiter-only", "sync-server/reactions/h4.ts", "sync-server/arbiter/h4.ts"),
  plant("reactions-never-connectors", "sync-server/reactions/h5.ts", "sync-server/channels/mail/connector.ts"),
  plant("channels-know-themselves-only", "sync-server/channels/mail/h6.ts", "sync-server/channels/telegram/h6.ts"),
  plant("channels-never-the-store", "sync-server/channels/mail/h7.ts", "sync-server/stores/store.ts"),
  plant("live-never-http", "sync-server/live/h8.ts", "sync-server/http/h8.ts"),

  plant("no-cycles", "shared/sla/i1.ts", "shared/sla/i2.ts", [{ from: "shared/sla/i2.ts", to: "shared/sla/i1.ts" }]),
  plant("no-cycles-in-the-simulation", "e2e/simulation/i6.ts", "e2e/simulation/i7.ts", [
    { from: "e2e/simulation/i7.ts", to: "e2e/simulation/i6.ts" },
  ]),
  plant("imports-exist", "shared/hours/i3.ts", "shared/hours/gone-away.ts"),
  plant("nothing-of-tests-in-the-product", "sync-server/http/i4.ts", "vitest"),
  plant("no-test-is-imported", "shared/hours/i5.ts", "shared/hours/i5-other.test.ts"),
];

/** Imports that the house allows; a wall that stops one of them stands in the wrong place. */
export const allowed: readonly Edge[] = [
  { from: "client/main.tsx", to: "client/boot/k1.ts" },
  { from: "client/boot/k2.ts", to: "client/screens/inbox/k2.tsx" },
  { from: "client/boot/k3.ts", to: "client/replica/k3.ts" },
  { from: "client/screens/inbox/k4.tsx", to: "client/panels/k4.tsx" },
  { from: "client/screens/inbox/k5.tsx", to: "client/screens/inbox/k5-part.tsx" },
  { from: "client/panels/k6.tsx", to: "client/signals/k6.ts" },
  { from: "client/panels/k7.tsx", to: "client/widgets/k7.tsx" },
  { from: "client/signals/k8.ts", to: "client/replica/k8.ts" },
  { from: "client/signals/k9.ts", to: "solid-js" },
  { from: "client/replica/l1.ts", to: "client/platform/l1.ts" },
  { from: "client/replica/l2.ts", to: "pouchdb-core" },
  { from: "client/chat/l3.tsx", to: "client/widgets/l3.tsx" },
  { from: "client/portal/l31.ts", to: "client/chat/l31.ts" },
  { from: "client/chat/l4.ts", to: "shared/protocol/l4.ts" },
  { from: "client/replica/l5.test.ts", to: "node:fs" },
  { from: "sync-server/main.ts", to: "sync-server/boot/m1.ts" },
  { from: "sync-server/boot/m2.ts", to: "sync-server/stores/embedded/m2.ts" },
  { from: "sync-server/gateway/m3.ts", to: "sync-server/stores/store.ts" },
  { from: "sync-server/gateway/m4.ts", to: "sync-server/arbiter/port.ts" },
  { from: "sync-server/identity/m5.ts", to: "sync-server/stores/store.ts" },
  { from: "sync-server/stores/embedded/m6.ts", to: "pouchdb-core" },
  { from: "sync-server/arbiter/m7.ts", to: "shared/thread/m7.ts" },
  { from: "sync-server/tools/m8.ts", to: "shared/testing/m8.ts" },
  { from: "sync-server/arbiter/m9.test.ts", to: "sync-server/stores/memory/m9.ts" },
  { from: "shared/thread/n1.ts", to: "shared/policy/n1.ts" },
  { from: "shared/protocol/n2.ts", to: "shared/items/n2.ts" },
  { from: "shared/protocol/n3.ts", to: "shared/thread/head.ts" },
  { from: "shared/sla/n4.ts", to: "shared/hours/n4.ts" },
  { from: "shared/testing/n5.ts", to: "shared/reports/n5.ts" },
  { from: "e2e/simulation/n6.ts", to: "sync-server/arbiter/n6.ts" },
];
