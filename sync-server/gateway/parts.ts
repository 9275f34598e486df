import type { Ms } from "../../shared/kernel/clock.ts";
import type { PushAnswer } from "../../shared/protocol/desk-socket.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { Identity, Who } from "../identity/port.ts";
import type { Log } from "../platform/log.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { DocTexts } from "./doc-texts.ts";
import type { Feed } from "./feed.ts";
import type { HeadIndex } from "./head-index.ts";
import type { Rights } from "./rights.ts";
import type { Ring } from "./ring.ts";
import type { Walker } from "./walk.ts";

/** What the routes work with; made once in `createGateway`. */
export type RouteParts = {
  /** Names this run of the server: tokens of another run are of no use. */
  readonly run: string;
  readonly index: HeadIndex;
  readonly texts: DocTexts;
  readonly ring: Ring;
  readonly feed: Feed;
  readonly rights: Rights;
  readonly walker: Walker;
  readonly checkpoints: Checkpoints;
  readonly identity: Pick<Identity, "authenticate" | "actorOf">;
  readonly arbiter: Pick<Arbiter, "heard">;
  readonly clock: () => Ms;
  readonly log: Log;
  readonly push: (items: readonly unknown[], who: Who) => Promise<PushAnswer>;
};
