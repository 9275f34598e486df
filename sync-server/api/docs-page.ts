import type { JsonSchema } from "./json-schema.ts";

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly schema?: JsonSchema;
};
type Described = {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: JsonSchema };
  readonly responses?: Readonly<Record<string, { readonly description: string }>>;
};

/** The document as a page for people: no script, nothing from elsewhere, light and dark. */
export function docsPage(document: JsonSchema): string {
  const info = document["info"] as { readonly title: string; readonly description: string };
  const groups: readonly (readonly [string, JsonSchema])[] = [
    ["Calls", document["paths"] as JsonSchema],
    ["Web hooks", document["webhooks"] as JsonSchema],
  ];
  const sections = groups.map(([title, paths]) => {
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods as Readonly<Record<string, Described>>)
        .filter(([method]) => ["get", "post", "patch"].includes(method))
        .map(([method, described]) => operation(method, path, described)),
    );
    return `<section><h2>${title}</h2>${operations.join("")}</section>`;
  });
  const { schemas } = document["components"] as { readonly schemas: JsonSchema };
  const shapes = Object.entries(schemas).map(([name, schema]) => shape(name, schema));
  const paragraphs = info.description.split("\n\n").map((text) => `<p>${marked(text)}</p>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escape(info.title)}</h1>${paragraphs.join("")}<p><a href="openapi.json">openapi.json</a></p>
${sections.join("")}<section><h2>Shapes</h2>${shapes.join("")}</section></main></body></html>`;
}

function operation(method: string, path: string, described: Described): string {
  const rows = (described.parameters ?? []).map(
    (one) => `<li><code>${escape(one.name)}</code> <small>${one.in}</small> ${marked(one.description ?? "")}</li>`,
  );
  const body = described.requestBody?.content["application/json"] as { readonly schema: unknown } | undefined;
  const answers = Object.entries(described.responses ?? {}).map(
    ([status, answer]) => `<li><code>${status}</code> ${marked(answer.description)}</li>`,
  );
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${escape(path)}</code> <span>${escape(described.summary ?? "")}</span></summary>
<p>${marked(described.description ?? "")}</p>${list("Parameters", rows)}${body === undefined ? "" : `<h4>Body</h4>${json(body.schema)}`}${list("Answers", answers)}</details>`;
}

const shape = (name: string, schema: unknown): string =>
  `<details id="${escape(name)}"><summary><code>${escape(name)}</code></summary>${json(schema)}</details>`;
const list = (title: string, rows: readonly string[]): string =>
  rows.length === 0 ? "" : `<h4>${title}</h4><ul>${rows.join("")}</ul>`;
const json = (value: unknown): string => `<pre>${escape(JSON.stringify(value, null, 2))}</pre>`;
const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);
const marked = (text: string): string => escape(text).replace(/`([^`]+)`/g, "<code>$1</code>");

const STYLE = `:root{color-scheme:light dark;--ink:#1c2430;--paper:#fff;--line:#d8dee6;--soft:#f4f6f9;--mark:#0b5cad}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--paper:#14181e;--line:#303844;--soft:#1d232b;--mark:#7db7f5}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:56rem;margin:0 auto;padding:1.5rem 1rem 4rem}a{color:var(--mark)}
details{border:1px solid var(--line);border-radius:8px;margin:.5rem 0;padding:0 .75rem}
summary{cursor:pointer;padding:.6rem 0;overflow-wrap:anywhere}summary b{color:var(--mark);font-size:.8rem}
summary span{opacity:.75}code,pre{font:13px/1.45 ui-monospace,monospace}
pre{background:var(--soft);padding:.75rem;border-radius:6px;overflow:auto}h4{margin:.75rem 0 .25rem}ul{margin:0 0 .75rem;padding-left:1.2rem}`;
