import type { Ms } from "../../shared/kernel/clock.ts";

export const SNOOZE_PRESETS = ["hour", "threeHours", "evening", "tomorrow", "monday", "week"] as const;
export type SnoozePreset = (typeof SNOOZE_PRESETS)[number];

/** A moment of the reader's day, `days` from today. */
function at(now: Ms, days: number, hour: number): Ms {
  const day = new Date(now);
  day.setDate(day.getDate() + days);
  day.setHours(hour, 0, 0, 0);
  return day.getTime();
}

/** When each preset ends, in the reader's zone; one that lies in the past or within half an hour is left out. */
export function snoozeTimes(now: Ms): readonly { readonly preset: SnoozePreset; readonly until: Ms }[] {
  const weekday = new Date(now).getDay();
  const toMonday = weekday === 1 ? 7 : (8 - weekday) % 7;
  const times: readonly { readonly preset: SnoozePreset; readonly until: Ms }[] = [
    { preset: "hour", until: now + 3_600_000 },
    { preset: "threeHours", until: now + 3 * 3_600_000 },
    { preset: "evening", until: at(now, 0, 18) },
    { preset: "tomorrow", until: at(now, 1, 9) },
    { preset: "monday", until: at(now, toMonday === 1 ? 8 : toMonday, 9) },
    { preset: "week", until: now + 7 * 86_400_000 },
  ];
  return times.filter(({ until }) => until - now > 30 * 60_000);
}
