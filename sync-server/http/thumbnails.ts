import sharp from "sharp";

/** Small forms of pictures, for lists and chats on slow lines. */
export type Thumbnails = {
  /** A WebP at most `width` wide; nothing when it cannot be made: the caller gives the picture itself. */
  readonly make: (key: string, width: number, read: () => Promise<Buffer>) => Promise<Buffer | undefined>;
};

/** Widths that are made, so that nobody fills the memory with others. */
export const THUMBNAIL_WIDTHS: readonly number[] = [160, 320, 640];
/** Larger pictures are bombs or plans for a plotter. */
const MOST_PIXELS = 50_000_000;
const MOST_BYTES = 20 * 1024 * 1024;
const KEPT_BYTES = 32 * 1024 * 1024;
/** Decoding takes memory: few at once. */
const AT_ONCE = 2;

/** Makes and remembers the last ones; the browser keeps its own for ever (the address holds the content's hash). */
export function makeThumbnails(): Thumbnails {
  const kept = new Map<string, Buffer>();
  let bytes = 0;
  let running = 0;
  const waiting: (() => void)[] = [];

  async function inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    while (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await act();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  }

  function keep(key: string, picture: Buffer): void {
    kept.set(key, picture);
    bytes += picture.length;
    for (const [oldest, { length }] of kept) {
      if (bytes <= KEPT_BYTES) return;
      kept.delete(oldest);
      bytes -= length;
    }
  }

  return {
    make: async (key, width, read) => {
      const name = `${key} ${width}`;
      const known = kept.get(name);
      if (known !== undefined) return known;
      return inTurn(async () => {
        try {
          const original = await read();
          if (original.length > MOST_BYTES) return undefined;
          const picture = await sharp(original, { limitInputPixels: MOST_PIXELS, failOn: "error" })
            .rotate()
            .resize({ width, withoutEnlargement: true })
            .webp({ quality: 78 })
            .toBuffer();
          keep(name, picture);
          return picture;
        } catch {
          return undefined; // not a picture that we can read: it goes as it is
        }
      });
    },
  };
}
