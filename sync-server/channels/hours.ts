import type { Ms } from "../../shared/kernel/clock.ts";
import type { ChannelHours } from "../../shared/protocol/channels.ts";

const DAYS: Readonly<Record<string, number>> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 };

/** Whether the desk answers at this moment; hours that end before they begin go over midnight and belong to the day before. */
export function isWithinHours(hours: ChannelHours, at: Ms): boolean {
  const now = localTime(at, hours.zone);
  if (now === undefined) return true; // a zone that this machine does not know: nobody is kept waiting for that
  const yesterday = now.day === 1 ? 7 : now.day - 1;
  if (hours.from < hours.to) return hours.days.includes(now.day) && hours.from <= now.time && now.time < hours.to;
  if (hours.from === hours.to) return hours.days.includes(now.day);
  return (
    (hours.days.includes(now.day) && hours.from <= now.time) || (hours.days.includes(yesterday) && now.time < hours.to)
  );
}

function localTime(at: Ms, zone: string): { readonly day: number; readonly time: string } | undefined {
  try {
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const part = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const day = DAYS[part.get("weekday") ?? ""];
    return day === undefined ? undefined : { day, time: `${part.get("hour") ?? ""}:${part.get("minute") ?? ""}` };
  } catch {
    return undefined; // no such zone
  }
}
