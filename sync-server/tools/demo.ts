import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import * as v from "valibot";
import { filesOf } from "../../shared/items/files-of.ts";
import type { Item } from "../../shared/items/registry.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type DeviceId, type Random, randomDigits, SYSTEM } from "../../shared/kernel/ids.ts";
import { ms } from "../../shared/kernel/schema.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { devicePublicKey } from "../../shared/protocol/identity.ts";
import { type ExampleAgent, makeCompany } from "../../shared/testing/company.ts";
import { type Ending, type PlanStep, planDialogs } from "../../shared/testing/dialogs.ts";
import { createItemFactory } from "../../shared/testing/item-factory.ts";
import { seededRandom } from "../../shared/testing/random.ts";
import { planTickets } from "../../shared/testing/tickets.ts";
import { FIRST_TEAM } from "../boot/first-desk.ts";
import { type OpenIdentity, openIdentity } from "../identity/open-identity.ts";
import { hashPassword } from "../identity/passwords.ts";
import type { Blobs } from "../stores/blobs.ts";
import { setUpDatabases } from "../stores/setup.ts";
import type { Store, StoreDatabase } from "../stores/store.ts";
import { drawPictures } from "./demo-pictures.ts";
import { openDemoPlayer } from "./demo-player.ts";

/** Who may sign in to a demo. */
export type DemoPeople = { readonly emails: readonly string[]; readonly password: string };

type Parts = { readonly store: Store; readonly files: Blobs; readonly now: Ms; readonly random: Random };

const SEED = 20_250_614;
const MARKER = "demo";
const markerSchema = v.object({ password: v.string(), now: ms, isFilled: v.boolean() });

/** How the sixty dialogs stand: half of them over, half of a morning's work. */
const ENDINGS: readonly Ending[] = [
  ...repeat(7, "waiting"),
  ...repeat(3, "missed"),
  ...repeat(11, "in-work"),
  ...repeat(4, "conflict"),
  ...repeat(4, "answered"),
  ...repeat(3, "snoozed"),
  ...repeat(13, "closed"),
  ...repeat(15, "rated"),
];

/**
 * Fills an empty desk with a company that has been at work for a month: people with rooms and laptops, three teams, five
 * agents, sixty dialogs with files, among them claims that were lost and replies that are held; two ticket types of its
 * own and eighteen tickets, among them a technician's jobs of today. Before anybody is served: it writes to the store by an arbiter of its own. Once: a later start finds it done; a desk that is in use stays as it is.
 */
export async function fillDemo({ store, files, now, random }: Parts): Promise<DemoPeople | "in use"> {
  const databases = await setUpDatabases(store);
  const { desk: database, server } = databases;
  const kept = v.safeParse(markerSchema, await server.get(MARKER));
  if (!kept.success && (await isInUse(database))) return "in use";
  const marker = kept.success ? kept.output : { password: `otklik-${randomDigits(random, 6)}`, now, isFilled: false };
  const people = (emails: readonly string[]): DemoPeople => ({ emails, password: marker.password });

  const identity = await openIdentity({ database: server, clock: () => now, random, firstTeams: [FIRST_TEAM] });
  const seeded = seededRandom(SEED);
  const make = createItemFactory(seeded);
  const keys = new Map<DeviceId, KeyObject>();
  const company = makeCompany({
    random: seeded,
    now: marker.now,
    make,
    sha: (text) => createHash("sha256").update(text).digest("hex"),
    bytes: (text) => Buffer.byteLength(text),
    signFor: (device) => signer(device as DeviceId, keys),
    teamIds: { it: FIRST_TEAM },
  });
  const emails = company.agents.map(({ email }) => email);
  if (marker.isFilled) return people(emails);

  await keepMarker(server, marker);
  await makeAccounts(identity, { agents: company.agents, keys, password: marker.password, now: marker.now });
  const pictures = await drawPictures();
  for (const { ref, text } of company.files) await keepFile(files, ref.sha, Buffer.from(text));
  for (const { ref, bytes } of pictures.values()) await keepFile(files, ref.sha, bytes);

  const player = await openDemoPlayer({ database, now: marker.now, random, signStamp: identity.stampKey.sign });
  await player.write(company.items);
  const refs = Object.fromEntries([...pictures].map(([picture, { ref }]) => [picture, ref]));
  const tools = { random: seeded, now: marker.now, make, pictures: refs };
  const plans = [
    ...planDialogs(company, { ...tools, count: ENDINGS.length, endings: ENDINGS }),
    ...planTickets(company, tools),
  ];
  // What a crash left half played stays as it is: its items are decided.
  const begun = await Promise.all(plans.map(({ thread }) => database.get(thread)));
  await player.play(
    plans.filter((_, index) => begun[index] === undefined),
    actorOf,
  );
  await player.close();
  await handOutFiles(database, files);
  await keepMarker(server, { ...marker, isFilled: true });
  return people(emails);
}

