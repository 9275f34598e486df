import { createServer } from "node:http";

/** Somebody's site on an origin of its own, which shows the widget. */
export interface HostSite {
  /** `http://localhost:<port>`: another site than the desk's `127.0.0.1`, also for a browser's storage. */
  readonly origin: string;
  close(): Promise<void>;
}

const NONCE = "r4nd0m";

/** Style sheets as sites have them: loud, and about everything. */
const STYLES = `
* { letter-spacing: 2px !important; }
html { font-size: 30px; }
body { margin: 0; font: 16px sans-serif; }
button { width: 100% !important; background: red !important; text-transform: uppercase !important; }
iframe, svg { display: none !important; }
nav a { margin: 8px; }
`;

/** A small single-page site: views are changed by the history, a new body may be put in place of the old one. */
const SCRIPT = `
window.heard = [];
for (const name of ["ready", "message", "unread"]) otklik.on(name, (value) => window.heard.push([name, value]));
const view = () => { document.querySelector("main").textContent = "View " + location.pathname; };
addEventListener("popstate", view);
document.addEventListener("click", (event) => {
  const link = event.target.closest("nav a");
  if (!link) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  view();
});
window.replaceBody = () => {
  const next = document.createElement("body");
  next.innerHTML = "<nav><a href='/'>Home</a></nav><main>Another body</main>";
  document.documentElement.replaceChild(next, document.body);
};
view();
`;

/** Serves the site; `snippet` goes into its page as the desk's settings gave it. `desk` is what its strict policy allows. */
export async function openHostSite(given: {
  readonly snippet: () => string;
  readonly desk: () => string;
}): Promise<HostSite> {
  const server = createServer((request, response) => {
    const answer = (type: string, body: string): void =>
      void response.writeHead(200, { "content-type": type }).end(body);
    if (request.url === "/style.css") return answer("text/css", STYLES);
    if (request.url === "/app.js") return answer("text/javascript", SCRIPT);
    if (request.url === "/favicon.ico") return void response.writeHead(204).end();
    const desk = given.desk();
    const policy = `default-src 'none'; script-src 'self' 'nonce-${NONCE}' ${desk}; style-src 'self'; frame-src ${desk}`;
    response.setHeader("content-security-policy", policy);
    const snippet = given.snippet().replace("<script>", `<script nonce="${NONCE}">`);
    answer(
      "text/html; charset=utf-8",
      `<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shop</title><link rel="stylesheet" href="/style.css"></head><body><nav><a href="/">Home</a><a href="/cart">Cart</a></nav>
<main></main>${snippet}<script src="/app.js"></script></body></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    origin: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
