import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ChannelRow } from "../../../shared/protocol/channels.ts";
import { openWorld, type World } from "../../boot/desk-world.contract.ts";

const program = fileURLToPath(new URL("./example.mjs", import.meta.url));
const SECRET = "a-secret-of-the-example";
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world.close());

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it("[S37] the documented example posts a message and gets the agent's answer", async () => {
  const admin = await world.admin();
  const port = await freePort();
  const made = await admin.call("POST", "/api/channels", {
    kind: "api",
    name: "Shop",
    team: world.team,
    settings: { url: `http://127.0.0.1:${port}/`, secret: SECRET, privateNetwork: true },
  });
  expect(made.status).toBeLessThan(300);
  const { id } = (await made.json()) as ChannelRow;
  const child = spawn(process.execPath, [program, "The printer is jammed"], {
    env: { ...process.env, HOOK: `${world.url}/api/hooks/${id}`, SECRET, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += String(chunk)));
  child.stderr.on("data", (chunk: Buffer) => (said += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  try {
    const dialogOf = () =>
      [...world.desk.core.gateway.heads()].find((head) => head.kind === "dialog" && head.link === id);
    for (let i = 0; i < 500 && dialogOf() === undefined; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const dialog = dialogOf();
    if (dialog === undefined) throw new Error(`no dialog came: ${said}`);
    expect(dialog).toMatchObject({ channel: "api", team: world.team });
    await admin.push(admin.item({ kind: "claim", thread: dialog._id }));
    const { inc, epoch, n } = dialogOf() ?? dialog;
    await admin.push(
      admin.item({
        kind: "reply",
        thread: dialog._id,
        text: "Switch it off and on",
        under: { inc, epoch },
        seen: { inc, n },
      }),
    );
    expect(await ended).toBe(0);
    expect(said).toContain("Switch it off and on");
    for (let i = 0; i < 200 && (dialogOf()?.cursors.userRead.upTo ?? 0) === 0; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(dialogOf()?.cursors.userRead.upTo).toBeGreaterThan(0);
  } finally {
    child.kill("SIGKILL");
  }
});
