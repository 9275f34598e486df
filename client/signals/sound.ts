import type { Call } from "../../shared/thread/attention.ts";

let context: AudioContext | undefined;

/** Two soft notes; higher for a new dialog. Silent where the browser has not been touched yet. */
export function playCall(call: Call): void {
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") void context.resume().catch(() => undefined); // not allowed before the first touch
    const notes = call === "dialog" ? [659.3, 880] : call === "assigned" ? [523.3, 659.3] : [587.3, 698.5];
    const start = context.currentTime + 0.02;
    notes.forEach((pitch, index) => playNote(pitch, start + index * 0.13));
  } catch {
    // No sound on this machine.
  }
}

function playNote(pitch: number, at: number): void {
  if (!context) return;
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.type = "sine";
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(0.12, at + 0.015);
  loudness.gain.exponentialRampToValueAtTime(0.0008, at + 0.32);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.34);
}
