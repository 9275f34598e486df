import { counted } from "./plural.ts";

const n = (count: number, one: string, other: string): string => counted("en", count, { one, other });

/** Words of the website chat's settings and of stickers, loaded with those pages only. */
export const enWidget = {
  lead: "A button on your site opens the chat with a team. Visitors need no sign-in; what they write arrives in the inbox.",
  add: "New website chat",
  empty: "No site shows the chat yet",
  emptyText: "Make a website chat, then put its snippet on your site. It takes a minute.",
  setUp: "Set up",
  back: "All website chats",
  sites: (count: number) => (count === 0 ? "on no site yet" : n(count, "site", "sites")),
  anySite: "on any site",
  needsSave: "The preview and the snippet stand here once it is saved.",
  notSent: "Saved on this device. The preview and the snippet stand here once the desk has it.",
  saved: "Saved",

  form: {
    title: "Title",
    titleHint: "Visitors see it above the chat.",
    team: "Team",
    greeting: "Greeting",
    sites: "Sites that show the chat",
    sitesHint: "One a line, as https://example.com or https://*.example.com. A star alone means any site.",
    badSite: (line: string) => `“${line}” is no address of a site`,
    noSite: "Without a site the chat opens nowhere but here.",
    colour: "Colour",
    position: "Corner",
    positions: { right: "Bottom right", left: "Bottom left" },
    theme: "Light or dark",
    themes: { auto: "As the site or the system", light: "Always light", dark: "Always dark" },
    launcher: "Words on the button",
    launcherHint: "Empty: the picture alone.",
    looksHint: "Colour, corner, theme and words stand in the snippet: after a change put the new one on your site.",
  },

  preview: {
    title: "Preview",
    hint: "This is the real chat: what you write here arrives at the team.",
    page: "Your site",
    text: "Here stands your page. Press the button in the corner.",
  },

  install: {
    title: "Put it on your site",
    snippet: "Snippet",
    snippetHint: "Copy it before </body> on every page that shows the chat.",
    csp: "If your site has a Content Security Policy",
    cspHint: (origin: string) => `Allow ${origin} in script-src and in frame-src, and give the snippet your nonce.`,
    link: "Link that does the same without the snippet",
    write: "Write to us",
  },

  secret: {
    title: "Visitors that your site knows",
    lead: "Sign who is signed in on your site, and agents see his name, mail and phone as verified. The secret stays on your server.",
    none: "No secret yet: whoever a visitor claims to be is not verified.",
    madeAt: (when: string) => `The secret was made ${when}.`,
    make: "Make a secret",
    replace: "Replace the secret",
    remove: "Take it away",
    replaceQuestion: "Signatures by the old secret become wrong at once. Put the new one on your server right after.",
    removeQuestion: "No visitor will be verified any more until a new secret is made.",
    once: "Copy it now: it is shown only once.",
    example: "Example for your server",
    failed: "The secret could not be read.",
    faults: {
      offline: "This needs a connection to the desk.",
      forbidden: "Only leads and admins may do this.",
      failed: "It did not work. Try again in a moment.",
    },
  },

  stickers: {
    open: "Print stickers",
    title: "Stickers with QR codes",
    lead: "Whoever scans a sticker writes to the desk at once; the device or the room is filled in.",
    heading: "Words on the sticker",
    headingUsual: "Something wrong? Write to us",
    words: "Short hint",
    wordsUsual: "Point your camera at the code. No app, no sign-in.",
    size: "Size",
    sizes: { small: "Small, 24 a page", large: "Large, 10 a page" },
    team: "Team that answers",
    assets: "Devices",
    noAssets: "No device is known yet. Rooms can have stickers all the same.",
    find: "Find a device",
    notFound: "No device fits",
    more: (count: number) => `${n(count, "device", "devices")} more: narrow the search`,
    all: "Choose all that are shown",
    rooms: "Rooms",
    roomsHint: "One a line: 214, Reception, Warehouse 2",
    print: (count: number) => `Print ${n(count, "sticker", "stickers")}`,
    printNone: "Print",
    making: "Making links…",
    made: (count: number) => `${n(count, "new link", "new links")} made`,
    room: (room: string) => (/^\d/.test(room) ? `Room ${room}` : room),
  },

  print: "Print",
  saveSvg: "Save for print",
};

/** The shape that holds for every language. */
export type WidgetWords = typeof enWidget;
