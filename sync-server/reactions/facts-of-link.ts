import type { Json } from "../../shared/kernel/canonical.ts";
import type { Reaction } from "./reaction.ts";

/** [S39] When a dialog begins by a link that stands for a device or a room, the dialog knows them. */
export const factsOfLink: Reaction = {
  name: "facts-of-link",
  again: false,
  decide: ({ item, head }, { field }) => {
    if (item.kind !== "open" || head.kind !== "dialog" || item.link === undefined) return [];
    const set: Record<string, Json> = {};
    for (const name of ["asset", "room"]) {
      const value = field(item.link, name);
      if (typeof value === "string" && value !== "" && head.fields[name] === undefined) set[name] = value;
    }
    if (Object.keys(set).length === 0) return [];
    return [{ kind: "set-field", thread: item.thread, cause: `link-facts:${item.id}`, at: item.stamp.at, set }];
  },
};
