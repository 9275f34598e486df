import { describe, expect, it } from "vitest";
import type { DeviceRegistration, SignedIn } from "../../shared/protocol/identity.ts";
import { agent } from "../../shared/testing/thread-world.ts";
import { BrowserTwin, type NetworkTwin } from "../platform/browser-twin.contract.ts";
import { signText } from "../platform/device-key.ts";
import { openAccount } from "./account.ts";
import { meOf } from "./desk-twin.contract.ts";

type Call = { readonly path: string; readonly body: { readonly device?: DeviceRegistration; readonly email?: string } };

/** Answers sign-ins; `taken` devices belong to others. */
class DoorTwin implements NetworkTwin {
  readonly calls: Call[] = [];
  readonly taken = new Set<string>();
  answer: "ok" | "wrong" | "down" | "portal" = "ok";

  async fetch(path: string, init: RequestInit | undefined): Promise<Response> {
    const body = JSON.parse(typeof init?.body === "string" ? init.body : "{}") as Call["body"];
    this.calls.push({ path, body });
    if (this.answer === "down") throw new TypeError("network");
    if (this.answer === "portal") return new Response("<html></html>", { headers: { "content-type": "text/html" } });
    if (path === "/api/sign-out") return new Response(null, { status: 204 });
    if (this.answer === "wrong") return json({ code: "wrong", ref: "" }, 401);
    const device = body.device?.device;
    if (device === undefined) return json({ open: true }, 200);
    if (this.taken.delete("first")) return json({ code: "device-taken", ref: "" }, 409);
    const who = agent(body.email ?? "");
    if (who.kind !== "agent") throw new Error("an agent signs in");
    const signed: Partial<SignedIn> = { me: meOf(who, device), session: "s", now: 0 };
    return json(signed, 200);
  }
  openSocket(): never {
    throw new Error("no socket here");
  }
}
const json = (body: unknown, status: number): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

function accountAt(door: DoorTwin, browser = new BrowserTwin(door)) {
  return { browser, account: openAccount(browser.openTab().environment) };
}
const anna = { email: "Anna@Desk.example ", password: "secret" };

describe("account", () => {
  it("a person gets one device id and key on a browser, for ever, and another person another", async () => {
    const door = new DoorTwin();
    const { account } = accountAt(door);
    const first = await account.signIn(anna);
    const again = await account.signIn({ ...anna, email: "anna@desk.example" });
    const other = await account.signIn({ email: "boris@desk.example", password: "secret" });
    if (!first.ok || !again.ok || !other.ok) throw new Error("all three sign in");
    const registered = door.calls.map(({ body }) => body.device);
    expect(registered[1]).toEqual(registered[0]);
    expect(registered[2]?.device).not.toBe(registered[0]?.device);
    expect(registered[2]?.key.x).not.toBe(registered[0]?.key.x);
    expect((await account.present())?.author).toBe(other.value.author);
  });

  it("the private key cannot be read, signs after a reload, and its public half is what was registered", async () => {
    const door = new DoorTwin();
    const { account, browser } = accountAt(door);
    await account.signIn(anna);
    const person = await openAccount(browser.openTab().environment).present();
    if (person === undefined) throw new Error("Anna is present");
    await expect(crypto.subtle.exportKey("jwk", person.key.privateKey)).rejects.toThrow(/extractable/i);
    const jwk = { ...door.calls[0]?.body.device?.key, ext: true };
    const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const signature = Buffer.from(await signText(person.key, "a text"), "base64url");
    const text = new TextEncoder().encode("a text");
    expect(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, text)).toBe(true);
  });

  it("a device id that is somebody else's is replaced by another one", async () => {
    const door = new DoorTwin();
    door.taken.add("first");
    const { account } = accountAt(door);
    const signed = await account.signIn(anna);
    expect(signed.ok).toBe(true);
    const [one, two] = door.calls.map(({ body }) => body.device?.device);
    expect(two).not.toBe(one);
    expect((await account.present())?.device).toBe(two);
  });

  it("says why a sign-in did not come about, and keeps nobody", async () => {
    const door = new DoorTwin();
    const { account } = accountAt(door);
    const whys = [];
    for (const answer of ["wrong", "down", "portal"] as const) {
      door.answer = answer;
      const signed = await account.signIn(anna);
      whys.push(signed.ok ? "in" : signed.error.why === "refused" ? signed.error.code : signed.error.why);
    }
    expect(whys).toEqual(["wrong", "unreachable", "foreign-answer"]);
    expect(await account.present()).toBeUndefined();
  });
});
