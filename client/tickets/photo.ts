import type { PictureAnswer } from "./engine-port.ts";

/** Longest side in pixels and JPEG's quality: what a meter's number can be read on. */
export const PHOTO = { longestSide: 2_000, quality: 0.85 } as const;
/** Bytes of a file that is looked at, and pixels that are unrolled in memory (4 bytes each). */
const MOST = { bytes: 120 * 1024 * 1024, pixels: 220_000_000 } as const;

/**
 * A photo made small and upright, as JPEG, in the thread that calls. What the camera wrote into the file (place, serial number) is
 * gone. `not-a-picture`: the browser cannot read it; `too-large`: it has no room to.
 */
export async function shrinkPicture(file: Blob): Promise<PictureAnswer> {
  if (file.size > MOST.bytes) return { ok: false, fault: "too-large" };
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return { ok: false, fault: "not-a-picture" };
  }
  try {
    if (bitmap.width * bitmap.height > MOST.pixels) return { ok: false, fault: "too-large" };
    const { width, height } = fitted(bitmap, PHOTO.longestSide);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) return { ok: false, fault: "too-large" };
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: PHOTO.quality });
    return { ok: true, picture: { blob, width, height } };
  } catch {
    return { ok: false, fault: "too-large" }; // no room for the pixels
  } finally {
    bitmap.close();
  }
}

/** A size with the same shape whose longest side is at most `longest`; nothing is made larger. */
export function fitted(
  { width, height }: { readonly width: number; readonly height: number },
  longest: number,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The name that a photo has after it has become a JPEG. */
export const jpegName = (name: string): string => `${name.replace(/\.[^./\\]{1,8}$/, "") || "photo"}.jpg`;
