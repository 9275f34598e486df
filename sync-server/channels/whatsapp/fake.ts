import { createHash, createHmac } from "node:crypto";
import type { ChannelFake, FakeFault, FakeFile, FakeSent } from "../fake.ts";
import { type FakeAnswer, type FakeRequest, formOf, openFakeServer } from "../fake-server.ts";

const TOKEN = "EAAfake-system-user-token";
const APP_SECRET = "0123456789abcdef0123456789abcdef";
const VERIFY_TOKEN = "otklik-verify";
const PHONE = "106540352242922";
const ACCOUNT = "102290129340398";
/** Meta waits for seconds, then for longer; the fake has less patience. */
const AGAIN_MS = 150;

type Told = { readonly body: string; readonly external: string };
/** What our side posts to `messages`, as Meta's reference has it. */
type Posted = {
  readonly status?: string;
  readonly to: string;
  readonly type: string;
  readonly context?: { readonly message_id: string };
  readonly text?: { readonly body: string };
  readonly template?: { readonly name: string };
  readonly interactive?: {
    readonly body: { readonly text: string };
    readonly action: {
      readonly buttons?: readonly { readonly reply: { readonly id: string; readonly title: string } }[];
      readonly sections?: readonly { readonly rows: readonly { readonly id: string; readonly title: string }[] }[];
    };
  };
  readonly [name: string]: unknown;
};

