import { answerOfUser } from "./answer-of-user.ts";
import { dueOfTicket } from "./due-of-ticket.ts";
import { factsOfLink } from "./facts-of-link.ts";
import { noticeOfClose } from "./notice-of-close.ts";
import { personOfNewUser } from "./person-of-user.ts";
import type { Reaction } from "./reaction.ts";
import { routeNewDialog } from "./route-new-dialog.ts";
import { ticketFromRequest } from "./ticket-from-request.ts";
import { whereIsIt } from "./where-is-it.ts";

/** Every reaction, in the order in which they answer one happening. A new one is a file and a line. */
export const reactions: readonly Reaction[] = [
  factsOfLink,
  personOfNewUser,
  routeNewDialog,
  noticeOfClose,
  ticketFromRequest,
  dueOfTicket,
  answerOfUser,
  whereIsIt,
];
