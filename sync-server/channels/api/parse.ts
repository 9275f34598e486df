import * as v from "valibot";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import { CHANNEL_CALLS, type ChannelCall, type channelUser } from "../../../shared/protocol/v1/channel.ts";
import type { InboundEvent, InboundUser, RemoteFile, SetAside } from "../port.ts";

export type ParseContext = {
  /** Keeps users of one system apart from those of another. */
  readonly space: string;
  readonly now: Ms;
  /** Whether the signature says that these are his. */
  readonly isSigned: (words: string, signature: string) => boolean;
};

/** One call as it came, also as it is set aside. */
export type ApiCall = { readonly kind: string; readonly body: Json };

type User = v.InferOutput<typeof channelUser>;

/** The event that a call brings, or why it brings none; `field` says where it does not fit. Pure. */
export function parseCall(
  call: ApiCall,
  context: ParseContext,
): InboundEvent | (SetAside & { readonly field?: string }) {
  const aside = (reason: string, field?: string): SetAside & { readonly field?: string } => ({
    t: "aside",
    reason,
    raw: call,
    ...(field === undefined ? {} : { field, detail: field }),
  });
  if (!isKind(call.kind)) return aside("unknown-kind");
  const read = v.safeParse(CHANNEL_CALLS[call.kind], call.body, { abortEarly: true });
  if (!read.success) return aside("broken", v.getDotPath(read.issues[0]) ?? "body");
  const at = atOf(call.body, context.now);
  switch (call.kind) {
    case "receipts": {
      const { of, state, upTo } = v.parse(CHANNEL_CALLS.receipts, call.body);
      return { t: "receipt", of, state, at, upTo: upTo ?? false };
    }
    case "typing": {
      const { user, on } = v.parse(CHANNEL_CALLS.typing, call.body);
      return { t: "typing", user: userId(user, context), on };
    }
    case "messages": {
      const { id, user, text, files = [], replyTo } = v.parse(CHANNEL_CALLS.messages, call.body);
      if (text.trim() === "" && files.length === 0) return aside("broken", "text");
      const bare = files.findIndex((file) => (file.url === undefined) === (file.base64 === undefined));
      if (bare >= 0) return aside("broken", `files.${bare}`);
      return {
        t: "message",
        ...common({ id, user, at }, context),
        external: id,
        text,
        ...(files.length === 0 ? {} : { files: files.map(remote) }),
        ...(replyTo === undefined ? {} : { replyTo }),
      };
    }
    case "edits": {
      const { id, user, of, text } = v.parse(CHANNEL_CALLS.edits, call.body);
      return { t: "edit", ...common({ id, user, at }, context), of, text };
    }
    case "erasures": {
      const { id, user, of } = v.parse(CHANNEL_CALLS.erasures, call.body);
      return { t: "erase", ...common({ id, user, at }, context), of };
    }
    case "presses": {
      const { id, user, value, label } = v.parse(CHANNEL_CALLS.presses, call.body);
      return { t: "press", ...common({ id, user, at }, context), value, label: label ?? value };
    }
  }
}

const isKind = (kind: string): kind is ChannelCall => Object.hasOwn(CHANNEL_CALLS, kind);
const userId = (id: string, { space }: ParseContext): string => `${space}:${id}`;

/** What it says of its time; never later than now. */
function atOf(body: Json, now: Ms): Ms {
  const at = typeof body === "object" && body !== null && "at" in body ? body["at"] : undefined;
  return typeof at === "string" ? Math.min(now, Date.parse(at)) : now;
}

function common(
  { id, user, at }: { readonly id: string; readonly user: User; readonly at: Ms },
  context: ParseContext,
): { readonly id: string; readonly at: Ms; readonly user: InboundUser; readonly address: Json } {
  const { name, email, phone, locale, signature } = user;
  const words = [user.id, email ?? "", phone ?? ""].join("\n");
  const verified = signature !== undefined && context.isSigned(words, signature);
  const ids = [
    ...(email === undefined ? [] : [{ kind: "email", value: email.trim().toLowerCase(), verified }]),
    ...(phone === undefined ? [] : [{ kind: "phone", value: phone, verified }]),
  ];
  return {
    id,
    at,
    address: { user: user.id },
    user: {
      id: userId(user.id, context),
      ...(name === undefined ? {} : { name }),
      ...(ids.length === 0 ? {} : { ids }),
      ...(locale === undefined ? {} : { locale }),
    },
  };
}

function remote(file: {
  readonly name: string;
  readonly type: string;
  readonly url?: string;
  readonly base64?: string;
}): RemoteFile {
  const { name, type, url } = file;
  const bytes = file.base64 === undefined ? undefined : new Uint8Array(Buffer.from(file.base64, "base64"));
  return { name, type, ref: { url: url ?? "" }, ...(bytes === undefined ? {} : { bytes, size: bytes.byteLength }) };
}
