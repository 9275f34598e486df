import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** A message of the desk as a user of the channel sees it. */
export type SeenMessage = {
  readonly to: string;
  readonly external: string;
  readonly text: string;
  readonly files: readonly string[];
  readonly buttons: readonly string[];
};

/** Telegram, a mail service and the like on this machine, each answering as the vendor's documentation says. */
export type ChannelWorld = {
  /** By which the desk reaches it: values for the form. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  readonly writes: (
    kind: string,
    what: { readonly user: string; readonly text: string },
  ) => Promise<{ readonly external: string }>;
  readonly sharesContact: (kind: string, user: string, phone: string) => Promise<void>;
  readonly presses: (kind: string, external: string, button: string) => Promise<void>;
  readonly sent: (kind: string) => Promise<readonly SeenMessage[]>;
  readonly close: () => void;
};

/** Starts the other sides of these channels in a process of their own. */
export async function openChannelWorld(kinds: readonly string[]): Promise<ChannelWorld> {
  const child = spawn(process.execPath, ["--import", "tsx", "sync-server/tools/serve-channel-fakes.ts", ...kinds], {
    cwd: PROJECT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.once("exit", (code) => reject(new Error(`the channels' other sides ended with ${code}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
  });
  const { control, settings } = JSON.parse(line) as Pick<ChannelWorld, "settings"> & { readonly control: string };
  async function act<Value>(kind: string, name: string, given: readonly unknown[] = []): Promise<Value> {
    const answer = await fetch(`${control}/${kind}/${name}`, { method: "POST", body: JSON.stringify(given) });
    if (!answer.ok) throw new Error(`${kind} ${name}: ${await answer.text()}`);
    return (await answer.json()) as Value;
  }
  return {
    settings,
    writes: (kind, what) => act(kind, "userWrites", [what]),
    sharesContact: (kind, user, phone) => act(kind, "userSharesContact", [user, phone]),
    presses: (kind, external, button) => act(kind, "userPresses", [external, button]),
    sent: (kind) => act(kind, "sent"),
    close: () => void child.kill("SIGKILL"),
  };
}
