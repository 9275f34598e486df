import type { LookAnswer, RunInfo, SourceBody, SourceInfo } from "../../shared/protocol/systems.ts";
import type { TestAgent } from "../boot/desk-world.contract.ts";

/** An admin who works with other systems by the API. */
export type SystemsAdmin = {
  readonly make: (body: SourceBody) => Promise<SourceInfo>;
  readonly bring: (id: string, text: string | Uint8Array, name?: string) => Promise<Response>;
  readonly look: (id: string) => Promise<LookAnswer>;
  /** Begins a run and resolves when it has ended. */
  readonly run: (id: string, dry?: boolean) => Promise<RunInfo>;
};

export function systemsAdmin(admin: TestAgent, url: string): SystemsAdmin {
  const json = async <Value>(response: Response): Promise<Value> => {
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as Value;
  };
  return {
    make: async (body) => json(await admin.call("POST", "/api/systems", body)),
    bring: (id, text, name = "people.csv") =>
      fetch(`${url}/api/systems/${id}/file?name=${encodeURIComponent(name)}`, {
        method: "PUT",
        headers: { cookie: admin.cookie, origin: url },
        body: Buffer.from(text),
      }),
    look: async (id) => json(await admin.call("POST", `/api/systems/${id}/look`)),
    run: async (id, dry = false) => {
      let run = await json<RunInfo>(await admin.call("POST", `/api/systems/${id}/run`, { dry }));
      while (run.state === "running") {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const { runs } = await json<{ runs: readonly RunInfo[] }>(await admin.call("GET", `/api/systems/${id}/runs`));
        run = runs.find((one) => one.id === run.id) ?? run;
      }
      return run;
    },
  };
}
