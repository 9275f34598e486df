import { connect, createServer, type Socket } from "node:net";

/**
 * `pass`: everything goes through. `swallow`: connections stay up and nothing comes through, in either direction, as on a
 * half-open line. `refuse`: connections are reset.
 */
export type ProxyMode = "pass" | "swallow" | "refuse";

/** A line between a browser and the desk that can be made to fail in ways that the browser does not notice. */
export interface FaultProxy {
  readonly origin: string;
  set(mode: ProxyMode): void;
  close(): Promise<void>;
}

/** Listens on a free port of the loopback and forwards to `targetPort`. */
export function openFaultProxy(targetPort: number): Promise<FaultProxy> {
  let mode: ProxyMode = "pass";
  const pairs = new Set<{ readonly near: Socket; readonly far: Socket | undefined }>();
  const server = createServer((near) => {
    near.on("error", () => near.destroy());
    if (mode === "refuse") return void near.resetAndDestroy();
    const far = mode === "pass" ? connect(targetPort, "127.0.0.1") : undefined;
    const pair = { near, far };
    pairs.add(pair);
    near.on("close", () => {
      pairs.delete(pair);
      far?.destroy();
    });
    // Bytes of a swallowed time are gone for ever: the line is cut when it passes again, as a network would.
    near.on("data", (bytes) => mode === "pass" && far?.write(bytes));
    far?.on("data", (bytes) => mode === "pass" && near.write(bytes));
    far?.on("error", () => near.destroy());
    far?.on("close", () => mode === "pass" && near.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      resolve({
        origin: `http://127.0.0.1:${port}`,
        set: (next) => {
          const wasSwallowing = mode === "swallow";
          mode = next;
          if (next === "refuse" || (wasSwallowing && next === "pass"))
            for (const pair of pairs) pair.near.resetAndDestroy();
        },
        close: () =>
          new Promise((done) => {
            for (const pair of pairs) pair.near.destroy();
            server.close(() => done());
          }),
      });
    });
  });
}
