import type { ItemKind } from "../../shared/items/registry.ts";
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
/** One item of several that are written as one act. */
export type ChainLink = port.ChainLink;
/** Fields that the author gives. */
export type Draft<Kind extends ItemKind = ItemKind> = port.Draft<Kind>;
