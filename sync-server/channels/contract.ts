import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./contract-bench.ts";
import { CLAUSES } from "./contract-clauses.ts";
import type { ChannelFake } from "./fake.ts";
import type { ChannelModule } from "./port.ts";

/** A connector and the other side that it speaks with; a fresh fake each time, on a free port of loopback. */
export type ConnectorUnderTest = {
  readonly module: ChannelModule;
  readonly openFake: () => Promise<ChannelFake>;
};

/**
 * The public suite of the connector contract: called once in a connector's `x.store.test.ts`. It stands the channel core on a
 * store in memory, sets the connector up by its form, and drives the other side. What a channel's abilities say that it cannot
 * do is not asked of it.
 */
export function describeConnector(name: string, connector: ConnectorUnderTest): void {
  describe(`the connector contract: ${name}`, () => {
    let bench: Bench | undefined;
    afterEach(async () => {
      await bench?.close();
      bench = undefined;
    });
    const asked = CLAUSES.filter(({ applies }) => applies?.(connector.module) !== false);
    // Each clause has its own patience: this is the longest.
    it.each(asked)("$name", { timeout: 240_000 }, async (clause) => {
      bench = await openBench(connector);
      await expect(clause.run(bench)).resolves.toBeUndefined();
    });
  });
}
