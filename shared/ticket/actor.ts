import type { DeviceId, Random } from "../kernel/ids.ts";
import { isDeviceId } from "../kernel/ids.ts";

/** Automerge's name of one editing session: 32 hex digits, the device's id in ASCII and 12 digits of the session. */
export type TicketActor = string;

const SESSION_DIGITS = 12;
const DEVICE_DIGITS = 20;

/** 12 random hex digits: a fresh session. Never one that has been used: two changes of one number make merging throw. */
export function makeSession(random: Random): string {
  let digits = "";
  for (let i = 0; i < SESSION_DIGITS; i += 1) digits += Math.floor(random() * 16).toString(16);
  return digits;
}

/** The actor of a device's session. `session`: 12 hex digits, as {@link makeSession} makes them. */
export function actorFor(device: DeviceId, session: string): TicketActor {
  let hex = "";
  for (let i = 0; i < device.length; i += 1) hex += device.charCodeAt(i).toString(16).padStart(2, "0");
  return hex + session;
}

/** The device that an actor names; nothing when it names none, as the actor of the genesis. */
export function actorDevice(actor: TicketActor): DeviceId | undefined {
  if (!/^[0-9a-f]{32}$/.test(actor)) return undefined;
  let device = "";
  for (let i = 0; i < DEVICE_DIGITS; i += 2) device += String.fromCharCode(Number.parseInt(actor.slice(i, i + 2), 16));
  return isDeviceId(device) ? device : undefined;
}
