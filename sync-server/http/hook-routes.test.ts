import { Hono } from "hono";
import { expect, it } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import type { HookRequest } from "../channels/port.ts";
import type { HttpEnv } from "./env.ts";
import { Fault, presentFault } from "./fault.ts";
import { hookRoutes } from "./hook-routes.ts";

const [known, other] = [derivedThreadId("channel", "known"), derivedThreadId("channel", "other")];

function open() {
  const heard: HookRequest[] = [];
  let from = "192.0.2.1";
  const app = new Hono<HttpEnv>();
  app.use("*", async (c, next) => {
    c.set("from", from);
    await next();
  });
  app.onError((error, c) => presentFault(c, error instanceof Fault ? error : new Fault("internal")));
  const hook = async (_channel: string, request: HookRequest) => {
    heard.push(request);
    return { status: request.headers.get("x-secret") === "right" ? 200 : 401 };
  };
  app.route("/api/hooks", hookRoutes({ isChannel: (channel) => channel === known || channel === other, hook }));
  const call = async (channel: string, secret: string, body: string | ReadableStream<Uint8Array> = "{}") => {
    const given = { method: "POST", headers: { "x-secret": secret }, body, duplex: "half" } as const;
    return (await app.request(`/api/hooks/${channel}/update`, given)).status;
  };
  return { heard, call, comesFrom: (address: string) => (from = address) };
}

it("[S37] nothing is read of a call to a channel that is not there", async () => {
  const { heard, call } = open();
  let read = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        read += 1;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    },
    { highWaterMark: 0 },
  );
  expect(await call(derivedThreadId("channel", "nobody"), "right", body)).toBe(404);
  expect(read).toBe(0);
  expect(heard).toEqual([]);
});

it("[S37] who calls without the secret again and again is not read any more; others and other channels are", async () => {
  const { heard, call, comesFrom } = open();
  for (let at = 0; at < 120; at += 1) expect(await call(known, "guess")).toBe(401);
  expect(await call(known, "right")).toBe(429);
  expect(heard).toHaveLength(120);
  expect(await call(other, "right")).toBe(200);
  comesFrom("192.0.2.2");
  expect(await call(known, "right")).toBe(200);
});
