import type { Reaction } from "./reaction.ts";

/** [S5] When a dialog is closed, its user is told so in the same chat, where the rating stands. */
export const noticeOfClose: Reaction = {
  name: "notice-of-close",
  again: false,
  decide: ({ item, head }) => {
    const isClosed = (item.kind === "close" || item.kind === "auto-close") && item.stamp.verdict === "won";
    if (!isClosed || head.kind !== "dialog" || head.user === null) return [];
    return [
      {
        kind: "notice",
        thread: item.thread,
        cause: `closed:${item.id}`,
        at: item.stamp.at,
        code: "closed",
        params: { rate: true },
      },
    ];
  },
};
