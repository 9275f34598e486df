import { describe, expect, it } from "vitest";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { openLog } from "../platform/log.ts";
import type { ChannelFake } from "./fake.ts";
import type { ChannelModule } from "./port.ts";

/** A connector and the other side that it speaks with; a fresh fake each time, on a free port of loopback. */
export type ConnectorUnderTest = {
  readonly module: ChannelModule;
  readonly openFake: () => Promise<ChannelFake>;
};

/** The public suite of the connector contract: called once in a connector's `x.store.test.ts`. */
export function describeConnector(name: string, { module, openFake }: ConnectorUnderTest): void {
  describe(`the connector contract: ${name}`, () => {
    it("[S37] its settings are those of its form, and the test of the connection says its name", async () => {
      const fake = await openFake();
      const connector = module.open({
        channel: "channel.000000000000000000" as ThreadId,
        settings: fake.settings,
        clock: Date.now,
        random: Math.random,
        log: openLog("silent"),
        deskUrl: "http://127.0.0.1:1",
      });
      try {
        const known = new Set(module.setup.fields.map((field) => field.name));
        expect(Object.keys(fake.settings).filter((field) => !known.has(field))).toEqual([]);
        expect(await connector.test(AbortSignal.timeout(10_000))).toMatchObject({ ok: true });
      } finally {
        await connector.close();
        await fake.close();
      }
    });
  });
}
