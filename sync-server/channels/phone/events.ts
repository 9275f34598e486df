import type { Ms } from "../../../shared/kernel/clock.ts";
import type { InboundEvent } from "../port.ts";

/** A call that is over, as both ways of hearing of it know it. Numbers are read already. */
export type EndedCall = {
  /** The same when it is told twice. */
  readonly id: string;
  readonly at: Ms;
  readonly direction: "in" | "out";
  readonly outcome: "answered" | "missed" | "busy" | "failed";
  /** Who is not of the desk; empty: he hides his number. */
  readonly number: string;
  /** Ours: the line that was called, or that calls. */
  readonly own: string;
  readonly extension?: string;
  readonly seconds?: number;
  readonly recording?: string;
  readonly name?: string;
};

/** The call as an event of the channel. Each hidden caller is somebody else. */
export function callEvent(call: EndedCall): InboundEvent {
  const { id, at, direction, outcome, number, own, extension, seconds, recording, name } = call;
  const isHidden = number === "";
  return {
    t: "call",
    id,
    at,
    user: {
      id: isHidden ? `hidden-${id}` : number,
      ...(name === undefined || name === "" ? {} : { name }),
    },
    address: { number },
    direction,
    outcome,
    from: direction === "in" ? number : own,
    to: direction === "in" ? own : number,
    ...(extension === undefined || extension === "" ? {} : { extension }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(recording === undefined || !/^https?:\/\//.test(recording) ? {} : { recording: recording.slice(0, 2_000) }),
  };
}
