import { factsOfLink } from "./facts-of-link.ts";
import { noticeOfClose } from "./notice-of-close.ts";
import { personOfNewUser } from "./person-of-user.ts";
import type { Reaction } from "./reaction.ts";
import { routeNewDialog } from "./route-new-dialog.ts";

/** Every reaction, in the order in which they answer one happening. A new one is a file and a line. */
export const reactions: readonly Reaction[] = [factsOfLink, personOfNewUser, routeNewDialog, noticeOfClose];
