import { createEffect, onCleanup } from "solid-js";
import { locale, preferences } from "../signals/preferences.ts";

/** Keeps language and theme of the page as they are set, and the browser's own bars in the page's colour. */
export function showAppearance(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = (): void => {
    const { theme } = preferences();
    const root = document.documentElement;
    if (theme === "auto") delete root.dataset["theme"];
    else root.dataset["theme"] = theme;
    const ground = getComputedStyle(document.body).backgroundColor;
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", ground);
  };
  createEffect(paint);
  createEffect(() => {
    document.documentElement.lang = locale();
  });
  dark.addEventListener("change", paint);
  onCleanup(() => dark.removeEventListener("change", paint));
}
