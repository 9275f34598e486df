import { signUpFirst } from "../desk/agent.ts";
import { openFloorPut } from "../desk/floor-put.ts";
import { openDeskServer } from "../desk/open-desk-server.ts";
import { openUser } from "../desk/user.ts";
import { atMost, type Line } from "../measure/line.ts";
import { measureInTurn, median, p10, p99 } from "../measure/statistics.ts";
import { number } from "../measure/table.ts";
import { pause, pausedPut } from "./floor-probe.ts";
import type { Row } from "./row.ts";

/** Each user may write so many messages at once before he is asked to wait; so several take turns. */
const USERS = 8;
const ROUNDS = 400;

/** A user's message to the agent's page, and a reply to the user's page; each direction alone. */
export const w5: Row = {
  id: "W5",
  what: "a message, a reply, from page to page",
  limitMs: 90_000,
  measure: async () => {
    const desk = await openDeskServer();
    try {
      const agent = await signUpFirst(desk);
      const socket = await agent.socket();
      const floor = await openFloorPut(desk);
      const lines = await Promise.all(
        Array.from({ length: USERS }, async () => {
          const user = await openUser(desk);
          await user.begin("Здравствуйте, ноутбук зависает, когда открываю таблицу с остатками.");
          return { user, stream: await user.stream() };
        }),
      );
      let ref = 0;
      const push = async (item: object) => {
        ref += 1;
        const mine = `"ref":${ref},`;
        const answered = socket.next((text) => text.startsWith('{"t":"answers"') && text.includes(mine));
        socket.send({ t: "push", ref, items: [item] });
        const { frame } = await answered;
        const head = frame.t === "answers" ? frame.heads[0] : undefined;
        if (head === undefined) throw new Error("the desk answered a push without its head");
        return head;
      };
      const heads = await Promise.all(
        lines.map(({ user }) => push(agent.item({ kind: "claim", thread: user.thread }))),
      );
      const [anyHead] = heads;
      if (anyHead === undefined) throw new Error("there are no dialogs");

      let turn = 0;
      const nextLine = () => {
        turn += 1;
        const line = lines[turn % USERS];
        if (line === undefined) throw new RangeError("there are no users");
        return line;
      };
      const messageProbe = async (): Promise<number> => {
        const { user, stream } = nextLine();
        await pause();
        const item = user.item({ kind: "message", thread: user.thread, text: "Со вчерашнего дня, и всё чаще." });
        const body = JSON.stringify({ items: [item] });
        const seen = socket.next((text) => text.startsWith('{"t":"docs"') && text.includes(item.id));
        // His own page hears of it, too: waited for, so that it is no part of the next sample.
        const echo = stream.next(item.id);
        const startedAt = performance.now();
        const sent = user.send(body);
        const { at } = await seen;
        const [answers] = await Promise.all([sent, echo]);
        if (answers[0]?.answer !== "ok") throw new Error(JSON.stringify(answers));
        return at - startedAt;
      };
      const replyProbe = async (): Promise<number> => {
        const { user, stream } = nextLine();
        const { thread } = user;
        // What he sees before he answers: a note of his own brings him the head as it stands.
        const head = await push(agent.item({ kind: "note", thread, text: "Похоже на память." }));
        await pause();
        const item = agent.item({
          kind: "reply",
          thread,
          text: "Проверю удалённо, это займёт минут пять.",
          under: { inc: head.inc, epoch: head.epoch },
          seen: { inc: head.inc, n: head.n },
        });
        const heard = stream.next(item.id);
        const startedAt = performance.now();
        const answered = push(item);
        const at = await heard;
        await answered;
        return at - startedAt;
      };

      const samples = await measureInTurn(
        { message: messageProbe, floor: () => pausedPut(floor, anyHead), reply: replyProbe },
        { rounds: ROUNDS, warmUp: 80 },
      );
      for (const { user, stream } of lines) {
        stream.close();
        user.close();
      }
      socket.close();
      floor.close();
      return [
        lineOf("message to agent, p50", samples.message, samples.floor),
        lineOf("reply to user, p50", samples.reply, samples.floor),
      ];
    } finally {
      await desk.close();
    }
  },
};

function lineOf(what: string, own: readonly number[], floorSamples: readonly number[]): Line {
  const floor = { name: "put", value: median(floorSamples) };
  const ours = median(own);
  return {
    row: "W5",
    what,
    unit: "ms",
    floor,
    rivals: [],
    ours,
    checks: [atMost(2.5, floor, ours)],
    notes: [
      `p10 ${number(p10(own))} ms, of the put ${number(p10(floorSamples))} ms; ` +
        `p99 ${number(p99(own))} ms, of the put ${number(p99(floorSamples))} ms`,
    ],
  };
}
