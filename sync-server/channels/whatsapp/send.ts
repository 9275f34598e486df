import * as v from "valibot";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { OutFile, OutPart, SendOutcome } from "../port.ts";
import { type GraphApi, GraphError, GraphUnreachable } from "./api.ts";
import { outcomeOfCode } from "./codes.ts";
import * as shape from "./payload.ts";
import { mediaKind } from "./render.ts";

const outFile = v.custom<OutFile>((file) => typeof file === "object" && file !== null);
const waPart = v.looseObject({
  body: v.looseObject({ type: v.string() }),
  file: v.optional(outFile),
  replyTo: v.optional(v.string()),
});
const sent = v.looseObject({ messages: v.pipe(v.array(v.looseObject({ id: v.string() })), v.minLength(1)) });
const uploaded = v.looseObject({ id: v.string() });

/** Meta's limits by kind; more is refused after it was all put up, so that it is not begun. */
const MOST_BYTES = { image: 5, video: 16, audio: 16, document: 100 } as const;

/** One message; a file of it is put up first. Meta deduplicates nothing: what may have arrived is unknown. */
export async function sendPart(
  api: GraphApi,
  { part, to }: { readonly part: OutPart; readonly to: Json },
  signal: AbortSignal,
): Promise<SendOutcome> {
  const { body, file, replyTo } = v.parse(waPart, part);
  const { to: user, phone } = v.parse(shape.address, to);
  let filled: object = body;
  if (file !== undefined) {
    const kind = mediaKind(file);
    if (file.size > MOST_BYTES[kind] * 1024 * 1024) {
      return { t: "failed", code: "too-large", detail: `${kind}: ${MOST_BYTES[kind]} MB` };
    }
    try {
      const id = await upload(api, { file, phone }, signal);
      filled = { ...body, [kind]: { ...(body[kind] as object), id } }; // `render` made it
    } catch (error) {
      const outcome = outcomeOf(error);
      // Nothing has left yet, whatever became of the file.
      return outcome.t === "unknown" ? { ...outcome, t: "later", scope: "channel" } : outcome;
    }
  }
  const context = replyTo === undefined ? {} : { context: { message_id: replyTo } };
  const json = { messaging_product: "whatsapp", recipient_type: "individual", to: user, ...context, ...filled };
  try {
    const answer = v.safeParse(sent, await api.call(`${phone}/messages`, { json, signal }));
    const external = answer.success ? answer.output.messages[0]?.id : undefined;
    return external === undefined
      ? { t: "unknown", detail: "answered otherwise than documented" }
      : { t: "sent", external };
  } catch (error) {
    return outcomeOf(error);
  }
}

async function upload(
  api: GraphApi,
  { file, phone }: { file: OutFile; phone: string },
  signal: AbortSignal,
): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of await file.open()) chunks.push(new Uint8Array(chunk));
  const form = new FormData();
  form.append("messaging_product", "whatsapp");
  form.append("type", file.type);
  form.append("file", new Blob(chunks, { type: file.type }), file.name);
  return v.parse(uploaded, await api.call(`${phone}/media`, { form, signal })).id;
}

function outcomeOf(error: unknown): SendOutcome {
  if (error instanceof GraphUnreachable) {
    const { isSent, message } = error;
    return isSent ? { t: "unknown", detail: message } : { t: "later", scope: "channel", detail: message };
  }
  if (!(error instanceof GraphError)) return { t: "unknown", detail: error instanceof Error ? error.name : "failed" };
  const { code, httpStatus, message } = error;
  if (code === -1) {
    if (httpStatus >= 500) return { t: "unknown", detail: message };
    if (httpStatus === 429) return { t: "later", scope: "channel", detail: message };
  }
  return outcomeOfCode(code, `${code}: ${message}`.slice(0, 300));
}
