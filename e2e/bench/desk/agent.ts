import { generateKeyPairSync, sign } from "node:crypto";
import { WebSocket } from "ws";
import type { Item, ItemKind } from "../../../shared/items/registry.ts";
import { type AuthorId, makeDeviceId } from "../../../shared/kernel/ids.ts";
import type { ServerFrame } from "../../../shared/protocol/desk-socket.ts";
import type { DeviceRegistration, SignedIn } from "../../../shared/protocol/identity.ts";
import { PROTOCOL } from "../../../shared/protocol/version.ts";
import { createItemFactory, type FactoryDraft } from "../../../shared/testing/item-factory.ts";
import { seededRandom } from "../../../shared/testing/random.ts";
import type { DeskPlace } from "./open-desk-server.ts";

/** The first admin on one device, signed in. */
export type Agent = {
  readonly id: AuthorId;
  readonly cookie: string;
  readonly call: (method: string, path: string, body?: unknown) => Promise<Response>;
  /** A signed item as his device makes it now. */
  readonly item: <Kind extends ItemKind>(draft: FactoryDraft<Kind>) => Item;
  readonly socket: () => Promise<AgentSocket>;
};

/** His desk's socket, greeted. */
export type AgentSocket = {
  readonly send: (frame: object) => void;
  /** The next frame that fits, with the moment at which it came; asked for before it can come. */
  readonly next: (fits: (text: string) => boolean) => Promise<{ readonly at: number; readonly frame: ServerFrame }>;
  readonly close: () => void;
};

const PATIENCE_MS = 20_000;
const make = createItemFactory(seededRandom(71));

export async function signUpFirst(
  { url, firstUrl }: Pick<DeskPlace, "url" | "firstUrl">,
  person = { name: "Анна Соколова", email: "anna@otklik.example", password: "a long password" },
): Promise<Agent> {
  const device = makeDevice();
  const token = firstUrl?.split("/first/")[1] ?? "";
  const response = await fetch(`${url}/api/first`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ token, ...person, device: device.registration }),
  });
  if (!response.ok) throw new Error(`the first agent could not sign up: ${await response.text()}`);
  const cookie = (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const { me } = (await response.json()) as SignedIn; // the route's answer
  return {
    id: me.id,
    cookie,
    call: (method, path, body) =>
      fetch(`${url}${path}`, {
        method,
        headers: { cookie, origin: url, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    item: (draft) => make({ author: me.id, device: me.device, sign: device.sign }, Date.now(), draft),
    socket: () =>
      openSocket(new WebSocket(`${url.replace("http", "ws")}/live/desk`, { headers: { cookie, origin: url } })),
  };
}

/** A device's key pair as a browser makes it. */
function makeDevice(): { readonly registration: DeviceRegistration; readonly sign: (text: string) => string } {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = pair.publicKey.export({ format: "jwk" });
  const key = { kty: "EC", crv: "P-256", x: String(jwk.x), y: String(jwk.y) } as const;
  return {
    registration: { device: makeDeviceId(Math.random), key },
    sign: (text) =>
      sign("sha256", Buffer.from(text), { key: pair.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url"),
  };
}

type Waiting = { readonly fits: (text: string) => boolean; readonly tell: (at: number, text: string) => void };

async function openSocket(ws: WebSocket): Promise<AgentSocket> {
  const waiting = new Set<Waiting>();
  ws.on("message", (data: Buffer) => {
    const at = performance.now();
    if (waiting.size === 0) return;
    const text = data.toString();
    for (const one of waiting) {
      if (!one.fits(text)) continue;
      waiting.delete(one);
      one.tell(at, text);
    }
  });
  const next: AgentSocket["next"] = (fits) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("a frame did not come")), PATIENCE_MS);
      waiting.add({
        fits,
        tell: (at, text) => {
          clearTimeout(timer);
          resolve({ at, frame: JSON.parse(text) as ServerFrame }); // the desk's own frame
        },
      });
    });
  await new Promise<void>((resolve, reject) => {
    ws.once("open", () => resolve());
    ws.once("error", reject);
  });
  const welcome = next((text) => text.includes('"t":"welcome"'));
  ws.send(JSON.stringify({ t: "hello", version: PROTOCOL.version, ring: null }));
  await welcome;
  return { next, send: (frame) => ws.send(JSON.stringify(frame)), close: () => ws.terminate() };
}
