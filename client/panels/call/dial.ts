import { callWords } from "../../signals/call-words.ts";
import { deskCalls } from "../../signals/desk-calls.ts";
import { showToast } from "../../widgets/toasts.tsx";

/** Rings the own telephone and connects it with the number; where no exchange can, the device dials by itself. */
export async function dial(number: string, byDevice: () => void): Promise<void> {
  const answer = await deskCalls.dial(number);
  if (answer.ok && answer.value.ok) {
    showToast({ title: callWords().dialling });
    return;
  }
  const why: Readonly<Record<string, string>> = callWords().why;
  const code = answer.ok && !answer.value.ok ? answer.value.code : "other";
  showToast({ title: callWords().byDevice(why[code] ?? callWords().why.other), ms: 8_000 });
  byDevice();
}
