import ArrowDown from "lucide-solid/icons/arrow-down";
import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, onMount, Show, untrack } from "solid-js";
import { abilitiesOf } from "../../../shared/channels/registry.ts";
import { unreachable } from "../../../shared/kernel/assert.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { keepScroll, type ScrollAnchor, scrollOf } from "../../signals/scroll.ts";
import { besideEachOther, isSameLine, type ThreadLine, threadLines } from "../../signals/thread-lines.ts";
import { lineAsked } from "../../signals/ui.ts";
import { say, words } from "../../signals/words.ts";
import { Bubble } from "./bubble.tsx";
import { EventRow } from "./event-row.tsx";
import styles from "./thread-log.module.css";

/** Before the first paint as many lines are drawn as a window could hold of the lowest ones, and in a low window these. */
const FIRST = { lineHeight: 38, atLeast: 24 } as const;
/** Lines that come in an idle moment, and whenever one scrolls up to where they begin. */
const STEP = 48;
/** So near to the end counts as being there. */
const NEAR_PX = 48;

/**
 * What was said and done, in one order; the newest at the bottom. Keeps its place when one comes back to it. `beside`: a
 * ticket of the dialog, whose notes and events stand among what was said.
 */
export function ThreadLog(props: {
  readonly thread: ThreadId;
  readonly view: ThreadView;
  readonly beside?: ThreadView | undefined;
}): JSX.Element {
  const desk = useDesk();
  const readUpTo = untrack(() => readOf(props.view, desk.me().id));
  const lines = createMemo(() => {
    const { view, beside } = props;
    if (beside === undefined) return threadLines(view, { me: desk.me().id, readUpTo });
    // Their numbers are of two threads: a line "new" would stand anywhere.
    return threadLines(besideEachOther(view, beside), { me: desk.me().id, readUpTo: 0 });
  });
  const viewOf = (line: ThreadLine | undefined): ThreadView => {
    const thread = line?.kind === "talk" || line?.kind === "event" ? line.item.thread : undefined;
    return props.beside !== undefined && thread === props.beside.head._id ? props.beside : props.view;
  };
  const byKey = createMemo(() => new Map(lines().map((line) => [line.key, line])));
  const [shown, setShown] = createSignal(Math.max(windowful(), scrollOf(props.thread)?.shown ?? 0));
  const keys = createMemo(() =>
    lines()
      .slice(Math.max(0, lines().length - shown()))
      .map((line) => line.key),
  );
  const hasEarlier = () => lines().length > shown();

  let log: HTMLDivElement | undefined;
  const [isAtEnd, setAtEnd] = createSignal(true);
  const [below, setBelow] = createSignal(0);

  /** Where the log was put last. */
  let put = 0;

  function toEnd(): void {
    if (log) {
      log.scrollTop = log.scrollHeight;
      put = log.scrollTop;
    }
    setAtEnd(true);
    setBelow(0);
  }

  /** Nobody has gone up from the end; the browser tells of a scroll in the next frame only, and that may be late. */
  function staysAtEnd(): boolean {
    if (!log || !isAtEnd()) return false;
    return log.scrollTop >= put - 1 || log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  }

  /** More lines above, without moving what is seen. */
  function showEarlier(count: number): void {
    if (!log || count <= 0 || !hasEarlier()) return;
    const fromEnd = log.scrollHeight - log.scrollTop;
    setShown((before) => before + count);
    log.scrollTop = log.scrollHeight - fromEnd;
  }

  function onScroll(): void {
    if (!log) return;
    const fromEnd = log.scrollHeight - log.scrollTop - log.clientHeight;
    setAtEnd(fromEnd < NEAR_PX);
    if (fromEnd < NEAR_PX) setBelow(0);
    const anchor = fromEnd < NEAR_PX ? undefined : anchorIn(log);
    keepScroll(props.thread, {
      fromEnd: fromEnd < NEAR_PX ? 0 : log.scrollHeight - log.scrollTop,
      shown: shown(),
      ...(anchor === undefined ? {} : { anchor }),
    });
    if (log.scrollTop < log.clientHeight) showEarlier(STEP);
  }

  onMount(() => {
    const kept = scrollOf(props.thread);
    if (kept && kept.fromEnd > 0 && log) {
      log.scrollTop = log.scrollHeight - kept.fromEnd;
      if (kept.anchor) standAt(log, kept.anchor);
      setAtEnd(false);
    } else toEnd();
    // So that the first turn of a wheel finds something to show.
    const timer = setTimeout(() => {
      if (shown() < STEP) showEarlier(STEP);
      if (staysAtEnd()) toEnd();
    }, 60);
    // What stands above grows when pictures come and when the composer shrinks: stay where one was.
    const resized = new ResizeObserver(() => {
      if (staysAtEnd()) toEnd();
    });
    if (log) resized.observe(log);
    onCleanup(() => {
      clearTimeout(timer);
      resized.disconnect();
    });
  });

  createEffect(
    on(
      () => lines().length,
      (count, before) => {
        if (before === undefined || count <= before) return;
        const last = lines().at(-1);
        const isOwn = last?.kind === "talk" && last.isOwn;
        if (staysAtEnd() || isOwn) toEnd();
        else setBelow((waiting) => waiting + (count - before));
      },
    ),
  );

  // Read = drawn, at the end, in front of somebody's eyes.
  createEffect(() => {
    const n = props.view.head.n;
    if (!isAtEnd() || n === 0) return;
    const tell = (): void => {
      if (document.visibilityState === "visible") desk.read(props.thread, n);
    };
    const timer = setTimeout(tell, 400);
    document.addEventListener("visibilitychange", tell);
    onCleanup(() => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", tell);
    });
  });

  const typing = () => desk.typing(props.thread);
  /** Whether an answer to one message can be offered: by the channel, by ownership. */
  const answers = createMemo(() => {
    const head = props.view.provisional;
    const isOwn = head.kind === "dialog" && head.owner === desk.me().id && head.state !== "closed";
    return isOwn && props.beside === undefined && abilitiesOf(head.channel).replies;
  });

  createEffect(
    on(
      lineAsked,
      (asked) => {
        if (!asked || asked.thread !== props.thread || !log) return;
        const at = lines().findIndex(({ key }) => key === asked.item);
        if (at < 0) return;
        showEarlier(lines().length - at - shown());
        const line = log.querySelector<HTMLElement>(`[data-item="${CSS.escape(asked.item)}"]`);
        setAtEnd(false);
        line?.scrollIntoView({ block: "center" });
        line?.setAttribute("tabindex", "-1");
        line?.focus({ preventScroll: true }); // what was sought is seen and read aloud
      },
      { defer: true },
    ),
  );

  return (
    <div class={styles["place"]}>
      <div
        ref={log}
        class={styles["log"]}
        role="log"
        aria-label={words().thread.log}
        aria-live="polite"
        tabindex={0}
        data-answers={answers() ? "" : undefined}
        onScroll={onScroll}
      >
        <div class={styles["inner"]}>
          <Show when={!props.view.whole || props.beside?.whole === false}>
            <p class={styles["incomplete"]}>{words().thread.incomplete}</p>
          </Show>
          <Show when={hasEarlier()}>
            <button type="button" class={styles["earlier"]} onClick={() => showEarlier(STEP)}>
              {words().thread.showEarlier}
            </button>
          </Show>
          <For each={keys()}>{(key) => <Line line={byKey().get(key)} view={viewOf(byKey().get(key))} />}</For>
          <Show when={props.view.head.next}>
            {(next) => (
              <a class={styles["next"]} href={hrefOf({ screen: "inbox", thread: next() })}>
                {words().thread.next}
              </a>
            )}
          </Show>
          <p class={styles["typing"]} aria-live="polite">
            <Show when={typing()}>{(name) => words().thread.typing(name())}</Show>
          </p>
        </div>
      </div>
      <Show when={!isAtEnd()}>
        <button type="button" class={styles["to-end"]} onClick={toEnd}>
          <ArrowDown size={14} />
          {below() > 0 ? words().thread.newBelow(below()) : words().thread.toBottom}
        </button>
      </Show>
    </div>
  );
}

