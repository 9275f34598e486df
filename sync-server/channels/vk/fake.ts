import { createHash } from "node:crypto";
import type { ChannelFake, FakeFault, FakeFile, FakeSent } from "../fake.ts";
import { type FakeAnswer, type FakeRequest, formOf, openFakeServer } from "../fake-server.ts";

const GROUP = 212345678;
const TOKEN = "vk1.a.fake-community-token";
const SECRET = "aaQ13axAPQEcczQa";
const CONFIRMATION = "b55d6ee2";
/** VK waits for minutes; the fake has less patience. */
const AGAIN_MS = 150;

type Update = { readonly type: string; readonly event_id: string; readonly [name: string]: unknown };
type Told = { readonly update: Update; readonly external: string };
type Draft = { text: string; user: string; peer: number };

/** VK's community API on loopback: `poll` as Bots Long Poll, `callback` as the Callback API. Its ids begin above `from`. */
export async function openVkFake(mode: "poll" | "callback" = "poll", from = 0): Promise<ChannelFake> {
  const names = new Map<number, string>();
  const queue: Told[] = [];
  const acknowledged = new Set<string>();
  const sent: FakeSent[] = [];
  const keys = new Map<string, number>();
  const drafts = new Map<string, Draft>();
  const uploads = new Map<string, FakeFile>();
  const faults: FakeFault[] = [];
  const buttons = new Map<string, readonly Shown[]>();
  let hook: string | undefined;
  let nextId = from + 1_000;
  let key = "key-1";
  let isHeard = false;
  const waiting = new Set<() => void>();
  const unheard = new Set<Told>();

  const peerOf = (user: string): number => {
    const peer = 100_000 + (createHash("sha256").update(user).digest().readUInt32BE() % 900_000_000);
    names.set(peer, user);
    return peer;
  };
  const server = await openFakeServer(handle);
  const again = setInterval(() => void tellAgain(), AGAIN_MS);
  let isTelling = false;

  /** What was not answered as it must is told again, in its order. */
  async function tellAgain(): Promise<void> {
    if (isTelling) return;
    isTelling = true;
    for (const told of unheard) if ((await carry(told).catch(() => undefined)) !== 200) break;
    isTelling = false;
  }

  async function tell(type: string, object: unknown, external: string): Promise<{ external: string; status?: number }> {
    nextId += 1;
    const event_id = createHash("sha256").update(String(nextId)).digest("hex").slice(0, 40);
    const told = { update: { group_id: GROUP, type, event_id, v: "5.199", object }, external };
    queue.push(told);
    const status = await carry(told);
    return status === undefined ? { external } : { external, status };
  }

  /** Long Poll: whoever asks hears it. Callback API: our hook is called; "ok" acknowledges, anything else is told again. */
  async function carry(told: Told): Promise<number | undefined> {
    const { update, external } = told;
    if (mode === "poll") {
      for (const wake of waiting) wake();
      return undefined;
    }
    if (hook === undefined) throw new Error("the fake was not told where the hook is");
    const body = JSON.stringify({ ...update, secret: SECRET });
    try {
      const answer = await fetch(hook, { method: "POST", headers: { "content-type": "application/json" }, body });
      if ((await answer.text()) === "ok") {
        acknowledged.add(external);
        unheard.delete(told);
        return answer.status;
      }
      unheard.add(told);
      return answer.status;
    } catch (error) {
      unheard.add(told); // nobody is there: it is told again
      throw error;
    }
  }

  async function handle(request: FakeRequest): Promise<FakeAnswer> {
    const { path } = request;
    if (path === "/lp") return poll(request);
    if (path === "/upload/photo" || path === "/upload/doc") return upload(request);
    if (path.startsWith("/files/")) {
      const file = uploads.get(path.slice("/files/".length));
      return file === undefined ? { status: 404 } : { bytes: file.bytes, type: file.type };
    }
    if (!path.startsWith("/method/")) return { status: 404 };
    const params = await formOf(request);
    const param = (name: string): string => {
      const value = params.get(name);
      return typeof value === "string" ? value : "";
    };
    if (param("access_token") !== TOKEN) return error(5, "User authorization failed: invalid access_token (4).");
    if (param("v") === "") return error(8, "Invalid request: v (version) is required");
    return call(path.slice("/method/".length), param);
  }

  async function poll({ query }: FakeRequest): Promise<FakeAnswer> {
    if (query.get("key") !== key) return { json: { failed: 2 } };
    isHeard = true;
    const ts = Number(query.get("ts"));
    if (!Number.isInteger(ts) || ts > queue.length) return { json: { ts: queue.length, failed: 1 } };
    for (const told of queue.slice(0, ts)) acknowledged.add(told.external);
    if (ts === queue.length) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(wake, Math.min(Number(query.get("wait")) * 1000, 25_000)).unref();
        waiting.add(wake);
      });
    }
    return { json: { ts: String(queue.length), updates: queue.slice(ts).map(({ update }) => update) } };
  }

  async function upload(request: FakeRequest): Promise<FakeAnswer> {
    const isPhoto = request.path.endsWith("photo");
    const file = (await formOf(request)).get(isPhoto ? "photo" : "file");
    if (!(file instanceof File)) return { json: { error: "no file", error_descr: "no_file" } };
    const id = keep({ name: file.name, type: file.type, bytes: new Uint8Array(await file.arrayBuffer()) });
    return { json: isPhoto ? { server: 1, photo: `[{"id":"${id}"}]`, hash: "h" } : { file: id } };
  }

  function keep(file: FakeFile): string {
    nextId += 1;
    uploads.set(String(nextId), file);
    return String(nextId);
  }

  function call(method: string, param: (name: string) => string): FakeAnswer {
    switch (method) {
      case "groups.getById":
        return ok({ groups: [{ id: GROUP, name: "Отклик", screen_name: "otklik", type: "group" }], profiles: [] });
      case "groups.getLongPollServer":
        // What it remembers begins with the first who listens.
        return ok({ key, server: `${server.url}/lp`, ts: String(isHeard ? queue.length : 0) });
      case "groups.getCallbackConfirmationCode":
        return ok({ code: CONFIRMATION });
      case "groups.getCallbackServers":
        return ok({ count: 0, items: [] });
      case "groups.addCallbackServer":
        return ok({ server_id: 1 });
      case "users.get":
        return ok(
          param("user_ids")
            .split(",")
            .map((id) => ({
              id: Number(id),
              first_name: capital(names.get(Number(id)) ?? "DELETED"),
              last_name: "",
              screen_name: `id${id}`,
            })),
        );
      case "photos.getMessagesUploadServer":
        return ok({ upload_url: `${server.url}/upload/photo`, album_id: -64, group_id: GROUP });
      case "docs.getMessagesUploadServer":
        return ok({ upload_url: `${server.url}/upload/doc` });
      case "photos.saveMessagesPhoto": {
        const id = /\d+/.exec(param("photo"))?.[0] ?? "0";
        return ok([{ id: Number(id), owner_id: -GROUP, album_id: -64, access_key: "ak", sizes: [] }]);
      }
      case "docs.save":
        return ok({
          type: "doc",
          doc: {
            id: Number(param("file")),
            owner_id: -GROUP,
            title: param("title"),
            url: `${server.url}/files/${param("file")}`,
          },
        });
      case "messages.send":
        return send(param);
      default:
        return ok(1);
    }
  }

  function send(param: (name: string) => string): FakeAnswer {
    const fault = faults.shift();
    if (fault === "down") return "break";
    if (fault === "rate") return error(6, "Too many requests per second");
    if (fault === "blocked") return error(901, "Can't send messages for users without permission");
    if (fault === "auth") return error(5, "User authorization failed: access_token was revoked");
    const message = param("message");
    if (message.length > 4096) return error(914, "Message is too long");
    const attachment = param("attachment");
    if (message === "" && attachment === "")
      return error(100, "One of the parameters specified was missing or invalid: message is empty or invalid");
    const once = `${param("peer_id")}:${param("random_id")}`;
    const before = keys.get(once);
    if (before !== undefined) return fault === "lost-answer" ? "break" : ok(before);
    nextId += 1;
    keys.set(once, nextId);
    const replyTo = param("reply_to");
    const shown = buttonsOf(param("keyboard"));
    buttons.set(String(nextId), shown);
    sent.push({
      to: names.get(Number(param("peer_id"))) ?? param("peer_id"),
      external: String(nextId),
      text: message,
      files: attachment.split(",").flatMap((name) => uploads.get(/_(\d+)/.exec(name)?.[1] ?? "") ?? []),
      buttons: shown.map(({ label }) => label),
      ...(replyTo === "" ? {} : { replyTo }),
    });
    return fault === "lost-answer" ? "break" : ok(nextId);
  }

  const messageOf = (external: string, draft: Draft, more: object = {}): object => ({
    id: Number(external),
    conversation_message_id: Number(external),
    date: Math.floor(Date.now() / 1000),
    peer_id: draft.peer,
    from_id: draft.peer,
    out: 0,
    version: 10003,
    important: false,
    is_hidden: false,
    fwd_messages: [],
    attachments: [],
    text: draft.text,
    ...more,
  });

  const attachmentOf = (file: FakeFile): object => {
    const id = keep(file);
    const url = `${server.url}/files/${id}`;
    if (file.type === "image/jpeg") {
      return {
        type: "photo",
        photo: { id: Number(id), owner_id: 1, access_key: "k", sizes: [{ type: "x", url, width: 604, height: 403 }] },
      };
    }
    const ext = file.name.split(".").at(-1) ?? "";
    return {
      type: "doc",
      doc: { id: Number(id), owner_id: 1, title: file.name, size: file.bytes.byteLength, ext, url },
    };
  };

  return {
    settings: { token: TOKEN, mode, secret: SECRET, confirmation: CONFIRMATION, baseUrl: server.url, version: "5.199" },
    hookUrl: (url) => {
      hook = url;
    },
    async userWrites({ user, text, files, replyTo }) {
      nextId += 1;
      const external = String(nextId);
      const draft = { text, user, peer: peerOf(user) };
      drafts.set(external, draft);
      const reply = replyTo === undefined ? {} : { reply_message: { id: Number(replyTo), from_id: -GROUP, text: "" } };
      const message = messageOf(external, draft, { attachments: (files ?? []).map(attachmentOf), ...reply });
      return tell(
        "message_new",
        {
          message,
          client_info: { button_actions: ["text", "callback"], keyboard: true, inline_keyboard: true, lang_id: 0 },
        },
        external,
      );
    },
    async userEdits(of, text) {
      const draft = drafts.get(of);
      if (draft === undefined) throw new Error("no such message");
      draft.text = text;
      await tell(
        "message_edit",
        messageOf(of, draft, { update_time: Math.floor(Date.now() / 1000) + 1 }),
        `edit-${of}`,
      );
    },
    async userPresses(external, button) {
      const one = sent.find((row) => row.external === external);
      if (one === undefined) throw new Error("no such message");
      const peer = peerOf(one.to);
      const payload = buttons.get(external)?.find(({ label }) => label === button)?.payload;
      nextId += 1;
      await tell(
        "message_event",
        { user_id: peer, peer_id: peer, event_id: `e${nextId}`, payload, conversation_message_id: Number(external) },
        `press-${nextId}`,
      );
    },
    async repeatAll() {
      for (const told of queue.slice()) {
        if (mode === "poll") queue.push(told);
        await carry(told);
      }
    },
    async sendBroken() {
      await tell("message_new", { message: { id: "what is this" } }, "broken");
    },
    sent: () => sent,
    fault(fault, count) {
      for (let i = 0; i < count; i += 1) faults.push(fault);
    },
    isAcknowledged: (external) => acknowledged.has(external),
    // VK tells of reading only: what is read has been delivered, and nothing is told before.
    async receipt(external) {
      const peer = peerOf(sent.find((row) => row.external === external)?.to ?? "");
      await tell(
        "message_read",
        { from_id: peer, peer_id: peer, read_message_id: Number(external), conversation_message_id: 1 },
        `read-${external}`,
      );
    },
    async close() {
      clearInterval(again);
      key = "closed";
      for (const wake of waiting) wake();
      await server.close();
    },
  };
}

const ok = (response: unknown): FakeAnswer => ({ json: { response } });
const error = (error_code: number, error_msg: string): FakeAnswer => ({
  json: { error: { error_code, error_msg, request_params: [] } },
});
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

type Shown = { readonly label: string; readonly payload: unknown };

function buttonsOf(keyboard: string): readonly Shown[] {
  if (keyboard === "") return [];
  const { buttons } = JSON.parse(keyboard) as { buttons: { action: { label: string; payload: string } }[][] }; // our own
  return buttons.flat().map(({ action }) => ({ label: action.label, payload: JSON.parse(action.payload) as unknown }));
}
