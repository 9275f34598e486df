import { parseRouting, routeOf } from "../../shared/directory/routing.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import type { Reaction } from "./reaction.ts";

/** The one thread of the desk's settings. */
export const SETTINGS = derivedThreadId("settings", "desk");

/** How many items a dialog may have and still be new: its opening, what the desk wrote to it, the first messages. */
const NEW_ITEMS = 12;

/**
 * [S9] When a dialog begins, and with its first message, the settings' rules name its team. A dialog that somebody owns or
 * has answered is not moved any more.
 */
export const routeNewDialog: Reaction = {
  name: "route-new-dialog",
  again: true,
  decide: ({ item, head }, { field }) => {
    const isFirst =
      item.kind === "open" || (item.kind === "message" && item.stamp.n <= NEW_ITEMS && head.lastUser === item.stamp.n);
    if (!isFirst || head.kind !== "dialog" || head.owner !== null || head.lastReply !== null) return [];
    if (head.state !== "open" || head.n > NEW_ITEMS) return [];
    const subject = head.fields["subject"]?.value;
    const text = [typeof subject === "string" ? subject : "", item.kind === "message" ? item.text : ""].join("\n");
    const found = routeOf(parseRouting(field(SETTINGS, "routing")), {
      channel: head.channel,
      text,
      at: item.stamp.at,
      ...(head.link === undefined ? {} : { link: head.link }),
    });
    if (found === undefined || found.team === head.team) return [];
    const cause = `route:${item.id}:${head.inc}.${head.v}`;
    const { team, rule } = found;
    return [
      {
        kind: "route",
        thread: item.thread,
        cause,
        at: item.stamp.at,
        v: head.v,
        team,
        ...(rule === "" ? {} : { rule }),
      },
    ];
  },
};
