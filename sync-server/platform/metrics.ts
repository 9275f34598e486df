import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** The desk's numbers, for `/metrics`. One registry a server, so that several can live in one process. */
export type Metrics = {
  readonly registry: Registry;
  readonly requests: Counter<"route" | "status">;
  readonly requestSeconds: Histogram<"route">;
  readonly answers: Counter<"door" | "answer">;
  readonly commits: Counter;
  readonly sockets: Gauge<"kind">;
  readonly streams: Gauge;
  readonly dropped: Counter<"kind">;
  readonly setAside: Counter<"where">;
};

export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: "otklik_requests_total",
      help: "HTTP requests",
      labelNames: ["route", "status"],
      registers,
    }),
    requestSeconds: new Histogram({
      name: "otklik_request_seconds",
      help: "Time to answer an HTTP request",
      labelNames: ["route"],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    answers: new Counter({
      name: "otklik_item_answers_total",
      help: "Answers to items",
      labelNames: ["door", "answer"],
      registers,
    }),
    commits: new Counter({ name: "otklik_commits_total", help: "Commits of the arbiter", registers }),
    sockets: new Gauge({ name: "otklik_sockets", help: "Open sockets", labelNames: ["kind"], registers }),
    streams: new Gauge({ name: "otklik_chat_streams", help: "Open event streams of users", registers }),
    dropped: new Counter({
      name: "otklik_slow_connections_dropped_total",
      help: "Connections dropped as too slow",
      labelNames: ["kind"],
      registers,
    }),
    setAside: new Counter({
      name: "otklik_set_aside_total",
      help: "Bad input set aside",
      labelNames: ["where"],
      registers,
    }),
  };
}
