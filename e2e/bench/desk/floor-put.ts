import { WebSocket } from "ws";
import type { DeskPlace } from "./open-desk-server.ts";

/** The floor of claims and messages: one conditional put to the same store by the same client, over a bare socket. */
export type FloorPut = {
  /** Puts the next version of a document; milliseconds until the answer. */
  readonly put: (body: Readonly<Record<string, unknown>>) => Promise<number>;
  readonly close: () => void;
};

type Row = { readonly ok: boolean; readonly rev?: string };

export async function openFloorPut({ floorPort }: Pick<DeskPlace, "floorPort">): Promise<FloorPut> {
  const ws = new WebSocket(`ws://127.0.0.1:${floorPort}/`);
  await new Promise<void>((resolve, reject) => {
    ws.once("open", () => resolve());
    ws.once("error", reject);
  });
  const revs = new Map<string, string>();
  let count = 0;
  return {
    put: async (body) => {
      count += 1;
      // As claims do: many documents in turn, each written again and again.
      const id = `floor.${count % 50}`;
      const rev = revs.get(id);
      const text = JSON.stringify({ ...body, _id: id, ...(rev === undefined ? {} : { _rev: rev }) });
      const { ms, row } = await new Promise<{ ms: number; row: Row }>((resolve, reject) => {
        const startedAt = performance.now();
        ws.once("close", () => reject(new Error("the floor closed its socket")));
        ws.once("message", (data: Buffer) => {
          const taken = performance.now() - startedAt;
          ws.removeAllListeners("close");
          resolve({ ms: taken, row: JSON.parse(data.toString()) as Row }); // the bench's own answer
        });
        ws.send(text);
      });
      if (!row.ok || row.rev === undefined) throw new Error(`the floor refused a put: ${JSON.stringify(row)}`);
      revs.set(id, row.rev);
      return ms;
    },
    close: () => ws.terminate(),
  };
}
