import { create } from "qrcode";
import { createMemo, type JSX } from "solid-js";

/** Modules of quiet around a code, as its standard asks. */
const QUIET = 4;

/** A code's dark modules as one path; a row's neighbours are one stroke. `size`: its side in modules, the quiet included. */
export function qrPath(text: string): { readonly path: string; readonly size: number } {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const strokes: string[] = [];
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      const from = column;
      while (column < modules.size && modules.get(row, column) !== 0) column += 1;
      if (column > from) strokes.push(`M${from + QUIET} ${row + QUIET}h${column - from}v1h-${column - from}z`);
    }
  }
  return { path: strokes.join(""), size: modules.size + 2 * QUIET };
}

/** A QR code, sharp at any size: black on white in both themes. */
export function QrPicture(props: {
  readonly text: string;
  readonly label: string;
  readonly class?: string;
}): JSX.Element {
  const code = createMemo(() => qrPath(props.text));
  return (
    <svg
      class={props.class}
      viewBox={`0 0 ${code().size} ${code().size}`}
      role="img"
      aria-label={props.label}
      shape-rendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={code().path} fill="#000" />
    </svg>
  );
}
