import * as v from "valibot";
import type { Ms } from "../kernel/clock.ts";
import type { TeamId, ThreadId } from "../kernel/ids.ts";
import { shortText, threadId } from "../kernel/schema.ts";

/** `HH:MM`. */
const clockTime = v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/));

/**
 * One rule of the settings' field `routing`: the first whose conditions all hold names the team of a new dialog. A rule
 * without conditions holds always. Unreadable rules are passed over.
 */
export const routingRule = v.object({
  name: v.exactOptional(shortText),
  team: threadId,
  when: v.object({
    /** Channels, any of which fits. */
    channel: v.exactOptional(v.array(v.string())),
    /** Link threads, any of which fits. */
    link: v.exactOptional(v.array(threadId)),
    /** Words, any of which stands in the subject or the first message; case does not matter. */
    text: v.exactOptional(v.array(v.pipe(v.string(), v.minLength(1)))),
    /** Within these hours of these days (1 = Monday .. 7 = Sunday) in this time zone, or outside of them. */
    hours: v.exactOptional(
      v.object({
        days: v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7))),
        from: clockTime,
        to: clockTime,
        zone: v.string(),
        outside: v.exactOptional(v.boolean()),
      }),
    ),
  }),
});
export type RoutingRule = v.InferOutput<typeof routingRule>;

/** Reads the settings' field; what is no rule is left out. */
export function parseRouting(value: unknown): readonly RoutingRule[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const read = v.safeParse(routingRule, entry);
    return read.success ? [read.output] : [];
  });
}

/** What is known of a new dialog when it is routed. */
export type NewDialog = {
  readonly channel: string | null;
  readonly link?: ThreadId;
  /** Subject and first message. */
  readonly text: string;
  readonly at: Ms;
};

/** The rule that names the team; nothing when none holds: the dialog stays where its link put it. */
export function routeOf(
  rules: readonly RoutingRule[],
  dialog: NewDialog,
): { readonly team: TeamId; readonly rule: string } | undefined {
  const found = rules.find(({ when }) => holds(when, dialog));
  return found === undefined ? undefined : { team: found.team, rule: found.name ?? "" };
}

function holds(when: RoutingRule["when"], dialog: NewDialog): boolean {
  if (when.channel !== undefined && !when.channel.includes(dialog.channel ?? "")) return false;
  if (when.link !== undefined && (dialog.link === undefined || !when.link.includes(dialog.link))) return false;
  if (when.text !== undefined) {
    const text = dialog.text.toLowerCase();
    if (!when.text.some((word) => text.includes(word.toLowerCase()))) return false;
  }
  return when.hours === undefined || isWithin(when.hours, dialog.at) !== (when.hours.outside === true);
}

const DAYS: readonly string[] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Whether a moment lies in the hours, by the zone's own clock; hours may pass midnight and then belong to their first day. */
function isWithin(hours: NonNullable<RoutingRule["when"]["hours"]>, at: Ms): boolean {
  const local = localTime(at, hours.zone);
  if (local === undefined) return false;
  const { day, time } = local;
  if (hours.from < hours.to) return hours.days.includes(day) && time >= hours.from && time < hours.to;
  const dayBefore = day === 1 ? 7 : day - 1;
  return (hours.days.includes(day) && time >= hours.from) || (hours.days.includes(dayBefore) && time < hours.to);
}

/** Day of the week and `HH:MM` in a zone of the IANA list; nothing when there is no such zone. */
function localTime(at: Ms, zone: string): { readonly day: number; readonly time: string } | undefined {
  try {
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const day = DAYS.indexOf(parts.get("weekday") ?? "") + 1;
    return { day, time: `${parts.get("hour") ?? ""}:${parts.get("minute") ?? ""}` };
  } catch {
    return undefined; // RangeError: an unknown zone
  }
}
