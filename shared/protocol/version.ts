/** Version of what devices and server say to each other; a device below `OLDEST` is told to reload. */
export const PROTOCOL = { version: 1, oldest: 1 } as const;

/** Close codes of our sockets (private range of RFC 6455, 4000-4999). */
export const CLOSE = {
  /** Not signed in, or the session ran out: stop, ask for sign-in, lose nothing. */
  unauthorized: 4401,
  /** Signed in but not allowed here (a board written by a client, a foreign room): stop. */
  forbidden: 4403,
  /** The board's UTC day is over: come back for today's. */
  dayOver: 4410,
  /** Too slow to take what is sent: come back and resume by token or state. */
  tooSlow: 4408,
  /** Speaks an old protocol: reload. */
  oldVersion: 4426,
  /** Too many or too large frames. */
  tooMuch: 4429,
  /** The server is going down in order. */
  goingAway: 1001,
} as const;