/** No window shows more than these, whatever stands in them. */
const windowful = (): number => Math.max(FIRST.atLeast, Math.ceil(innerHeight / FIRST.lineHeight));

/** The first line in sight, and how far it stands below the log's upper edge. */
function anchorIn(log: HTMLElement): ScrollAnchor | undefined {
  const { top } = log.getBoundingClientRect();
  for (const line of log.querySelectorAll<HTMLElement>("[data-item]")) {
    const box = line.getBoundingClientRect();
    if (box.bottom > top) return { item: line.dataset["item"] ?? "", offset: box.top - top };
  }
  return undefined;
}

/** Puts that line where it stood, whatever has come or gone around it: a line of news that is read, a picture, an event. */
function standAt(log: HTMLElement, { item, offset }: ScrollAnchor): void {
  const line = log.querySelector(`[data-item="${CSS.escape(item)}"]`);
  if (line) log.scrollTop += line.getBoundingClientRect().top - log.getBoundingClientRect().top - offset;
}

/** One line; what is drawn of it changes only when what it shows has changed. */
function Line(props: { readonly line: ThreadLine | undefined; readonly view: ThreadView }): JSX.Element {
  const line = createMemo<ThreadLine | undefined>((before) => props.line ?? before, undefined, { equals: isSameLine });
  const kind = createMemo(() => line()?.kind);
  // One of a kind: what is drawn below stands for as long as the kind does.
  const as = <Kind extends ThreadLine["kind"]>(): Extract<ThreadLine, { readonly kind: Kind }> =>
    line() as Extract<ThreadLine, { readonly kind: Kind }>;
  return <>{draw(kind())}</>;

  function draw(now: ThreadLine["kind"] | undefined): JSX.Element {
    switch (now) {
      case "talk":
        return <Bubble line={as<"talk">()} view={props.view} />;
      case "event":
        return <EventRow line={as<"event">()} view={props.view} />;
      case "day":
        return <Day at={as<"day">().at} />;
      case "new":
        return (
          <div class={styles["new"]} role="separator" aria-label={words().thread.newLine}>
            <span>{words().thread.newLine}</span>
          </div>
        );
      case "unknown":
        return <p class={styles["event"]}>{words().thread.unknown(as<"unknown">().itemKind)}</p>;
      case undefined:
        return undefined;
      default:
        return unreachable(now);
    }
  }
}

function Day(props: { readonly at: number }): JSX.Element {
  const desk = useDesk();
  return (
    <div class={styles["day"]} role="separator" aria-label={say.day(props.at, desk.now())}>
      <span>{say.day(props.at, desk.now())}</span>
    </div>
  );
}

/** Up to where this person has surely read: his own last word, or what the team's cursor says. */
function readOf(view: ThreadView, me: string): number {
  const own = view.items.findLast((item) => item.author === me)?.stamp.n ?? 0;
  return Math.max(own, view.head.cursors.teamRead.upTo);
}
