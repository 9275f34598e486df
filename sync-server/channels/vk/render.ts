import { splitText } from "../../../shared/channels/split-text.ts";
import { vk } from "../../../shared/channels/vk.ts";
import type { OutFile, Outgoing } from "../port.ts";

/** One call of messages.send: files are put up before it. */
export type VkPart = {
  readonly kind: "message";
  readonly text: string;
  readonly files: readonly OutFile[];
  readonly keyboard?: string;
  readonly replyTo?: string;
};

/** VK takes so many attachments with one message. */
const FILES = 10;
/** Longest payload of a button. */
const PAYLOAD = 255;

/** Pure. A long text leaves in pieces; the files go with the last, the buttons under the last message. */
export function renderMessage(outgoing: Outgoing): readonly VkPart[] {
  const { choices, files, replyTo } = outgoing;
  const pieces = splitText(outgoing.text, vk.textLength);
  const groups: (readonly OutFile[])[] = [];
  for (let at = 0; at < files.length; at += FILES) groups.push(files.slice(at, at + FILES));
  const parts: VkPart[] = pieces.map((text) => ({ kind: "message", text, files: [] }));
  for (const group of groups) {
    const last = parts.at(-1);
    if (last !== undefined && last.files.length === 0) parts[parts.length - 1] = { ...last, files: group };
    else parts.push({ kind: "message", text: "", files: group });
  }
  return parts.map((part, index) => ({
    ...part,
    ...(index === 0 && replyTo !== undefined ? { replyTo } : {}),
    ...(index === parts.length - 1 && choices.length > 0 ? { keyboard: keyboardOf(choices) } : {}),
  }));
}

/** An inline keyboard: at most six rows, so that from the seventh button on two share a row. */
function keyboardOf(choices: Outgoing["choices"]): string {
  const shown = choices.slice(0, vk.buttons);
  const inRow = shown.length > 6 ? 2 : 1;
  const buttons: unknown[][] = [];
  for (let at = 0; at < shown.length; at += inRow) buttons.push(shown.slice(at, at + inRow).map(buttonOf));
  return JSON.stringify({ inline: true, buttons });
}

function buttonOf({ label, value }: Outgoing["choices"][number]): unknown {
  const full = JSON.stringify({ value, label });
  const payload = full.length <= PAYLOAD ? full : JSON.stringify({ value });
  return { action: { type: "callback", label: label.slice(0, vk.buttonLength), payload }, color: "secondary" };
}

/** A message's key as VK wants it, a 32-bit number other than 0: the same key is the same message. `hex`: SHA-256 of the key. */
export function randomIdOf(hex: string): number {
  const number = Number.parseInt(hex.slice(0, 8), 16) | 0;
  return number === 0 ? 1 : number;
}
