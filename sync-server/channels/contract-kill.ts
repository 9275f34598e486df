import { expect } from "vitest";
import type { Bench, BenchParts } from "./contract-bench.ts";

/** As many deaths, each in a run of its own. */
const DEATHS = 20;

/**
 * Two users write, an agent answers both, twenty times over, and each time the desk dies at another point of the traffic. A run
 * without a death counts the points first. What a channel that cannot tell two equal sends apart does not surely know is told
 * as unknown; nothing leaves twice.
 */
export async function killedAtManyPoints(first: Bench, open: (parts: BenchParts) => Promise<Bench>): Promise<void> {
  await traffic(first);
  const total = first.points();
  expect(total).toBeGreaterThan(DEATHS);
  await checkTraffic(first);
  await first.close();
  for (let death = 0; death < DEATHS; death += 1) {
    // Spread over the whole run, and at other points each time; the point is named where it goes wrong.
    const point = 1 + Math.floor(((death + Math.random()) * total) / DEATHS);
    const bench = await open(first.parts);
    try {
      bench.killAt(point);
      await traffic(bench);
      await checkTraffic(bench);
      // What one run passes, another may do in fewer steps; nearly all must have died where they should.
      if (point < total * 0.8) expect(bench.lives()).toBe(2);
    } catch (error) {
      throw new Error(`killed at point ${point} of ${total}: ${error instanceof Error ? error.message : "failed"}`, {
        cause: error,
      });
    } finally {
      await bench.close();
    }
  }
}

const USERS = ["ivan", "olga"] as const;
const WORDS = ["one", "two", "three"] as const;

async function traffic(bench: Bench): Promise<void> {
  await Promise.all(
    USERS.map(async (user) => {
      for (const word of WORDS) {
        await bench.writes(user, `${user} writes ${word}.`).catch(() => undefined); // told again after the restart
        const { head } = await bench.message(`${user} writes ${word}.`);
        await bench.replies(head._id, `answer ${word} to ${user}.`);
      }
    }),
  );
  await bench.until("everything is dealt with", () =>
    bench
      .desk()
      .dialogs()
      .every((head) => (head.cursors.channelSent?.upTo ?? 0) === head.u),
  );
}

async function checkTraffic(bench: Bench): Promise<void> {
  const all = await bench.all();
  for (const user of USERS) {
    const said = all.filter((item) => item.kind === "message" && item.text.includes(`${user} writes `));
    const texts = [...said]
      .sort((a, b) => a.stamp.n - b.stamp.n)
      .map((item) => (item.kind === "message" ? item.text.trim() : ""));
    expect(texts).toEqual(WORDS.map((word) => `${user} writes ${word}.`));
    expect(new Set(said.map((item) => item.thread)).size).toBe(1);
    const head = bench
      .desk()
      .dialogs()
      .find(({ _id }) => _id === said[0]?.thread);
    const unsure = new Set((head?.undelivered ?? []).map(({ id }) => id));
    const order: string[] = [];
    for (const word of WORDS) {
      const text = `answer ${word} to ${user}.`;
      const answers = all.filter((item) => item.kind === "reply" && item.text === text);
      const times = bench.seen(text).length;
      const isUnsure = answers.some(({ id }) => unsure.has(id));
      if (isUnsure) {
        expect(bench.module.abilities.dedupes).toBe(false);
        expect(times).toBeLessThanOrEqual(answers.length);
      } else expect(times).toBe(answers.length);
      if (times > 0) order.push(word);
    }
    const seen = bench.seen(` to ${user}.`).map(({ text }) => /answer (\w+) to/.exec(text)?.[1]);
    expect([...new Set(seen)]).toEqual(order);
  }
}