/** The Cloud API on loopback: one number; messages and statuses by a signed web hook, told again until it hears 200. */
export async function openWhatsappFake(from = 0): Promise<ChannelFake> {
  const users = new Map<string, string>();
  const told: Told[] = [];
  const unheard = new Set<Told>();
  const acknowledged = new Set<string>();
  const sent: FakeSent[] = [];
  const media = new Map<string, FakeFile>();
  const buttons = new Map<string, { readonly id: string; readonly title: string; readonly isList: boolean }[]>();
  const faults: FakeFault[] = [];
  let hook: string | undefined;
  let nextId = from + 1;

  const waIdOf = (user: string): string => {
    const id = `7999${String(createHash("sha256").update(user).digest().readUInt32BE() % 10_000_000).padStart(7, "0")}`;
    users.set(id, user);
    return id;
  };
  const wamid = (): string => {
    nextId += 1;
    return `wamid.${Buffer.from(`fake-message-${nextId}`).toString("base64")}`;
  };
  const server = await openFakeServer(handle);
  const again = setInterval(() => void tellAgain(), AGAIN_MS);
  let isTelling = false;

  /** What was not answered by 200 is told again, in its order. */
  async function tellAgain(): Promise<void> {
    if (isTelling) return;
    isTelling = true;
    for (const one of unheard) if ((await carry(one).catch(() => undefined)) !== 200) break;
    isTelling = false;
  }

  async function tell(value: object, external: string): Promise<{ external: string; status?: number }> {
    const metadata = { display_phone_number: "15550783881", phone_number_id: PHONE };
    const change = { field: "messages", value: { messaging_product: "whatsapp", metadata, ...value } };
    const body = JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: ACCOUNT, changes: [change] }] });
    const one = { body, external };
    told.push(one);
    return { external, status: await carry(one) };
  }

  async function carry(one: Told): Promise<number> {
    const { body, external } = one;
    if (hook === undefined) throw new Error("the fake was not told where the hook is");
    const signature = createHmac("sha256", APP_SECRET).update(body).digest("hex");
    const headers = { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
    try {
      const answer = await fetch(hook, { method: "POST", headers, body });
      await answer.arrayBuffer();
      if (answer.status === 200) {
        acknowledged.add(external);
        unheard.delete(one);
      } else unheard.add(one);
      return answer.status;
    } catch (error) {
      unheard.add(one); // nobody is there: it is told again
      throw error;
    }
  }

  async function userSays(
    user: string,
    message: { readonly id: string; readonly [name: string]: unknown },
  ): Promise<{ external: string; status?: number }> {
    const wa_id = waIdOf(user);
    const name = user.charAt(0).toUpperCase() + user.slice(1);
    const timestamp = String(Math.floor(Date.now() / 1000));
    return tell(
      { contacts: [{ profile: { name }, wa_id }], messages: [{ from: wa_id, timestamp, ...message }] },
      message.id,
    );
  }

  async function handle(request: FakeRequest): Promise<FakeAnswer> {
    const [, version = "", ...rest] = request.path.split("/");
    const path = rest.join("/");
    if (request.headers.get("authorization") !== `Bearer ${TOKEN}`)
      return refused(190, "Error validating access token");
    if (version === "download") {
      const file = media.get(path);
      return file === undefined ? { status: 404 } : { bytes: file.bytes, type: file.type };
    }
    if (path === PHONE) {
      return { json: { display_phone_number: "+1 555-078-3881", verified_name: "Otklik", id: PHONE } };
    }
    if (path === `${PHONE}/media`) return upload(request);
    if (path === `${PHONE}/messages`) return post(JSON.parse(new TextDecoder().decode(request.body)) as Posted); // our own side's
    const file = media.get(path);
    if (file === undefined) return refused(100, "Unsupported get request. Object does not exist");
    const sha256 = createHash("sha256").update(file.bytes).digest("hex");
    const facts = {
      mime_type: file.type,
      sha256,
      file_size: file.bytes.byteLength,
      id: path,
      messaging_product: "whatsapp",
    };
    return { json: { ...facts, url: `${server.url}/download/${path}` } };
  }

  async function upload(request: FakeRequest): Promise<FakeAnswer> {
    const form = await formOf(request);
    const file = form.get("file");
    if (form.get("messaging_product") !== "whatsapp" || !(file instanceof File))
      return refused(100, "Invalid parameter");
    return {
      json: { id: keep({ name: file.name, type: file.type, bytes: new Uint8Array(await file.arrayBuffer()) }) },
    };
  }

  function keep(file: FakeFile): string {
    nextId += 1;
    media.set(String(900_000 + nextId), file);
    return String(900_000 + nextId);
  }

  function post(what: Posted): FakeAnswer {
    if (what.status === "read") return { json: { success: true } };
    const fault = faults.shift();
    if (fault === "down") return "break";
    if (fault === "rate") return refused(130_429, "Rate limit hit");
    if (fault === "blocked") return refused(131_050, "User has stopped marketing messages");
    if (fault === "auth") return refused(190, "Error validating access token: Session has expired");
    if ((what.text?.body.length ?? 0) > 4096)
      return refused(100, "Param text['body'] must be at most 4096 characters long.");
    const external = wamid();
    const shown = shownButtons(what.interactive);
    buttons.set(external, shown);
    sent.push({
      to: users.get(what.to) ?? what.to,
      external,
      text: what.text?.body ?? what.interactive?.body.text ?? what.template?.name ?? captionOf(what),
      files: [media.get(mediaOf(what)?.id ?? "")]
        .filter((file) => file !== undefined)
        .map((file) => ({ ...file, name: mediaOf(what)?.filename ?? file.name })),
      buttons: shown.map(({ title }) => title),
      ...(what.context === undefined ? {} : { replyTo: what.context.message_id }),
    });
    if (fault === "lost-answer") return "break";
    return {
      json: {
        messaging_product: "whatsapp",
        contacts: [{ input: what.to, wa_id: what.to }],
        messages: [{ id: external }],
      },
    };
  }

  return {
    settings: {
      token: TOKEN,
      phones: [PHONE],
      appSecret: APP_SECRET,
      verifyToken: VERIFY_TOKEN,
      version: "v23.0",
      baseUrl: server.url,
    },
    hookUrl: (url) => {
      hook = url;
    },
    async userWrites({ user, text, files, replyTo }) {
      const context = replyTo === undefined ? {} : { context: { from: "15550783881", id: replyTo } };
      const [file, ...more] = files ?? [];
      if (file === undefined) return userSays(user, { id: wamid(), type: "text", text: { body: text }, ...context });
      const message = (one: FakeFile, caption: string) => {
        const kind = one.type.startsWith("image/") ? "image" : "document";
        const named = kind === "document" ? { filename: one.name } : {};
        const words = caption === "" ? {} : { caption };
        return {
          id: wamid(),
          type: kind,
          [kind]: { id: keep(one), mime_type: one.type, sha256: "x", ...named, ...words },
          ...context,
        };
      };
      const first = await userSays(user, message(file, text));
      for (const one of more) await userSays(user, message(one, "")); // WhatsApp has one file a message
      return first;
    },
    async userPresses(external, button) {
      const row = buttons.get(external)?.find(({ title }) => title === button);
      const to = sent.find((one) => one.external === external)?.to;
      if (row === undefined || to === undefined) throw new Error("no such button");
      const reply = { id: row.id, title: row.title };
      const interactive = row.isList
        ? { type: "list_reply", list_reply: reply }
        : { type: "button_reply", button_reply: reply };
      await userSays(to, { id: wamid(), type: "interactive", context: { id: external }, interactive });
    },
    async repeatAll() {
      for (const one of told.slice()) await carry(one);
    },
    async sendBroken() {
      await tell({ messages: [{ from: 7, what: "is this" }] }, "broken");
    },
    sent: () => sent,
    fault(fault, count) {
      for (let i = 0; i < count; i += 1) faults.push(fault);
    },
    isAcknowledged: (external) => acknowledged.has(external),
    async receipt(external, state) {
      const timestamp = String(Math.floor(Date.now() / 1000));
      await tell(
        { statuses: [{ id: external, status: state, timestamp, recipient_id: "79990000000" }] },
        `${state}-${external}`,
      );
    },
    close: () => {
      clearInterval(again);
      return server.close();
    },
  };
}

const refused = (code: number, message: string): FakeAnswer => ({
  json: {
    error: {
      message: `(#${code}) ${message}`,
      type: "OAuthException",
      code,
      error_data: { messaging_product: "whatsapp", details: message },
      fbtrace_id: "A",
    },
  },
});

type Media = { readonly id: string; readonly caption?: string; readonly filename?: string };
const mediaOf = (what: Posted): Media | undefined => what[what.type] as Media | undefined; // read of kinds with files only
const captionOf = (what: Posted): string => mediaOf(what)?.caption ?? "";

function shownButtons(interactive: Posted["interactive"]): { id: string; title: string; isList: boolean }[] {
  const replies = interactive?.action.buttons?.map(({ reply }) => ({ ...reply, isList: false })) ?? [];
  const rows = interactive?.action.sections?.flatMap((section) => section.rows) ?? [];
  return [...replies, ...rows.map(({ id, title }) => ({ id, title, isList: true }))];
}
