import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { isPrivateAddress, postSafely, signatureOf } from "./signed-post.ts";

const common = { body: "{}", headers: {}, timeoutMs: 2_000 } as const;

describe("posting to an address that somebody named", () => {
  it("[S45] knows addresses that are not of the open net", () => {
    const closed =
      "127.0.0.1 10.1.2.3 172.31.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 ::1 :: fe80::1 fc00::1";
    for (const one of [...closed.split(" "), "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%eth0"]) {
      expect([one, isPrivateAddress(one)]).toEqual([one, true]);
    }
    for (const one of ["8.8.8.8", "172.32.0.1", "2a00:1450:4010:c0a::8b", "100.128.0.1"]) {
      expect([one, isPrivateAddress(one)]).toEqual([one, false]);
    }
  });

  it("[S45] refuses private addresses however they are written, before it connects", async () => {
    let calls = 0;
    const server = createServer((_request, response) => {
      calls += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    for (const host of ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0"]) {
      const answer = await postSafely({ ...common, url: `http://${host}:${port}/`, privateNetwork: false });
      expect([host, answer.t, "why" in answer && answer.why]).toEqual([host, "not-sent", "private"]);
    }
    expect(calls).toBe(0);
    const allowed = await postSafely({ ...common, url: `http://localhost:${port}/`, privateNetwork: true });
    expect([allowed.t, calls]).toEqual(["answered", 1]);
    server.close();
  });

  it("[S45] follows no redirect, and tells what may have arrived from what did not", async () => {
    const server = createServer((request, response) => {
      if (request.url === "/away") return response.writeHead(302, { location: "/here" }).end("moved");
      if (request.url === "/cut") return request.socket.destroy();
      return response.end("a".repeat(10_000));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const post = (url: string) => postSafely({ ...common, url, privateNetwork: true });
    expect(await post(`${root}/away`)).toEqual({ t: "answered", status: 302, text: "moved" });
    expect(await post(`${root}/here`)).toEqual({ t: "answered", status: 200, text: "a".repeat(2_048) });
    expect((await post(`${root}/cut`)).t).toBe("no-answer");
    await new Promise((resolve) => server.close(resolve));
    expect(await post(`${root}/here`)).toMatchObject({ t: "not-sent", why: "unreachable" });
    expect((await post("ftp://example.com/")).t).toBe("not-sent");
  });

  it("[S45] signs the timestamp, a dot and the body", () => {
    // By OpenSSL: printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
    expect(signatureOf("secret", "1700000000", '{"a":1}')).toBe(
      "sha256=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686",
    );
    expect(signatureOf("secret", "1700000000", '{"a":1}')).not.toBe(signatureOf("secret", "1700000001", '{"a":1}'));
  });
});
