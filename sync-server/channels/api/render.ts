import type { Json } from "../../../shared/kernel/canonical.ts";
import type { OutFile, Outgoing, OutPart } from "../port.ts";

/** A message as it leaves; files are read when it does. */
export type ApiPart = {
  readonly kind: "message";
  readonly text: string;
  readonly files: readonly OutFile[];
  readonly buttons: readonly { readonly label: string; readonly value: string }[];
  readonly replyTo: string | null;
  readonly by: string | null;
  readonly automatic: boolean;
};

/** One call a message. Pure. */
export function renderMessage(outgoing: Outgoing): readonly OutPart[] {
  const part: ApiPart = {
    kind: "message",
    text: outgoing.text,
    files: outgoing.files,
    buttons: outgoing.choices,
    replyTo: outgoing.replyTo ?? null,
    by: outgoing.by ?? null,
    automatic: outgoing.automatic,
  };
  return [part];
}

/** The user's name in the other system. */
export function userOfAddress(address: Json): string {
  const user = typeof address === "object" && address !== null && "user" in address ? address["user"] : undefined;
  return typeof user === "string" ? user : "";
}
