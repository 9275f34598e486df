import type { WidgetSettings } from "../../../../shared/protocol/widget.ts";

/** Calls that a site may make before the launcher has come; client/widget/README.md. */
const CALLS = ["run", "open", "close", "toggle", "identify", "setAttributes", "reset", "on"];

export type SnippetOf = {
  /** Address of the desk, without a slash at its end. */
  readonly origin: string;
  readonly token: string;
  readonly settings: WidgetSettings;
  /** Words of the link for visitors without script. */
  readonly linkWords: string;
};

/** What the launcher is run with; what is usual is left out. */
export function runOptions({
  origin,
  token,
  settings,
}: Omit<SnippetOf, "linkWords">): Readonly<Record<string, unknown>> {
  const { position, theme, colours, texts } = settings;
  return {
    baseUrl: origin,
    channelKey: token,
    colours: { accent: colours.accent },
    ...(position === "right" ? {} : { position }),
    ...(theme === "auto" ? {} : { theme }),
    ...(texts.launcher === "" ? {} : { launcherText: texts.launcher }),
  };
}

/** The lines for a site: a queue, the launcher's script, and a plain link where no script runs. */
export function snippetOf(of: SnippetOf): string {
  const { origin, token, linkWords } = of;
  return `<script>
  (function (w, names) {
    var o = (w.otklik = w.otklik || { q: [] });
    names.forEach(function (n) { o[n] = o[n] || function () { o.q.push([n, arguments]); }; });
  })(window, ${inScript(CALLS)});
  otklik.run(${inScript(runOptions(of), 2).replaceAll("\n", "\n  ")});
</script>
<script async src="${inMarkup(origin)}/widget.js"></script>
<noscript><a href="${inMarkup(`${origin}/c/${token}`)}">${inMarkup(linkWords)}</a></noscript>`;
}

/** JSON that cannot end the script element around it. */
const inScript = (value: unknown, space = 0): string =>
  JSON.stringify(value, undefined, space).replaceAll("<", "\\u003c");

const inMarkup = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** What a site's server runs to sign its visitor, in the words of Node. */
export const SIGNING_EXAMPLE = `import { createHmac } from "node:crypto";

const text = [user.id, user.name ?? "", user.email ?? "", user.phone ?? ""].join("\\n");
const signature = createHmac("sha256", process.env.OTKLIK_WIDGET_SECRET).update(text, "utf8").digest("hex");

// in the page: otklik.identify(user.id, { name, email, phone }, signature)`;
