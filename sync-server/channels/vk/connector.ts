import { timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { sha256Hex } from "../../../shared/kernel/hash.ts";
import type {
  Connector,
  ConnectorParts,
  HookAnswer,
  HookRequest,
  InboundSink,
  SendOutcome,
  TestAnswer,
} from "../port.ts";
import { ChannelError } from "../port.ts";
import { openVkApi, type VkApi } from "./api.ts";
import { fetchFile } from "./fetch-file.ts";
import { hearLongPoll } from "./long-poll.ts";
import { codeOfError, outcomeBeforeSend, outcomeOfError } from "./outcome.ts";
import { parseUpdate } from "./parse.ts";
import * as shape from "./payload.ts";
import { openProfiles } from "./profiles.ts";
import { randomIdOf, renderMessage } from "./render.ts";
import { uploadFile } from "./upload.ts";

const address = v.looseObject({ peer: v.number() });
const outFile = v.custom<Parameters<typeof uploadFile>[1]>((file) => typeof file === "object" && file !== null);
const part = v.looseObject({
  text: v.string(),
  files: v.array(outFile),
  keyboard: v.optional(v.string()),
  replyTo: v.optional(v.string()),
});
const groups = v.union([
  v.array(v.looseObject({ id: v.number(), name: v.string(), screen_name: v.optional(v.string()) })),
  v.pipe(
    v.looseObject({
      groups: v.array(v.looseObject({ id: v.number(), name: v.string(), screen_name: v.optional(v.string()) })),
    }),
    v.transform(({ groups: list }) => list),
  ),
]);

/** What a community tells us of; VK sends nothing else. */
const EVENTS = ["message_new", "message_edit", "message_event", "message_read", "message_typing_state"] as const;

const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

/** A VK community by its token. */
export function openVk({ settings, clock, log }: ConnectorParts): Connector {
  const baseUrl = text(settings["baseUrl"]) || "https://api.vk.com";
  const version = text(settings["version"]) || "5.199";
  const secret = text(settings["secret"]);
  const api = openVkApi({ token: text(settings["token"]), baseUrl, version });
  const profiles = openProfiles(api);
  let group: Promise<number> | undefined;

  /** The community of the token. */
  async function ownGroup(
    signal?: AbortSignal,
  ): Promise<{ id: number; name: string; screen_name?: string | undefined }> {
    const [found] = v.parse(groups, await api.call("groups.getById", {}, signal));
    if (found === undefined) throw new ChannelError("config", "the token is not a community's");
    return found;
  }
  function groupId(): Promise<number> {
    group ??= ownGroup().then(
      ({ id }) => id,
      (error: unknown) => {
        group = undefined;
        throw error;
      },
    );
    return group;
  }

  async function take(updates: readonly unknown[], sink: InboundSink): Promise<void> {
    const whole = await Promise.all(updates.map((update) => uncropped(api, update)));
    const events = whole.flatMap((update) => parseUpdate(update, clock()));
    await sink.take(await profiles.named(events));
    // A callback button spins at the user's until it is answered.
    for (const update of updates) void answerPress(api, update); // VK does not wait for it, and it never rejects
  }

  async function hook(request: HookRequest, sink: InboundSink): Promise<HookAnswer> {
    if (request.method !== "POST") return { status: 405 };
    let body: unknown;
    try {
      body = JSON.parse(new TextDecoder().decode(request.body));
    } catch {
      return { status: 400 };
    }
    const update = v.safeParse(shape.update, body);
    if (!update.success) return { status: 400 };
    const { type, group_id } = update.output;
    if (type === "confirmation") {
      if (group_id !== (await groupId())) return { status: 403 };
      return { status: 200, type: "text/plain", body: await confirmation() };
    }
    if (secret === "" || !isSame(update.output.secret ?? "", secret)) return { status: 403 };
    await take([withoutSecret(update.output)], sink);
    return { status: 200, type: "text/plain", body: "ok" };
  }

  async function confirmation(): Promise<string> {
    const own = text(settings["confirmation"]);
    if (own !== "") return own;
    const answer = await api.call("groups.getCallbackConfirmationCode", { group_id: String(await groupId()) });
    return v.parse(v.looseObject({ code: v.string() }), answer).code;
  }

  const isPolled = settings["mode"] !== "callback";
  return {
    ...(isPolled
      ? {
          receive: (sink: InboundSink, signal: AbortSignal) =>
            hearLongPoll({ api, groupId, take: (updates) => take(updates, sink), sink }, signal),
        }
      : { hook }),
    reread: (raw) => parseUpdate(raw, clock()),
    render: (outgoing) => renderMessage(outgoing),
    send: (what, to, given) => send(api, { what, to }, given),
    fetch: (file, signal) => fetchFile(file, { baseUrl, signal }),
    async typing(to, on) {
      const { peer } = v.parse(address, to);
      // VK shows it for ten seconds and has no way to end it.
      if (on) await api.call("messages.setActivity", { peer_id: String(peer), type: "typing" });
    },
    async test(signal): Promise<TestAnswer> {
      if (!isPolled && secret === "") return { ok: false, code: "config", detail: "secret" };
      try {
        const { id, name, screen_name } = await ownGroup(signal);
        if (isPolled) await api.call("groups.getLongPollServer", { group_id: String(id) }, signal);
        return { ok: true, name, link: `https://vk.me/${screen_name ?? `club${id}`}` };
      } catch (error) {
        return codeOfError(error);
      }
    },
    async install(hookUrl, signal) {
      try {
        const id = String((await ownGroup(signal)).id);
        if (isPolled) await switchOnLongPoll(api, { id, version, signal });
        else if (hookUrl !== undefined) await registerHook(api, { id, version, signal, hookUrl, secret });
      } catch (error) {
        // Without the right "manage" the admin does it by hand, as the guide says.
        log.warn({ code: codeOfError(error).code }, "VK's events were not switched on by us");
      }
    },
    close: () => Promise.resolve(),
  };
}

async function send(
  api: VkApi,
  { what, to }: { readonly what: unknown; readonly to: unknown },
  { key, signal }: { readonly key: string; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const { text: message, files, keyboard, replyTo } = v.parse(part, what);
  const { peer } = v.parse(address, to);
  const attachments: string[] = [];
  try {
    for (const file of files) attachments.push(await uploadFile(api, file, { peer, signal }));
  } catch (error) {
    return outcomeBeforeSend(error);
  }
  try {
    const answer = await api.call(
      "messages.send",
      {
        peer_id: String(peer),
        random_id: String(randomIdOf(sha256Hex(key))),
        message,
        ...(attachments.length === 0 ? {} : { attachment: attachments.join(",") }),
        ...(keyboard === undefined ? {} : { keyboard }),
        ...(replyTo === undefined || !/^\d+$/.test(replyTo) ? {} : { reply_to: replyTo }),
      },
      signal,
    );
    return typeof answer === "number"
      ? { t: "sent", external: String(answer) }
      : { t: "unknown", detail: "answered otherwise than documented" };
  } catch (error) {
    return outcomeOfError(error);
  }
}

/** VK cuts long messages for bots and says so: the whole one is asked for. */
async function uncropped(api: VkApi, update: unknown): Promise<unknown> {
  const found = v.safeParse(v.looseObject({ type: v.literal("message_new"), object: shape.messageNew }), update);
  if (!found.success || found.output.object.message.is_cropped !== true) return update;
  const { message } = found.output.object;
  const answer = await api.call("messages.getById", { message_ids: String(message.id) }).catch((error: unknown) => {
    throw new ChannelError("unreachable", error instanceof Error ? error.message : "failed"); // it comes again, whole
  });
  const items = v.safeParse(v.looseObject({ items: v.array(shape.message) }), answer);
  const whole = items.success ? items.output.items[0] : undefined;
  return whole === undefined ? update : { ...found.output, object: { ...found.output.object, message: whole } };
}

async function answerPress(api: VkApi, update: unknown): Promise<void> {
  const found = v.safeParse(v.looseObject({ type: v.literal("message_event"), object: shape.messageEvent }), update);
  if (!found.success) return;
  const { event_id, user_id, peer_id } = found.output.object;
  const params = { event_id, user_id: String(user_id), peer_id: String(peer_id) };
  const inTime = AbortSignal.timeout(10_000);
  await api.call("messages.sendMessageEventAnswer", params, inTime).catch(() => undefined); // it is too late after a minute: nothing to do
}

async function switchOnLongPoll(
  api: VkApi,
  { id, version, signal }: { id: string; version: string; signal: AbortSignal },
): Promise<void> {
  const events = Object.fromEntries(EVENTS.map((event) => [event, "1"]));
  await api.call("groups.setLongPollSettings", { group_id: id, enabled: "1", api_version: version, ...events }, signal);
}

const servers = v.looseObject({ items: v.array(v.looseObject({ id: v.number(), url: v.string() })) });

async function registerHook(
  api: VkApi,
  ask: { id: string; version: string; signal: AbortSignal; hookUrl: string; secret: string },
): Promise<void> {
  const { id, version, signal, hookUrl, secret } = ask;
  const known = v.parse(servers, await api.call("groups.getCallbackServers", { group_id: id }, signal)).items;
  const own = known.find(({ url }) => url === hookUrl)?.id;
  const named = { group_id: id, url: hookUrl, title: "Otklik", secret_key: secret };
  const server =
    own ??
    v.parse(v.looseObject({ server_id: v.number() }), await api.call("groups.addCallbackServer", named, signal))
      .server_id;
  if (own !== undefined) await api.call("groups.editCallbackServer", { ...named, server_id: String(own) }, signal);
  const events = Object.fromEntries(EVENTS.map((event) => [event, "1"]));
  const params = { group_id: id, server_id: String(server), api_version: version, ...events };
  await api.call("groups.setCallbackSettings", params, signal);
}

function withoutSecret(update: shape.VkUpdate): unknown {
  const { secret: _secret, ...rest } = update;
  return rest;
}

function isSame(given: string, secret: string): boolean {
  const [a, b] = [sha256Hex(given), sha256Hex(secret)].map((hex) => Buffer.from(hex)); // equal lengths, whatever was given
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
