import type * as port from "../replica/port.ts";

// Panels and screens see the replica's shapes through this bridge only.

/** A thread as this device knows it. */
export type ThreadView = port.ThreadView;
/** An own item that nobody has admitted yet. */
export type Unsent = port.Unsent;
/** The state of the connection, always true. */
export type Connection = port.Connection;
/** Local data and its sync. */
export type Replica = port.Replica;
export type ReplicaEvent = port.ReplicaEvent;
