import { createHash } from "node:crypto";
import sharp from "sharp";
import type { FileRef } from "../../shared/items/base.ts";
import { PICTURES, type Picture } from "../../shared/testing/script.ts";

/** A drawn picture: what messages say of it, and its bytes. */
export type DrawnPicture = { readonly ref: FileRef; readonly bytes: Uint8Array };

const WIDTH = 960;
const HEIGHT = 600;

/** Draws what the demo's people send. Shapes carry the meaning: a machine may have no fonts. */
export async function drawPictures(): Promise<ReadonlyMap<Picture, DrawnPicture>> {
  const drawn = await Promise.all(PICTURES.map(async (picture) => [picture, await draw(picture)] as const));
  return new Map(drawn);
}

async function draw(picture: Picture): Promise<DrawnPicture> {
  const { name, shapes, height = HEIGHT } = DRAWINGS[picture];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif">${shapes()}</svg>`;
  const bytes = await sharp(Buffer.from(svg)).png({ compressionLevel: 9, palette: true }).toBuffer();
  const sha = createHash("sha256").update(bytes).digest("hex");
  return { bytes, ref: { sha, name, type: "image/png", size: bytes.byteLength, width: WIDTH, height } };
}

type Box = readonly [x: number, y: number, width: number, height: number];
type Line = readonly [x: number, y: number, size: number];
const rect = ([x, y, w, h]: Box, fill: string, more = ""): string =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}" ${more}/>`;
const words = ([x, y, size]: Line, fill: string, text: string): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}">${text}</text>`;
const times = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => one(i)).join("");

/** A window on a desktop with a title bar. */
const windowOf = (title: string, inside: string): string =>
  rect([0, 0, WIDTH, HEIGHT], "#31445e") +
  rect([60, 44, 840, 500], "#ffffff", 'rx="8"') +
  rect([60, 44, 840, 40], "#e8ecf2", 'rx="8"') +
  words([84, 70, 17], "#39424e", title) +
  times(3, (i) => `<circle cx="${876 - i * 26}" cy="64" r="7" fill="#b9c2cf"/>`) +
  inside +
  rect([0, 560, WIDTH, 40], "#1d2938");

/** A spreadsheet, greyed out, with a waiting cursor and a question. */
function freeze(): string {
  const cells = times(13, (row) =>
    times(7, (column) => {
      const isHead = row === 0 || column === 0;
      const bar = isHead ? 52 : 34 + ((row * 37 + column * 53) % 46);
      return (
        rect([76 + column * 116, 100 + row * 33, 116, 33], isHead ? "#e4eae1" : "#ffffff", 'stroke="#d4dad0"') +
        rect([88 + column * 116, 111 + row * 33, bar, 10], isHead ? "#7d9a72" : "#aab4bf", 'rx="3"')
      );
    }),
  );
  const dialog =
    rect([76, 100, 812, 429], "#ffffff", 'opacity="0.62"') +
    rect([280, 220, 400, 190], "#ffffff", 'rx="10" stroke="#8d97a5" stroke-width="2"') +
    rect([280, 220, 400, 40], "#c63d2f", 'rx="10"') +
    words([300, 247, 18], "#ffffff", "Остатки.xlsx (Не отвечает)") +
    words([308, 302, 18], "#39424e", "Программа не отвечает.") +
    words([308, 330, 18], "#39424e", "Закрыть её или подождать?") +
    rect([432, 356, 108, 34], "#2f6fd0", 'rx="6"') +
    rect([552, 356, 116, 34], "#e4e8ee", 'rx="6"') +
    words([450, 379, 16], "#ffffff", "Закрыть") +
    words([564, 379, 16], "#39424e", "Подождать") +
    '<circle cx="740" cy="300" r="22" fill="none" stroke="#2f6fd0" stroke-width="7" stroke-dasharray="96 44"/>';
  return windowOf("Остатки.xlsx", cells + dialog);
}

/** A sheet of paper with nonsense on it. */
function garbled(): string {
  const glyphs = ["▯", "Þ", "¤", "Æ", "§", "¶", "Ð", "Ø", "¿", "µ", "ß", "±"];
  const line = (y: number): string =>
    times(26, (i) => {
      const code = (i * 7 + y) % 12;
      const x = 250 + i * 18;
      return (
        rect([x, y - 13 + (code % 3), 4 + (code % 9), 15 - (code % 5)], "#2b2f36") +
        words([x, y, 20], "#2b2f36", glyphs[code] ?? "")
      );
    });
  return (
    rect([0, 0, WIDTH, HEIGHT], "#a98c6b") +
    times(9, (i) => rect([0, i * 68, WIDTH, 3], "#9a7d5c")) +
    `<g transform="rotate(-3 480 300)">${rect([206, 20, 548, 620], "#fdfdfb", 'stroke="#d8d4cb"')}${times(13, (i) => line(92 + i * 36))}</g>`
  );
}