function actorOf({ by }: PlanStep): Actor {
  if ("role" in by) return { kind: "agent", id: by.author, role: by.role, teams: by.teams };
  return by.author === SYSTEM ? { kind: "system", id: by.author } : { kind: "user", id: by.author };
}

/** A device's signature, with a key that is made here and whose public half is registered. */
function signer(device: DeviceId, keys: Map<DeviceId, KeyObject>): (text: string) => string {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  keys.set(device, publicKey);
  return (text) =>
    sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url");
}

type Hired = {
  readonly agents: readonly ExampleAgent[];
  readonly keys: ReadonlyMap<DeviceId, KeyObject>;
  readonly password: string;
  readonly now: Ms;
};

async function makeAccounts(identity: OpenIdentity, { agents, keys, password, now }: Hired): Promise<void> {
  const passwordHash = await hashPassword(password);
  for (const { thread, author, device, name, email, role, teams } of agents) {
    await identity.accounts.create({ agent: thread, name, email, passwordHash, role, teams }, now);
    const key = keys.get(device)?.export({ format: "jwk" });
    await identity.sessions.registerDevice(author, { device, key: v.parse(devicePublicKey, key) }, now);
  }
}

async function keepFile(files: Blobs, sha: string, bytes: Uint8Array): Promise<void> {
  const begun = await files.begin(sha, bytes.byteLength, SYSTEM);
  if (begun.ok && begun.complete) return;
  if (begun.ok) await files.append(sha, { by: SYSTEM, offset: begun.received, bytes: bytes.subarray(begun.received) });
  const done = await files.complete(sha, SYSTEM);
  if (!done.ok) throw new Error(`a file of the demo could not be kept: ${done.error}`);
}

/** As if everybody had brought the files that he names. */
async function handOutFiles(database: StoreDatabase, files: Blobs): Promise<void> {
  const docs = (await database.range({ start: "", end: "\uffff" })) as readonly unknown[] as readonly Item[]; // heads name no files
  for (const item of docs) {
    for (const { sha } of filesOf(item)) {
      await files.admit(sha, item.author);
      await files.addPlace(sha, item._id);
    }
  }
}

/** Whether somebody has written to this desk already. */
async function isInUse(database: StoreDatabase): Promise<boolean> {
  const found = await database.range({ start: "dialog.", end: "dialog.~", limit: 1, keysOnly: true });
  return found.length > 0;
}

async function keepMarker(server: StoreDatabase, marker: v.InferOutput<typeof markerSchema>): Promise<void> {
  const before = await server.get(MARKER);
  const row = await server.put({ _id: MARKER, ...(before === undefined ? {} : { _rev: before._rev }), ...marker });
  if (!row.ok) throw new Error(`the demo's marker could not be kept: ${row.error}`);
}

function repeat(count: number, ending: Ending): readonly Ending[] {
  return Array.from({ length: count }, () => ending);
}
