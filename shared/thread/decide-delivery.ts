import type { ItemOf } from "../items/registry.ts";
import type { Ruling } from "./context.ts";
import type { Head } from "./head.ts";

/** U11: of what failed or is unknown somebody decides once; what is under way already, or was decided, is left alone. */
export function decideRedeliver(head: Head, item: ItemOf<"redeliver">): Ruling {
  const row = head.undelivered?.find(({ id }) => id === item.of);
  return row === undefined || row.outcome === "again" ? { verdict: "noop" } : { verdict: "won" };
}
