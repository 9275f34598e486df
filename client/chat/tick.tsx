import { createMemo } from "solid-js";
import type { Hop } from "./model.ts";
import { dayAndTime, type Locale, type Words } from "./strings.ts";

const PATHS: Readonly<Record<Hop, string>> = {
  device: "M8 4.5V8l2.4 1.6M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z",
  server: "M3.5 8.5l3 3 6-7",
  delivered: "M1 8.5l3 3 6-7M7 11l.6.5 6-7",
  read: "M1 8.5l3 3 6-7M7 11l.6.5 6-7",
};

/** How far an own message has got, with the time of that hop (U11); never moves by itself. */
export function Tick(props: {
  readonly hop: Hop;
  readonly at: number;
  readonly words: Words;
  readonly locale: Locale;
}) {
  const label = createMemo(() => `${props.words.hops[props.hop]}, ${dayAndTime(props.at, props.locale)}`);
  return (
    <span class="tick" data-hop={props.hop} role="img" aria-label={label()} title={label()}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={PATHS[props.hop]} />
      </svg>
    </span>
  );
}
