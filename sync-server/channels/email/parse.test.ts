import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readMailExtra } from "../../../shared/channels/email-extra.ts";
import { sha256HexOfBytes } from "../../../shared/kernel/hash.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { InboundEvent, SetAside } from "../port.ts";
import { deskMark } from "./message-ids.ts";
import { parseMail } from "./parse.ts";

const CHANNEL = "channel.000000000000000000" as ThreadId;
const CAME_AT = Date.parse("2026-11-02T14:00:00Z");
const FOLDER = new URL("./fixtures/", import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".eml"))
  .sort();

const sourceOf = (name: string): Uint8Array => {
  const text = readFileSync(new URL(name, FOLDER)).toString("latin1");
  return Buffer.from(
    text.replaceAll("X-Otklik-Desk: MARK", `X-Otklik-Desk: ${deskMark(CHANNEL)}`).replaceAll("\n", "\r\n"),
    "latin1",
  );
};
const read = (source: Uint8Array, authServer: string | undefined = "mail.desk.example") =>
  parseMail(source, CAME_AT, {
    channel: CHANNEL,
    address: "desk@desk.example",
    ...(authServer === "" ? {} : { authServer }),
  });
async function readOne(name: string): Promise<InboundEvent & { readonly t: "message" }> {
  const [event] = await read(sourceOf(name));
  if (event?.t !== "message") throw new Error(`${name} is no message`);
  return event;
}

/** An event as a person checks it: the text in its parts, files by name, type and size. */
function plain(event: InboundEvent | SetAside): unknown {
  if (event.t === "aside") return { t: event.t, reason: event.reason, detail: event.detail };
  if (event.t !== "message") return event;
  const { quoted, signature, html, ...extra } = readMailExtra(event.extra) ?? {};
  const own = Math.min(quoted ?? event.text.length, signature ?? event.text.length);
  return {
    ...event,
    text: {
      own: event.text.slice(0, own),
      ...(signature === undefined ? {} : { signature: event.text.slice(signature, quoted) }),
      ...(quoted === undefined ? {} : { quoted: event.text.slice(quoted) }),
    },
    ...(event.files === undefined
      ? {}
      : {
          files: event.files.map(({ name, type, size }) =>
            type === "application/gzip" ? name : `${name}, ${type}, ${size}`,
          ),
        }),
    extra: { ...extra, ...(html === undefined ? {} : { html: "a file" }) },
  };
}

describe("a mail as an event", () => {
  const expected = JSON.parse(readFileSync(new URL("expected.json", FOLDER), "utf8")) as Record<string, unknown>;

  it("[S37] each kind of mail has its expectation", () => {
    expect(NAMES).toEqual(Object.keys(expected).sort());
    expect(NAMES.length).toBeGreaterThan(30);
  });

  it.each(NAMES)("[S37] %s", async (name) => {
    expect(JSON.parse(JSON.stringify((await read(sourceOf(name))).map(plain)))).toEqual(expected[name]);
  });

  it("[S37] the same mail is the same event, whenever it came", async () => {
    const source = sourceOf("no-message-id.eml");
    const [first] = await read(source);
    const [second] = await parseMail(source, CAME_AT + 1, { channel: CHANNEL, address: "desk@desk.example" });
    const idOf = (event: InboundEvent | SetAside | undefined): unknown => (event?.t === "message" ? event.id : event);
    expect(idOf(second)).toBe(idOf(first));
  });

  it("[U11] the HTML is a file that no browser opens as a page, and its pictures are found by their names", async () => {
    const event = await readOne("html-inline.eml");
    const [html, picture] = event.files ?? [];
    const extra = readMailExtra(event.extra);
    expect(sha256HexOfBytes(html?.bytes ?? new Uint8Array())).toBe(extra?.html);
    expect(gunzipSync(html?.bytes ?? new Uint8Array()).toString()).toContain('<img src="cid:shot@users.example">');
    expect(extra?.cids?.["shot@users.example"]).toBe(sha256HexOfBytes(picture?.bytes ?? new Uint8Array()));
  });

  it("[S3] an address counts as its sender's only where the trusted server says so", async () => {
    const verified = async (name: string, authServer?: string): Promise<unknown> => {
      const [event] = await read(sourceOf(name), authServer);
      return event?.t === "message" ? event.user.ids?.[0]?.verified : undefined;
    };
    expect(await verified("plain.eml")).toBe(true);
    expect(await verified("plain.eml", "other.example")).toBe(false);
    expect(await verified("plain.eml", "")).toBe(false);
    expect(await verified("forged-authentication.eml")).toBe(false);
    expect(await verified("koi8-r.eml")).toBe(false);
  });

  it("[S37] a very long mail is shortened, and all of it is a file", async () => {
    const [event] = await read(
      Buffer.from(`From: a@users.example\r\nMessage-ID: <long@x>\r\n\r\n${"слово ".repeat(6_000)}`),
    );
    expect(event).toMatchObject({ t: "message", extra: { shortened: true }, files: [{ name: "message.txt" }] });
    expect(event?.t === "message" && event.text.length).toBe(20_000);
  });

  it("[S37] more files than a message holds leave as the whole mail", async () => {
    const parts = Array.from(
      { length: 30 },
      (_, i) =>
        `--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="${i}.csv"\r\n\r\nrow ${i}\r\n`,
    );
    const head = 'From: a@users.example\r\nMessage-ID: <many@x>\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n';
    const [event] = await read(Buffer.from(`${head}${parts.join("")}--b--\r\n`));
    const files = event?.t === "message" ? (event.files ?? []) : [];
    expect([files.length, files.at(-1)?.name]).toEqual([20, "message.eml"]);
  });

  it("[S37] whatever comes, reading ends and what it makes is an event or set aside", async () => {
    const source = Buffer.from(sourceOf("attachments.eml"));
    const kinds = new Set<string>();
    for (let cut = 0; cut < source.length; cut += 41) {
      const broken = Buffer.from(source.subarray(0, source.length - cut));
      broken[cut % broken.length] = cut % 256;
      for (const event of await read(broken)) kinds.add(event.t);
    }
    expect([...kinds].sort()).toEqual(["aside", "message"]);
  });
});
