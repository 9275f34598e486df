import { createSignal, For } from "solid-js";
import type { Words } from "./strings.ts";

const SCORES = [1, 2, 3, 4, 5] as const;

/** One tap, in the chat itself (S5). */
export function Rating(props: { readonly words: Words; readonly onRate: (score: 1 | 2 | 3 | 4 | 5) => Promise<void> }) {
  const [over, setOver] = createSignal(0);
  const [sent, setSent] = createSignal(0);
  const rate = async (score: 1 | 2 | 3 | 4 | 5): Promise<void> => {
    if (sent() > 0) return;
    setSent(score);
    try {
      await props.onRate(score);
    } catch {
      setSent(0); // the device is full: said in the composer's banner
    }
  };
  return (
    <section class="rating" aria-label={props.words.rate}>
      <p>{props.words.rate}</p>
      <div class="stars" onPointerLeave={() => setOver(0)}>
        <For each={SCORES}>
          {(score) => (
            <button
              type="button"
              class="star"
              classList={{ lit: score <= (sent() || over()) }}
              aria-label={props.words.score(score)}
              disabled={sent() > 0}
              onPointerEnter={() => setOver(score)}
              onFocus={() => setOver(score)}
              onClick={() => void rate(score)}
            >
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d="M12 2.6l2.9 6 6.6.9-4.8 4.6 1.2 6.5L12 17.5l-5.9 3.1 1.2-6.5L2.5 9.5l6.6-.9z" />
              </svg>
            </button>
          )}
        </For>
      </div>
    </section>
  );
}
