import { personOfUser } from "../../shared/kernel/ids.ts";
import type { Effect, Reaction } from "./reaction.ts";

/** When a user begins a dialog, a person stands for him, and the dialog says who it is. */
export const personOfNewUser: Reaction = {
  name: "person-of-user",
  again: false,
  decide: ({ item, head }) => {
    if (item.kind !== "open" || head.kind !== "dialog" || item.user === undefined) return [];
    const person = personOfUser(item.user);
    // A request by a mailed link names a person who is there already.
    if (head.person !== null && head.person !== person) return [];
    const room = head.fields["room"]?.value;
    const locale = head.fields["locale"]?.value;
    const asset = head.fields["asset"]?.value;
    const effects: Effect[] = [
      {
        kind: "open",
        thread: person,
        cause: `person:${item.id}`,
        at: item.stamp.at,
        user: item.user,
        ...(item.channel === undefined ? {} : { channel: item.channel }),
        set: {
          ...(typeof room === "string" ? { room } : {}),
          ...(typeof locale === "string" ? { locale } : {}),
          ...(typeof asset === "string" ? { assets: [asset] } : {}),
        },
      },
    ];
    if (head.person === null) {
      effects.push({
        kind: "link",
        thread: item.thread,
        cause: `person-of:${item.id}`,
        at: item.stamp.at,
        to: person,
        relation: "person",
      });
    }
    return effects;
  },
};
