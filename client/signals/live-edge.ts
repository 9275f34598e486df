import type * as port from "../live/port.ts";

// What is drawn sees the live edge's shapes through this bridge only.

/** A person on a board: what he says of himself, or what was last known of him after he has gone. */
export type Somebody = port.Somebody;
/** A draft that lives in a room of its own. */
export type LiveDraft = port.LiveDraft;
/** The live edge of the desk: who owns what at this moment, who is where. */
export type LiveEdge = port.LiveEdge;
