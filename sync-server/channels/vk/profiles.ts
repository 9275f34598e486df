import * as v from "valibot";
import type { InboundEvent, InboundUser, SetAside } from "../port.ts";
import type { VkApi } from "./api.ts";

const users = v.array(
  v.looseObject({
    id: v.number(),
    first_name: v.optional(v.string(), ""),
    last_name: v.optional(v.string(), ""),
    screen_name: v.optional(v.string()),
  }),
);
type Known = { readonly name: string; readonly screenName?: string };

/** So many are kept in mind; the oldest goes first. */
const KEPT = 2_000;

/** Names of those who write: VK tells only their ids. What cannot be had now stays away, the message does not wait for it. */
export function openProfiles(api: VkApi): {
  readonly named: (events: readonly (InboundEvent | SetAside)[]) => Promise<readonly (InboundEvent | SetAside)[]>;
} {
  const known = new Map<string, Known>();

  async function learn(ids: readonly string[]): Promise<void> {
    try {
      const params = { user_ids: ids.join(","), fields: "screen_name" };
      const found = v.parse(users, await api.call("users.get", params, AbortSignal.timeout(3_000)));
      for (const { id, first_name, last_name, screen_name } of found) {
        const name = `${first_name} ${last_name}`.trim();
        known.set(String(id), { name, ...(screen_name === undefined ? {} : { screenName: screen_name }) });
      }
    } catch {
      return; // asked again with the next message
    }
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
  }

  return {
    async named(events) {
      const unknown = new Set(events.filter(isSaid).map(({ user }) => user.id));
      for (const id of known.keys()) unknown.delete(id);
      if (unknown.size > 0) await learn([...unknown]);
      return events.map((event) => {
        const profile = isSaid(event) ? known.get(event.user.id) : undefined;
        return profile !== undefined && isSaid(event) ? withProfile(event, profile) : event;
      });
    },
  };
}

type Said = Extract<InboundEvent, { readonly user: InboundUser }>;
const isSaid = (event: InboundEvent | SetAside): event is Said => "user" in event && typeof event.user === "object";

function withProfile<Event extends Said>(event: Event, { name, screenName }: Known): Event {
  const ids = screenName === undefined ? {} : { ids: [{ kind: "username", value: screenName, verified: true }] };
  return { ...event, user: { ...event.user, ...(name === "" ? {} : { name }), ...ids } };
}
