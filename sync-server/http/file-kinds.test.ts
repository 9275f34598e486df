import { describe, expect, test } from "vitest";
import { isRefusedFileName } from "../../shared/protocol/files.ts";
import { sniffKind } from "./file-kinds.ts";

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : Buffer.from(part))));

describe("kinds of files", () => {
  test.each([
    ["a page", bytes("<!DOCTYPE html><p>")],
    ["a page behind white space and a mark", bytes(0xef, 0xbb, 0xbf, "\n  <html>")],
    ["a drawing", bytes('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">')],
    ["a drawing behind its XML line", bytes('<?xml version="1.0"?><svg>')],
    ["a page behind a comment", bytes("<!-- --><script>alert(1)</script>")],
    ["a page in UTF-16", Buffer.concat([bytes(0xff, 0xfe), Buffer.from("<script>", "utf16le")])],
    ["a program of Windows", bytes("MZ", 0x90, 0)],
    ["a program of Linux", bytes(0x7f, "ELF")],
    ["a script", bytes("#!/bin/sh\nrm -rf /")],
  ])("%s is refused", (_name, start) => {
    expect(sniffKind(start)).toEqual({ kind: "refused" });
  });

  test.each([
    ["image/png", "picture", bytes(0x89, "PNG\r\n", 0x1a, "\n")],
    ["image/jpeg", "picture", bytes(0xff, 0xd8, 0xff, 0xe0)],
    ["image/webp", "picture", bytes("RIFF", 0, 0, 0, 0, "WEBPVP8 ")],
    ["application/pdf", "other", bytes("%PDF-1.7")],
    ["application/zip", "other", bytes("PK", 3, 4)],
    ["video/mp4", "other", bytes(0, 0, 0, 24, "ftypisom")],
    ["text/plain; charset=utf-8", "other", bytes("Принтер не виден. 2 < 3, a <b but no tag at the start")],
    ["application/octet-stream", "other", bytes(0xc3, 0x28, 0, 1)],
  ])("%s is taken", (type, kind, start) => {
    expect(sniffKind(start)).toEqual({ kind, type });
  });

  test("text that is cut within a character is still text", () => {
    expect(sniffKind(Buffer.from("ы".repeat(2_048)).subarray(0, 4_095))).toMatchObject({
      type: "text/plain; charset=utf-8",
    });
  });

  test.each(["page.html", "drawing.SVG", "setup.exe", "setup.exe. ", "run.ps1", "a.jar", "x.lnk"])(
    "the name %s is refused",
    (name) => expect(isRefusedFileName(name)).toBe(true),
  );
  test.each(["photo.jpg", "отчёт.docx", "html", "exe.txt", "archive.zip"])("the name %s is taken", (name) =>
    expect(isRefusedFileName(name)).toBe(false),
  );
});
