import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { type Agent, type AgentSocket, signUpFirst } from "../desk/agent.ts";
import { openFloorPut } from "../desk/floor-put.ts";
import { openDeskServer } from "../desk/open-desk-server.ts";
import { openUser } from "../desk/user.ts";
import { atMost, type Line } from "../measure/line.ts";
import { measureInTurn, median, p10, p99 } from "../measure/statistics.ts";
import { number } from "../measure/table.ts";
import { pause, pausedPut } from "./floor-probe.ts";
import type { Row } from "./row.ts";

const DIALOGS = 50;
const ROUNDS = 400;

/** A claim confirmed: frame in, decided, committed, answer out; against one conditional put to the same store. */
export const w4: Row = {
  id: "W4",
  what: "a claim confirmed",
  limitMs: 90_000,
  measure: async () => {
    const desk = await openDeskServer();
    try {
      const agent = await signUpFirst(desk);
      const threads: ThreadId[] = [];
      for (let i = 0; i < DIALOGS; i += 1) {
        const user = await openUser(desk);
        await user.begin("Не вижу принтер после обновления, что делать?");
        threads.push(user.thread);
        user.close();
      }
      const socket = await agent.socket();
      const floor = await openFloorPut(desk);
      const claim = makeClaimProbe({ agent, socket, threads });
      const first = await claim.act();
      const probes = { ours: claim.act, floor: () => pausedPut(floor, first.head) };
      const samples = await measureInTurn(
        { ours: async () => (await probes.ours()).ms, floor: probes.floor },
        { rounds: ROUNDS, warmUp: 100 },
      );
      socket.close();
      floor.close();
      return [lineOf(samples)];
    } finally {
      await desk.close();
    }
  },
};

type Claimed = { readonly ms: number; readonly head: DeviceHead };

/** Claims one dialog after the other; each is released again, outside the measured time. */
function makeClaimProbe(parts: {
  readonly agent: Agent;
  readonly socket: AgentSocket;
  readonly threads: readonly ThreadId[];
}): { readonly act: () => Promise<Claimed> } {
  const { agent, socket, threads } = parts;
  let ref = 0;
  let next = 0;

  async function push(item: object): Promise<{ readonly ms: number; readonly head: DeviceHead }> {
    ref += 1;
    const frame = { t: "push", ref, items: [item] };
    const answered = socket.next((text) => text.startsWith('{"t":"answers"'));
    const startedAt = performance.now();
    socket.send(frame);
    const { at, frame: answer } = await answered;
    if (answer.t !== "answers" || answer.ref !== ref) throw new Error(`another frame: ${answer.t}`);
    const [one] = answer.answers;
    const [head] = answer.heads;
    if (one === undefined || !("item" in one) || one.item.stamp.verdict !== "won" || head === undefined) {
      throw new Error(`not won: ${JSON.stringify(one)}`);
    }
    return { ms: at - startedAt, head };
  }

  return {
    act: async () => {
      const thread = threads[next % threads.length];
      next += 1;
      if (thread === undefined) throw new RangeError("no dialogs");
      await pause();
      const claimed = await push(agent.item({ kind: "claim", thread }));
      await pause();
      const { inc, epoch } = claimed.head;
      await push(agent.item({ kind: "release", thread, base: { inc, epoch } }));
      return claimed;
    },
  };
}

function lineOf(samples: Readonly<Record<"ours" | "floor", readonly number[]>>): Line {
  const floor = { name: "put", value: median(samples.floor) };
  const ours = median(samples.ours);
  const late = { ours: p99(samples.ours), floor: p99(samples.floor) };
  return {
    row: "W4",
    what: "claim confirmed, p50",
    unit: "ms",
    floor,
    rivals: [],
    ours,
    checks: [atMost(1.5, floor, ours), { text: "p99 <= 4 x put's", met: late.ours <= 4 * late.floor }],
    notes: [
      `p10 ${number(p10(samples.ours))} ms, of the put ${number(p10(samples.floor))} ms; ` +
        `p99 ${number(late.ours)} ms, of the put ${number(late.floor)} ms`,
    ],
  };
}