/** A VPN client that says that the connection was lost. */
const vpn = (): string =>
  windowOf(
    "Office VPN",
    `<circle cx="300" cy="270" r="92" fill="none" stroke="#e0a33a" stroke-width="16" stroke-dasharray="420 160"/>` +
      rect([286, 214, 28, 70], "#e0a33a", 'rx="8"') +
      '<circle cx="300" cy="314" r="17" fill="#e0a33a"/>' +
      words([450, 210, 28], "#222a35", "Connection lost") +
      words([450, 250, 19], "#5a6472", "Reconnecting in 12 seconds ...") +
      words([450, 284, 19], "#5a6472", "Profile: Office UDP") +
      rect([450, 320, 170, 44], "#2f6fd0", 'rx="8"') +
      words([478, 348, 18], "#ffffff", "Reconnect") +
      times(4, (i) => rect([110, 416 + i * 26, 500 - ((i * 83) % 170), 9], "#cfd6df", 'rx="4"')),
  );

/** An office chair whose back leans too far. */
const chair = (): string =>
  rect([0, 0, WIDTH, 430], "#cdd8dc") +
  rect([0, 430, WIDTH, 170], "#8b7355") +
  rect([0, 424, WIDTH, 12], "#f2f2ee") +
  '<g transform="rotate(24 520 300)"><rect x="504" y="70" width="66" height="230" rx="26" fill="#3b4654"/><rect x="522" y="92" width="30" height="186" rx="14" fill="#4d5a6b"/></g>' +
  '<rect x="330" y="290" width="210" height="46" rx="20" fill="#3b4654"/>' +
  '<rect x="424" y="334" width="22" height="104" fill="#20262e"/>' +
  '<path d="M436 436 L318 496 M436 436 L554 496 M436 436 L436 508" stroke="#20262e" stroke-width="16" stroke-linecap="round"/>' +
  times(3, (i) => `<circle cx="${[318, 436, 554][i]}" cy="${[506, 520, 506][i]}" r="14" fill="#14181d"/>`) +
  '<path d="M640 120 q60 60 30 140" fill="none" stroke="#c63d2f" stroke-width="7" stroke-dasharray="16 12"/>';

/** Water from the ceiling by a window, a bucket under it. */
const leak = (): string =>
  rect([0, 0, WIDTH, HEIGHT], "#e6e2d8") +
  rect([0, 0, WIDTH, 70], "#f7f6f1") +
  rect([90, 120, 300, 300], "#9fc4dd", 'stroke="#ffffff" stroke-width="16"') +
  rect([232, 120, 14, 300], "#ffffff") +
  '<ellipse cx="600" cy="64" rx="120" ry="26" fill="#b9a787"/><ellipse cx="600" cy="64" rx="70" ry="14" fill="#8f7a55"/>' +
  times(6, (i) => `<path d="M${588 + (i % 2) * 22} ${120 + i * 56} q-9 20 0 26 q9 -6 0 -26" fill="#4a90c2"/>`) +
  '<path d="M530 470 L670 470 L650 580 L550 580 Z" fill="#7d8896"/><ellipse cx="600" cy="470" rx="70" ry="14" fill="#4a90c2"/>' +
  rect([760, 430, 74, 74], "#ffffff", 'rx="8" stroke="#b8b3a6" stroke-width="3"') +
  '<circle cx="784" cy="467" r="7" fill="#4c5159"/><circle cx="810" cy="467" r="7" fill="#4c5159"/>';

/** A rack of network switches, one port of which does not light. */
const rack = (): string =>
  rect([0, 0, WIDTH, HEIGHT], "#3a3f47") +
  rect([120, 30, 720, 540], "#20242a", 'rx="6"') +
  times(4, (row) => {
    const y = 70 + row * 120;
    return (
      rect([150, y, 660, 92], "#4b525c", 'rx="5"') +
      times(12, (port) => {
        const isDark = row === 1 && port === 7;
        const x = 180 + port * 50;
        return (
          rect([x, y + 34, 36, 32], "#14171b", 'rx="3"') +
          rect([x + 4, y + 16, 10, 8], isDark ? "#5a2320" : "#57c26b") +
          (port % 3 === 0 ? rect([x + 10, y + 48, 16, 74], ["#2f6fd0", "#e0a33a", "#b9c2cf"][row % 3] ?? "") : "")
        );
      })
    );
  }) +
  '<circle cx="548" cy="240" r="54" fill="none" stroke="#e0483a" stroke-width="9"/>';

/** A name written by hand on a glass. */
const signature = (): string =>
  '<g fill="none" stroke="#14284b" stroke-width="9" stroke-linecap="round" stroke-linejoin="round">' +
  '<path d="M120 250 C150 90 210 60 226 150 S180 300 210 240 S290 120 300 210 S330 250 352 200 S400 160 404 214 S440 250 470 190 S520 150 528 212 S566 240 600 186"/>' +
  '<path d="M600 186 C660 120 720 150 690 206 S620 260 700 236 S800 196 850 172"/><path d="M180 300 C400 276 620 280 800 262"/></g>';

type Drawing = { readonly name: string; readonly height?: number; readonly shapes: () => string };
const DRAWINGS: Readonly<Record<Picture, Drawing>> = {
  freeze: { name: "Снимок экрана.png", shapes: freeze },
  garbled: { name: "Распечатка.png", shapes: garbled },
  vpn: { name: "Screenshot.png", shapes: vpn },
  chair: { name: "chair.png", shapes: chair },
  leak: { name: "Окно.png", shapes: leak },
  rack: { name: "Шкаф.png", shapes: rack },
  signature: { name: "signature.png", height: 360, shapes: signature },
};
