import { createHmac } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { Item } from "../../shared/items/registry.ts";
import type { RefusalCode } from "../../shared/items/stamp.ts";
import type { AuthorId, DeviceId } from "../../shared/kernel/ids.ts";
import { derivedDigits, userIdOfSecret } from "../../shared/kernel/ids.ts";
import { createItemFactory, type FactoryDraft } from "../../shared/testing/item-factory.ts";
import { seededRandom } from "../../shared/testing/random.ts";
import { createArbiter } from "../arbiter/create-arbiter.ts";
import { makeTicketContents } from "../arbiter/ticket-contents.ts";
import type { Who } from "../identity/port.ts";
import { startAutomerge } from "../platform/automerge.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import type { Store } from "../stores/store.ts";
import { openTestGateway, TestIdentity, type TestPerson } from "./contract-desk.ts";
import { Scribe } from "./contract-scribe.ts";

/** A user's chat: no key, a device of its own. */
export type TestUser = { readonly who: Who; readonly author: AuthorId; readonly device: DeviceId };

const key = "a test's stamp key";
export const signStamp = (text: string): string => createHmac("sha256", key).update(text).digest("base64url");

/** A desk with `build`'s threads, the real arbiter, and `/db` and `/api` on a port. Whoever opened it closes it. */
export async function openServedDesk(
  build: (scribe: Scribe) => Promise<void> = async () => {},
  store: Store = openMemoryStore(),
) {
  const database = await store.open("desk");
  const serverDatabase = await store.open("desk-server");
  const scribe = new Scribe(database);
  await build(scribe);
  await scribe.storeItems();
  const delivered: Item[] = [];
  const refused: RefusalCode[] = [];
  const clock = { now: Date.now };
  const arbiter = createArbiter({
    database,
    clock: () => clock.now(),
    random: Math.random,
    signStamp,
    settings: { collectMs: 0 },
    contents: makeTicketContents(startAutomerge),
    deliver: ({ item }) => Promise.resolve(void delivered.push(item)),
  });
  await arbiter.start();
  const identity = new TestIdentity();
  const gateway = await openTestGateway({
    database,
    serverDatabase,
    arbiter,
    identity,
    more: {
      clock: () => clock.now(),
      verifyStamp: (text, signature) => signStamp(text) === signature,
      giveBack: (items) => arbiter.giveBack(items),
      onRefused: (code) => void refused.push(code),
    },
  });
  const app = new Hono().route("/db", gateway.db).route("/api", gateway.api);
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await new Promise<void>((resolve) => void server.once("listening", () => resolve()));
  const { port } = server.address() as AddressInfo;
  const make = createItemFactory(seededRandom(7));
  return {
    url: `http://127.0.0.1:${port}`,
    database,
    gateway,
    arbiter,
    identity,
    delivered,
    refused,
    clock,
    /** An item of an agent's device, signed. */
    write: <Kind extends Item["kind"]>({ who, device, sign }: TestPerson, draft: FactoryDraft<Kind>): Item =>
      make({ author: who.actor.id, device, sign }, clock.now(), draft),
    /** An item of a user's chat. */
    say: <Kind extends Item["kind"]>({ author, device }: TestUser, draft: FactoryDraft<Kind>): Item =>
      make({ author, device }, clock.now(), draft),
    async close(): Promise<void> {
      await new Promise((resolve) => server.close(resolve));
      await gateway.close();
      await arbiter.close();
      await store.close();
    },
  };
}
export type ServedDesk = Awaited<ReturnType<typeof openServedDesk>>;

export function testUser(name: string): TestUser {
  const author = userIdOfSecret(name);
  const device = derivedDigits(`phone of ${name}`, 10) as DeviceId; // digits of a device's length
  return { author, device, who: { actor: { kind: "user", id: author }, device, session: "chat" } };
}
