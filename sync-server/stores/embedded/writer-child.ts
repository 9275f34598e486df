/**
 * The victim of the kill -9 test: writes to an embedded store, tells each acknowledged `id rev` on its standard output, and
 * kills itself in the middle. `hold` opens the store and stays.
 */
import { writeSync } from "node:fs";
import { openEmbeddedStore } from "./embedded-store.ts";

const [folder = "", mode] = process.argv.slice(2);
const store = await openEmbeddedStore({ folder });
const desk = await store.open("desk");

if (mode === "hold") {
  writeSync(1, "open\n");
  setInterval(() => {}, 1_000);
} else {
  let acknowledged = 0;
  const life = `${process.pid}.${Date.now()}`;
  const tell = (row: { readonly id: string; readonly ok: boolean; readonly rev?: string }) => {
    if (!row.ok) throw new Error(`${row.id} was not written`);
    writeSync(1, `${row.id} ${row.rev}\n`);
    if (++acknowledged >= 300) process.kill(process.pid, "SIGKILL");
  };
  const writeHead = async (name: string) => {
    let row = await desk.put({ _id: name, n: 0 });
    for (let n = 1; row.ok; n++) {
      tell(row);
      row = await desk.put({ _id: name, _rev: row.rev, n, text: "x".repeat(n % 700) });
    }
  };
  const writeItems = async () => {
    for (let n = 0; ; n++) {
      const rows = await desk.bulk([0, 1, 2].map((part) => ({ _id: `${life}:${n}.${part}`, text: "y".repeat(500) })));
      for (const row of rows) tell(row);
    }
  };
  await Promise.all([writeHead(`${life}.h1`), writeHead(`${life}.h2`), writeItems()]);
}
