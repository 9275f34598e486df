import { createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";
import styles from "./signature-pad.module.css";

/** Pixels of the picture that is made, whatever the size of the pad on the screen. */
const WIDTH = 900;
const HEIGHT = 300;
const LINE = 5;

type Point = { readonly x: number; readonly y: number };

/**
 * A field to sign in by finger, pen or mouse. `onChange` gets the picture, a black line on white as PNG, after each stroke
 * and while it is still being made; nothing after it was wiped. Whoever cannot draw signs by name alone: the caller decides whether that is enough.
 */
export function SignaturePad(props: {
  readonly label: string;
  readonly hint: string;
  readonly wipeLabel: string;
  readonly onChange: (picture: Promise<Blob | undefined> | undefined) => void;
}): JSX.Element {
  const [isEmpty, setEmpty] = createSignal(true);
  let canvas: HTMLCanvasElement | undefined;
  let last: Point | undefined;

  const brush = (): CanvasRenderingContext2D | undefined => canvas?.getContext("2d") ?? undefined;
  function wipe(): void {
    const context = brush();
    if (!context) return;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, WIDTH, HEIGHT);
    setEmpty(true);
  }
  onMount(wipe);
  onCleanup(() => {
    canvas = undefined;
  });

  function pointOf(event: PointerEvent): Point {
    const box = canvas?.getBoundingClientRect();
    if (!box) return { x: 0, y: 0 };
    return {
      x: ((event.clientX - box.left) / box.width) * WIDTH,
      y: ((event.clientY - box.top) / box.height) * HEIGHT,
    };
  }

  function draw(to: Point): void {
    const context = brush();
    if (!context || !last) return;
    context.strokeStyle = "#000";
    context.lineWidth = LINE;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    context.moveTo(last.x, last.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    last = to;
  }

  function begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas?.setPointerCapture(event.pointerId);
    last = pointOf(event);
    draw({ x: last.x + 0.1, y: last.y });
    setEmpty(false);
  }

  function end(): void {
    if (!last) return;
    last = undefined;
    const drawn = canvas;
    if (drawn === undefined) return;
    // Whoever presses on at once has signed all the same.
    props.onChange(new Promise((resolve) => drawn.toBlob((picture) => resolve(picture ?? undefined), "image/png")));
  }

  return (
    <div class={styles["pad"]}>
      <canvas
        ref={canvas}
        class={styles["canvas"]}
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={props.label}
        data-empty={isEmpty()}
        onPointerDown={begin}
        onPointerMove={(event) => {
          if (last) for (const step of event.getCoalescedEvents?.() ?? [event]) draw(pointOf(step));
        }}
        onPointerUp={end}
        onPointerCancel={end}
      />
      <Show when={isEmpty()}>
        <span class={styles["hint"]} aria-hidden="true">
          {props.hint}
        </span>
      </Show>
      <Show when={!isEmpty()}>
        <button
          type="button"
          class={styles["wipe"]}
          onClick={() => {
            wipe();
            props.onChange(undefined);
          }}
        >
          {props.wipeLabel}
        </button>
      </Show>
    </div>
  );
}
