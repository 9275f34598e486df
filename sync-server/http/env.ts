import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Who } from "../identity/port.ts";

/** What every request carries through the routes. */
export type HttpEnv = {
  Bindings: HttpBindings;
  Variables: {
    /** The request's id, also in the log and in every refusal. */
    ref: string;
    /** Address of whoever sent it, as far as the trusted proxies tell it. */
    from: string;
    /** Set by `signedIn`. */
    who: Who;
  };
};

export type Ask = Context<HttpEnv>;
