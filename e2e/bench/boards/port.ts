/**
 * A board with 1,000 entries under test: somebody's server of shared documents, or bare sockets. A change rewrites one
 * entry and carries a marker by which the listeners know it.
 */
export type BoardUnderTest = {
  /** Listens on the loopback; `room` is where a listener connects. */
  readonly port: number;
  readonly room: string;
  readonly change: (entry: number, marker: string) => void;
  /** Entries as listeners must end up with them: owners by thread. Nothing where there is no document. */
  readonly state: () => Readonly<Record<string, string>> | undefined;
};

export const ENTRIES = 1_000;
/** Name of the document on Hocuspocus, which writes it before every message. */
export const HOCUSPOCUS_ROOM = "board";

/** What speaks on the wire before updates flow. `plain`: nothing is asked, the server says one thing. */
export type Dialect = "plain" | "y-websocket" | "hocuspocus";

/** Boards of the bench, with what they speak. `ours` is the production room behind production links. */
export const BOARDS = {
  "ws preframed": "plain",
  ws: "plain",
  ours: "y-websocket",
  "y-websocket": "y-websocket",
  Hocuspocus: "hocuspocus",
} as const satisfies Record<string, Dialect>;
export type BoardName = keyof typeof BOARDS;

/**
 * The marker of a change stands in its owner: `agent.`, nine digits of the change's number, nine of the moment in
 * microseconds by the machine's monotonic clock (which all processes share), modulo 1,000 s.
 */
export const MARKER_START = "agent.";
const MARKER_DIGITS = 9;
export const MARKER_LENGTH = MARKER_START.length + 2 * MARKER_DIGITS;
const WRAP_US = 10 ** MARKER_DIGITS;

export const microseconds = (): number => Number((process.hrtime.bigint() / 1000n) % BigInt(WRAP_US));

/** Milliseconds from one moment to a later one. */
export const msBetween = (from: number, to: number): number => ((to - from + WRAP_US) % WRAP_US) / 1000;

export const makeMarker = (change: number, at: number): string =>
  MARKER_START + String(change).padStart(MARKER_DIGITS, "0") + String(at).padStart(MARKER_DIGITS, "0");

/** Reads the last marker in a message; nothing when there is none. */
export function lastMarker(payload: Buffer): { readonly change: number; readonly at: number } | undefined {
  const start = payload.lastIndexOf(MARKER_START, undefined, "latin1");
  if (start < 0) return undefined;
  const digits = payload.toString("latin1", start + MARKER_START.length, start + MARKER_LENGTH);
  const change = Number(digits.slice(0, MARKER_DIGITS));
  const at = Number(digits.slice(MARKER_DIGITS));
  return Number.isNaN(change) || Number.isNaN(at) ? undefined : { change, at };
}

/** The entry that a change rewrites: any 1,000 changes in a row touch 1,000 entries. */
export const entryOf = (change: number): number => (change * 7_919) % ENTRIES;

/**
 * An order on a board's orders socket: the change's number and its moment in microseconds, each four bytes, where `NOW`
 * means the moment at which the server makes the change.
 */
export const ORDER_BYTES = 8;
export const NOW = 0xffff_ffff;
