import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signUpFirst } from "../desk/agent.ts";
import { openDeskServer } from "../desk/open-desk-server.ts";
import { seedDataFolder, TEN_THOUSAND_OF_FIRST_TEAM } from "../desk/seed.ts";
import { atMost, type Line } from "../measure/line.ts";
import { measureInTurn, median } from "../measure/statistics.ts";
import { openChild } from "../processes/child.ts";
import type { Row } from "./row.ts";

const ROUNDS = 5;
const VISIBLE = 10_000;

/** An unmodified PouchDB pulls 10,000 visible documents of 23,000 through the gateway, or the same ones from the floor. */
export const w8: Row = {
  id: "W8",
  what: "PouchDB pulls 10,000 documents",
  limitMs: 180_000,
  measure: async () => {
    const folder = mkdtempSync(join(tmpdir(), "otklik-bench-"));
    const closers: (() => Promise<void>)[] = [];
    try {
      await seedDataFolder(folder, { teams: TEN_THOUSAND_OF_FIRST_TEAM });
      const desk = await openDeskServer(folder);
      closers.push(desk.close);
      const floor = await openChild("floor-server");
      closers.push(floor.end);
      const puller = await openChild("puller");
      closers.push(puller.end);

      const agent = await signUpFirst(desk);
      const made = await agent.call("POST", "/api/device-tokens", { label: "bench" });
      const { token } = (await made.json()) as { token: string }; // DeviceTokenAnswer
      const ours = { url: `${desk.url}/db`, token };
      // The floor gets exactly what our gateway shows: the work, and the few threads of the directory.
      const docs = await puller.call<readonly object[]>("dump", ours);
      if (docs.length < VISIBLE) throw new Error(`only ${docs.length} documents came through the gateway`);
      await floor.call("load", { database: "desk", docs });
      const theFloor = { url: `${await floor.call<string>("url")}/desk` };

      const pull = async (source: object): Promise<number> => {
        const pulled = await puller.call<{ ms: number; docs: number }>("pull", source);
        if (pulled.docs !== docs.length) throw new Error(`${pulled.docs} documents came instead of ${docs.length}`);
        return pulled.ms;
      };
      const samples = await measureInTurn(
        { floor: () => pull(theFloor), ours: () => pull(ours) },
        { rounds: ROUNDS, warmUp: 1 },
      );
      return [lineOf(samples, docs.length)];
    } finally {
      for (const close of closers.reverse()) await close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function lineOf(samples: Readonly<Record<"floor" | "ours", readonly number[]>>, docs: number): Line {
  const floor = { name: "floor server", value: median(samples.floor) };
  const ours = median(samples.ours);
  return {
    row: "W8",
    what: `PouchDB pulls ${docs} documents`,
    unit: "ms",
    floor,
    rivals: [],
    ours,
    checks: [atMost(1.3, floor, ours)],
    notes: [],
  };
}
