import { afterEach, describe, expect, test } from "vitest";
import type { ServerFrame } from "../../shared/protocol/desk-socket.ts";
import { between, seededRandom } from "../../shared/testing/random.ts";
import { dialog, team } from "./contract-desk.ts";
import { heldBy, isWhole, openDesks, pullAll, randomStep, seenBy, TestDevice } from "./contract-device.ts";

const desks = openDesks();
afterEach(() => desks.closeAll());

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const parse = (text: string): ServerFrame => JSON.parse(text) as ServerFrame;

describe("frames of the desk socket", () => {
  test("[I13] a device that applies frames, and pulls where they do not follow, ends as a fresh walk", async () => {
    const reached = { followed: 0, pulled: 0, reconnected: 0, resumed: 0 };
    for (let seed = 1; seed <= 60; seed += 1) {
      const made = await desks.open();
      const { anna, gateway } = made;
      const random = seededRandom(seed);
      const device = new TestDevice();
      const inbox: ServerFrame[] = [];
      for (let i = 0; i < 10; i += 1) await randomStep(made, random);
      const connect = () =>
        gateway.connect(anna.who, device.token === "" ? null : device.token, (text) => inbox.push(parse(text)));
      let connection = connect();
      await pullAll(gateway, anna, device);
      const takeAll = async (): Promise<void> => {
        for (const frame of inbox.splice(0)) {
          if (device.take(frame)) reached.followed += 1;
          else {
            reached.pulled += 1;
            await pullAll(gateway, anna, device);
          }
        }
      };
      for (let i = 0; i < 40; i += 1) {
        for (let n = between(random, 1, 3); n > 0; n -= 1) await randomStep(made, random);
        if (random() < 0.7) await turn();
        if (random() < 0.6) await takeAll();
        if (random() < 0.1) {
          connection.close();
          inbox.length = 0;
          await randomStep(made, random);
          connection = connect();
          reached.reconnected += 1;
          if (connection.resumed) reached.resumed += 1;
        }
      }
      await turn();
      await takeAll();
      expect(heldBy(device), `seed ${seed}`).toEqual(seenBy(made, anna.who.actor.id));
      expect(isWhole(device, made), `seed ${seed}`).toBe(true);
      connection.close();
    }
    expect(reached.followed).toBeGreaterThan(200);
    expect(reached.pulled).toBeGreaterThan(100);
    expect(reached.resumed).toBeGreaterThan(50);
  });

  test("[I11] nothing of a foreign team's thread goes to a socket, and one that leaves is named once", async () => {
    const { scribe, identity, anna, gateway } = await desks.open();
    const boris = identity.agent("boris", [team("two")]);
    const toAnna: string[] = [];
    const toBoris: string[] = [];
    gateway.connect(anna.who, null, (text) => toAnna.push(text));
    gateway.connect(boris.who, null, (text) => toBoris.push(text));
    await scribe.write(dialog(1), { items: 2, team: team("one") });
    await turn();
    expect(parse(toAnna[0] ?? "")).toMatchObject({ t: "docs", docs: { length: 3 }, removed: [] });
    expect(toBoris).toEqual([]);
    await scribe.write(dialog(1), { items: 1, team: team("two") });
    await turn();
    expect(parse(toAnna[1] ?? "")).toMatchObject({ t: "docs", docs: [], removed: [dialog(1)] });
    // He has none of the earlier items: he is told to pull.
    expect(parse(toBoris[0] ?? "")).toMatchObject({ t: "poke" });
    await scribe.write(dialog(1), { items: 1 });
    await turn();
    expect(toAnna).toHaveLength(2);
    expect(toBoris).toHaveLength(2);
  });

  test("[I11] a right taken away counts for the next frame", async () => {
    const { scribe, identity, anna, gateway } = await desks.open();
    const frames: string[] = [];
    gateway.connect(anna.who, null, (text) => frames.push(text));
    await scribe.write(dialog(1), { items: 1, team: team("one") });
    identity.setTeams(anna.who.actor.id, []);
    await scribe.write(dialog(1), { items: 1 });
    await turn();
    expect(frames.filter((text) => text.includes("note"))).toEqual([]);
  });

  test("one commit is one frame with head and items; commits of one turn share it; its text is the pull's", async () => {
    const { scribe, anna, gateway } = await desks.open();
    const frames: string[] = [];
    const device = new TestDevice();
    await pullAll(gateway, anna, device);
    const { ring } = gateway.connect(anna.who, device.token, (text) => frames.push(text));
    expect(ring).toBe(device.token);
    await scribe.write(dialog(1), { items: 1, team: team("one") });
    await scribe.write(dialog(2), { items: 1, team: team("one") });
    await turn();
    expect(frames).toHaveLength(1);
    expect(device.take(parse(frames[0] ?? ""))).toBe(true);
    const fresh = new TestDevice();
    await pullAll(gateway, anna, fresh);
    expect(fresh.docs).toEqual(device.docs);
    expect(fresh.token).toBe(device.token);
  });

  test("what is too large for a frame is a poke", async () => {
    const { scribe, anna, gateway } = await desks.open();
    const frames: string[] = [];
    gateway.connect(anna.who, null, (text) => frames.push(text));
    await scribe.write(dialog(1), { items: 600, team: team("one") });
    await turn();
    expect(frames.map(parse)).toMatchObject([{ t: "poke" }]);
  });
});
