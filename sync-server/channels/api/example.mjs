#!/usr/bin/env node
// A whole system that speaks the generic channel: it posts one message and waits for the answer.
//
//   HOOK=https://desk.example/api/hooks/channel.0123 SECRET=... PORT=8080 node example.mjs "The printer is jammed"
//
// HOOK is the address that the channel's page shows; SECRET is the channel's; in the channel "Where answers go" is this
// program's address, http://<this machine>:8080/ (a private address must be allowed there).
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { HOOK, SECRET, PORT = "8080" } = process.env;
if (!HOOK || !SECRET) throw new Error("HOOK and SECRET are needed");
const sign = (timestamp, body) => `sha256=${createHmac("sha256", SECRET).update(`${timestamp}.${body}`).digest("hex")}`;

/** Says something to the desk; the same id twice is one message, so asking again after a fault is safe. */
async function post(what, body) {
  const text = JSON.stringify(body);
  for (let attempt = 1; ; attempt += 1) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const headers = {
      "content-type": "application/json",
      "x-otklik-timestamp": timestamp,
      "x-otklik-signature": sign(timestamp, text),
    };
    const answer = await fetch(`${HOOK}/${what}`, { method: "POST", headers, body: text }).catch(() => undefined);
    if (answer?.ok) return;
    const isFinal = answer !== undefined && answer.status < 500 && answer.status !== 429;
    if (isFinal || attempt === 5) throw new Error(`the desk answered ${answer?.status}: ${await answer?.text()}`);
    await new Promise((resolve) => setTimeout(resolve, attempt * 1000));
  }
}

/** Whether a call comes from the desk, and is not an old one. */
function isOfDesk(headers, body) {
  const timestamp = String(headers["x-otklik-timestamp"]);
  const given = Buffer.from(String(headers["x-otklik-signature"]));
  const expected = Buffer.from(sign(timestamp, body));
  const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300;
  return isFresh && given.length === expected.length && timingSafeEqual(given, expected);
}

const taken = new Set(); // a real system keeps these where they outlive it
/** Takes an answer of the desk, once. */
async function take(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString("utf8");
  if (!isOfDesk(request.headers, text)) return void response.writeHead(401).end();
  const told = JSON.parse(text);
  response.setHeader("content-type", "application/json").end(JSON.stringify({ id: told.id }));
  if (told.type !== "message" || told.automatic || taken.has(told.id)) return;
  taken.add(told.id);
  console.log(`${told.by ?? "desk"}: ${told.text}`);
  await post("receipts", { of: told.id, state: "read", at: new Date().toISOString() });
  server.close();
}

const server = createServer((request, response) => void take(request, response));
await new Promise((resolve) => server.listen(Number(PORT), () => resolve()));
const user = { id: "customer-17", name: "Ivan Petrov", email: "ivan@example.com" };
await post("messages", { id: randomUUID(), user, text: process.argv[2] ?? "Hello", at: new Date().toISOString() });
