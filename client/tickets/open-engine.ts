import type { TicketEngine } from "./engine-port.ts";
import { type EnginePort, type FromEngine, remoteEngine } from "./remote.ts";

/** An engine in a worker of this tab; the worker and Automerge are loaded at the first call. */
export const openEngineWorker = (): TicketEngine => remoteEngine(openPort);

function openPort(): EnginePort {
  const worker = new Worker(new URL("./tickets.worker.ts", import.meta.url), {
    type: "module",
    name: "otklik-tickets",
  });
  const port: EnginePort = {
    postMessage: (message) => worker.postMessage(message),
    onmessage: null,
    onfailed: null,
    end: () => worker.terminate(),
  };
  worker.onmessage = ({ data }: MessageEvent<FromEngine>) => port.onmessage?.({ data });
  worker.onerror = () => port.onfailed?.();
  worker.onmessageerror = () => port.onfailed?.();
  return port;
}
