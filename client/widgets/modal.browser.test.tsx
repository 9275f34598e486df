import { createSignal, Show } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, expect, it, vi } from "vitest";
import { Modal } from "./modal.tsx";

let end: (() => void) | undefined;
afterEach(() => {
  end?.();
  end = undefined;
  document.body.replaceChildren();
});

/** A page of two buttons, of which the first opens a window of one field. */
function page(way: "kept" | "taken away"): readonly [HTMLButtonElement, HTMLButtonElement, () => void] {
  const place = document.createElement("div");
  document.body.append(place);
  const [open, setOpen] = createSignal(false);
  const window = () => (
    <Modal open={open()} title="Window" closeLabel="Close" onClose={() => setOpen(false)}>
      <input aria-label="Name" />
    </Modal>
  );
  end = render(
    () => (
      <>
        <button type="button" onClick={() => setOpen(true)}>
          Open
        </button>
        <button type="button">Other</button>
        <Show when={way === "kept" || open()}>{window()}</Show>
      </>
    ),
    place,
  );
  const [opener, other] = place.querySelectorAll("button");
  if (!opener || !other) throw new Error("there are two buttons");
  opener.focus();
  opener.click();
  return [opener, other, () => setOpen(false)];
}

const focusIsInWindow = (): Promise<void> =>
  vi.waitFor(() => expect(document.querySelector("[role=dialog]")?.contains(document.activeElement)).toBe(true));

for (const way of ["kept", "taken away"] as const) {
  it(`a window that is ${way} gives the focus back to what had it`, async () => {
    const [opener, , close] = page(way);
    await focusIsInWindow();
    close();
    await vi.waitFor(() => expect(document.activeElement).toBe(opener));
  });
}

it("a window takes the focus from nobody who was given it meanwhile", async () => {
  const [, other, close] = page("kept");
  await focusIsInWindow();
  close();
  other.focus();
  await vi.waitFor(() => expect(document.querySelector("[role=dialog]")).toBeNull());
  await new Promise((resolve) => setTimeout(resolve)); // the turn in which the window gives back
  expect(document.activeElement).toBe(other);
});
