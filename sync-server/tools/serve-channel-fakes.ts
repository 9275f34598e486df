import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type AnyFake, FAKE_KINDS, type FakeKind, openChannelFake, settingsOf } from "./channel-fakes.ts";

/**
 * The other sides of channels in a process of their own, for journeys: `serve-channel-fakes.ts telegram email`. Prints one line
 * of JSON, `{ control, settings: { <kind>: ... } }`; then `POST <control>/<kind>/<act>` with a list of arguments does what
 * users of that channel do (`sync-server/channels/fake.ts`) and answers with its result. Ends with its standard input.
 */
const kinds = FAKE_KINDS.filter((kind) => process.argv.includes(kind));
const fakes = new Map<string, AnyFake>();
for (const kind of kinds) fakes.set(kind, await openChannelFake(kind));

const ACTS = [
  "userWrites",
  "userEdits",
  "userErases",
  "userPresses",
  "userSharesContact",
  "userStarts",
  "hookUrl",
  "receipt",
] as const;

async function act(kind: string, name: string, given: readonly unknown[]): Promise<unknown> {
  const fake = fakes.get(kind);
  if (fake === undefined) throw new Error(`there is no ${kind}`);
  if (name === "sent")
    return fake.sent().map(({ files, ...rest }) => ({ ...rest, files: files.map((file) => file.name) }));
  const known = ACTS.find((one) => one === name);
  const call = known === undefined ? undefined : (fake[known] as ((...words: unknown[]) => unknown) | undefined);
  if (call === undefined) throw new Error(`${kind} does not know ${name}`);
  return (await call(...given.map(withBytes))) ?? null;
}

/** Files come as base64. */
function withBytes(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("files" in value) || !Array.isArray(value.files)) return value;
  const files = (value.files as readonly { readonly base64: string }[]).map((file) => ({
    ...file,
    bytes: Buffer.from(file.base64, "base64"),
  }));
  return { ...value, files };
}

async function bodyOf(request: IncomingMessage): Promise<readonly unknown[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // a stream without an encoding gives bytes
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? [] : (JSON.parse(text) as readonly unknown[]);
}

const server = createServer((request, response) => {
  const [, kind = "", name = ""] = (request.url ?? "").split("/");
  bodyOf(request)
    .then((given) => act(kind, name, given))
    .then(
      (result) => response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(result)),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : "failed"),
    );
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const control = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const settings = Object.fromEntries([...fakes].map(([kind, fake]) => [kind as FakeKind, settingsOf(fake)]));
process.stdout.write(`${JSON.stringify({ control, settings })}\n`);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
