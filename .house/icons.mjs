// Draws the icons of the programs from the one mark: `node .house/icons.mjs`. The results are committed.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** The mark on a ground; `inset` leaves room for masks that cut a circle. */
function mark(
  /** @type {{ ground: string, front: string, radius: number, inset: number }} */ { ground, front, radius, inset },
) {
  const scale = (48 - inset * 2) / 48;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="${radius}" fill="${ground}"/><g transform="translate(${inset} ${inset}) scale(${scale})"><path d="M14 12h20a5 5 0 0 1 5 5v11a5 5 0 0 1-5 5H24l-8 6v-6h-2a5 5 0 0 1-5-5V17a5 5 0 0 1 5-5Z" fill="${front}"/><path d="m17 22.5 5 5 9.5-9.5" fill="none" stroke="${ground}" stroke-width="3.6" stroke-linecap="round" stroke-linejoin="round"/></g></svg>\n`;
}

const programs = [
  { name: "desk", folder: "../client/public/icons", ground: "#0b6b5b", front: "#ffffff" },
  { name: "chat", folder: "../client/chat/public/icons", ground: "#ffffff", front: "#0b6b5b" },
  { name: "portal", folder: "../client/portal/public/icons", ground: "#0b62d6", front: "#ffffff" },
];

for (const { name, folder, ground, front } of programs) {
  mkdirSync(here(folder), { recursive: true });
  const plain = mark({ ground, front, radius: 12, inset: 0 });
  const full = mark({ ground, front, radius: 0, inset: 6 });
  writeFileSync(here(`${folder}/${name}.svg`), plain);
  for (const size of [192, 512]) {
    await sharp(Buffer.from(plain), { density: 900 })
      .resize(size)
      .png({ compressionLevel: 9 })
      .toFile(here(`${folder}/${name}-${size}.png`));
    await sharp(Buffer.from(full), { density: 900 })
      .resize(size)
      .png({ compressionLevel: 9 })
      .toFile(here(`${folder}/${name}-mask-${size}.png`));
  }
  await sharp(Buffer.from(full), { density: 900 })
    .resize(180)
    .png({ compressionLevel: 9 })
    .toFile(here(`${folder}/${name}-180.png`));
}
