import createDOMPurify from "dompurify";

/** What may be shown of a mail's HTML, and how many pictures of other people's servers it would have loaded. */
export type SafeHtml = { readonly html: string; readonly blocked: number };

export type SafeOptions = {
  /** Pictures that came with the mail, as `data:` addresses by their Content-ID. */
  readonly cids: ReadonlyMap<string, string>;
  /** Whether pictures of other servers stay in it: whoever loads them tells the sender that the mail was read. */
  readonly pictures: "left-out" | "kept";
};

const FORBIDDEN_TAGS = [
  "form",
  "input",
  "button",
  "textarea",
  "select",
  "option",
  "iframe",
  "frame",
  "frameset",
  "object",
  "embed",
  "applet",
  "video",
  "audio",
  "source",
  "track",
  "svg",
  "math",
  "dialog",
  "meta",
  "link",
  "base",
  "template",
];
const FORBIDDEN_ATTRIBUTES = [
  "srcset",
  "background",
  "poster",
  "ping",
  "action",
  "formaction",
  "id",
  "name",
  "srcdoc",
  "contenteditable",
  "tabindex",
  "autofocus",
];
const OWN_PICTURE = /^data:image\/(?:png|jpeg|gif|webp|bmp);base64,[a-z0-9+/=\s]+$/i;
const REMOTE = /^\s*(?:https?:)?\/\//i;
const REMOTE_STYLE = /url\s*\(\s*['"]?\s*(?:https?:)?\/\//i;
const FOLLOWED = /^(?:https?:|mailto:|tel:)/i;

/**
 * A mail's HTML without what runs, asks or loads. The first belt only: it is shown in a sandboxed frame whose policy forbids
 * the same. Links lead out of the frame; pictures of the mail itself stand in it as they are.
 */
export function safeHtml(html: string, { cids, pictures }: SafeOptions): SafeHtml {
  const purify = createDOMPurify(window);
  let blocked = 0;
  purify.addHook("uponSanitizeAttribute", (node, attribute) => {
    const { attrName, attrValue } = attribute;
    if (attrName === "background" && REMOTE.test(attrValue)) blocked += 1;
    if (attrName === "src" && node.nodeName === "IMG") {
      const shown = pictureOf(attrValue);
      if (shown === undefined) attribute.keepAttr = false;
      else attribute.attrValue = shown;
    } else if (attrName === "src") attribute.keepAttr = false;
    if (attrName === "style" && pictures === "left-out" && /url\s*\(/i.test(attrValue)) {
      if (REMOTE_STYLE.test(attrValue)) blocked += 1;
      attribute.attrValue = attrValue.replaceAll(/url\s*\([^)]*\)?/gi, "none");
    }
  });
  purify.addHook("afterSanitizeAttributes", (node) => {
    if (node.nodeName === "IMG") node.setAttribute("style", `${node.getAttribute("style") ?? ""};max-width:100%`);
    if (!node.hasAttribute("href")) return;
    if (FOLLOWED.test(node.getAttribute("href")?.trim() ?? "")) {
      node.setAttribute("target", "_blank");
      node.setAttribute("rel", "noopener noreferrer");
    } else node.removeAttribute("href");
  });

  /** The picture's address as it may stand; nothing where it may not. */
  function pictureOf(address: string): string | undefined {
    const cid = /^\s*cid:(.+)$/i.exec(address)?.[1];
    if (cid !== undefined) return cids.get(cid.trim()) ?? cids.get(safeDecode(cid.trim()));
    if (OWN_PICTURE.test(address.trim())) return address;
    if (!REMOTE.test(address)) return undefined;
    if (pictures === "kept") return address.trim().replace(/^(?:http:)?\/\//i, "https://");
    blocked += 1;
    return undefined;
  }

  const clean = purify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: FORBIDDEN_TAGS,
    FORBID_ATTR: FORBIDDEN_ATTRIBUTES,
    ADD_ATTR: ["target"],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    FORCE_BODY: true,
    // A body tag of the mail is taken apart; what it looked like goes with it.
    WHOLE_DOCUMENT: false,
  });
  return { html: clean, blocked };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it was no escape
  }
}

const PAPER = "margin:12px;background:#fff;color:#111;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere";

/** The document of the frame: nothing is fetched, nothing runs, whatever stands in `html`. */
export const mailDocument = (html: string, title: string): string =>
  [
    "<!doctype html><html><head><meta charset='utf-8'>",
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'">`,
    '<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">',
    `<title>${title.replaceAll(/[&<>]/g, " ")}</title></head><body style="${PAPER}">${html}</body></html>`,
  ].join("");
