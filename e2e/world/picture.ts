import type { Page } from "playwright-core";

/** Chromium without a graphics card cannot take every frame's picture. */
const TRIES = 5;
const AGAIN_MS = 300;

/** A picture of the page as PNG: bytes that are a true picture, each time others. */
export async function pictureOf(page: Page): Promise<Buffer> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await page.screenshot();
    } catch (error) {
      if (left === 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
