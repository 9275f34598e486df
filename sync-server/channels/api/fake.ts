import { randomUUID } from "node:crypto";
import type { ChannelMessageOut } from "../../../shared/protocol/v1/channel.ts";
import type { ChannelFake, FakeFault, FakeFile, FakeSent } from "../fake.ts";
import { type FakeAnswer, openFakeServer } from "../fake-server.ts";

const SECRET = "a secret of the fake system";
const AGAIN_MS = 200;
const AGAIN_TIMES = 50;

/** Another system on loopback: it posts to our hook with its secret, and takes each answer once by its id. */
export async function openApiFake(): Promise<ChannelFake> {
  let hook = "";
  let isClosed = false;
  const posted: { readonly path: string; readonly body: object }[] = [];
  const acknowledged = new Set<string>();
  const sent: FakeSent[] = [];
  const seen = new Set<string>();
  let armed: { readonly fault: FakeFault; left: number } | undefined;
  const writers = new Map<string, string>();
  const values = new Map<string, string>();
  const kept: FakeFile[] = [];

  const server = await openFakeServer(async ({ path, body }): Promise<FakeAnswer> => {
    const file = /^\/file\/(\d+)$/.exec(path)?.[1];
    if (file !== undefined) {
      const found = kept[Number(file)];
      return found === undefined ? { status: 404 } : { bytes: found.bytes, type: found.type };
    }
    const told = JSON.parse(Buffer.from(body).toString("utf8")) as
      | ChannelMessageOut
      | { readonly type: "ping" | "typing" };
    if (told.type !== "message") return { json: { ok: true } };
    const fault = armed !== undefined && armed.left > 0 ? armed.fault : undefined;
    if (armed !== undefined && fault !== undefined) armed.left -= 1;
    if (fault === "down") return "break";
    if (fault === "auth") return { status: 401 };
    if (fault === "rate") return { status: 429 };
    if (fault === "blocked") return { status: 410 };
    for (const { label, value } of told.buttons) values.set(`${told.id}\n${label}`, value);
    if (!seen.has(told.id)) {
      seen.add(told.id);
      sent.push({
        to: told.user.replace(/^u-/, ""),
        external: told.id,
        text: told.text,
        files: told.files.map(({ name, type, base64 }) => ({
          name,
          type,
          bytes: new Uint8Array(Buffer.from(base64, "base64")),
        })),
        buttons: told.buttons.map(({ label }) => label),
        ...(told.replyTo === null ? {} : { replyTo: told.replyTo }),
      });
    }
    return fault === "lost-answer" ? "break" : { json: { id: told.id } };
  });

  /** The hook's status; 0 where it did not answer. */
  async function post(path: string, body: object): Promise<number> {
    const response = await fetch(`${hook}/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${SECRET}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    }).catch(() => undefined);
    if (response?.status === 200 && "id" in body) acknowledged.add(String(body.id));
    return response?.status ?? 0;
  }
  /** As a system does that was not heard: again, until it is. */
  async function tell(path: string, body: object): Promise<number> {
    posted.push({ path, body });
    const status = await post(path, body);
    if (status === 0 || status >= 500) void again(path, body);
    return status;
  }
  async function again(path: string, body: object): Promise<void> {
    for (let attempt = 0; attempt < AGAIN_TIMES && !isClosed; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      const status = isClosed ? 200 : await post(path, body);
      if (status !== 0 && status < 500) return;
    }
  }
  const userOf = (name: string): { readonly id: string; readonly name: string } => {
    return { id: `u-${name}`, name };
  };
  const writerOf = (message: string): { readonly id: string; readonly name: string } =>
    userOf(writers.get(message) ?? "");

  return {
    settings: { url: `${server.url}/answers`, secret: SECRET, privateNetwork: true },
    hookUrl: (url) => {
      hook = url.replace(/\/$/, "");
    },
    userWrites: async ({ user, text, files = [], replyTo }) => {
      const id = randomUUID();
      writers.set(id, user);
      const status = await tell("messages", {
        id,
        user: userOf(user),
        text,
        at: new Date().toISOString(),
        ...(replyTo === undefined ? {} : { replyTo }),
        ...(files.length === 0
          ? {}
          : {
              files: files.map((file, nth) => {
                const { name, type, bytes } = file;
                if (nth % 2 === 0) return { name, type, base64: Buffer.from(bytes).toString("base64") };
                return { name, type, url: `${server.url}/file/${kept.push(file) - 1}` };
              }),
            }),
      });
      return { external: id, status };
    },
    userEdits: async (of, text) => {
      await tell("edits", { id: randomUUID(), user: writerOf(of), of, text });
    },
    userErases: async (of) => {
      await tell("erasures", { id: randomUUID(), user: writerOf(of), of });
    },
    userPresses: async (external, button) => {
      const message = sent.find((one) => one.external === external);
      const id = randomUUID();
      const value = values.get(`${external}\n${button}`) ?? button;
      await tell("presses", { id, user: userOf(message?.to ?? ""), value, label: button });
    },
    repeatAll: async () => {
      for (const { path, body } of posted.slice()) await post(path, body);
    },
    sendBroken: async () => {
      await post("messages", { id: randomUUID(), user: 12, text: { not: "a text" } });
    },
    sent: () => sent,
    fault: (fault, count) => {
      armed = { fault, left: count };
    },
    isAcknowledged: (external) => acknowledged.has(external),
    receipt: async (external, state) => {
      await tell("receipts", { of: external, state });
    },
    close: async () => {
      isClosed = true;
      await server.close();
    },
  };
}
