/** One field of a multipart form; a file where it has a name. */
export type FormField = {
  readonly name: string;
  readonly filename?: string;
  readonly type: string;
  readonly bytes: Buffer;
};

/** Reads `multipart/form-data` (RFC 7578) as lenient servers do: white space in headers as it comes, names in UTF-8. */
export function readForm(body: Buffer, contentType: string): readonly FormField[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error("a form without a boundary");
  const mark = Buffer.from(`--${boundary}`);
  const fields: FormField[] = [];
  for (let at = body.indexOf(mark); at !== -1; ) {
    const next = body.indexOf(mark, at + mark.length);
    if (next === -1) break;
    const part = body.subarray(at + mark.length + 2, next - 2); // CRLF behind the mark and before the next one
    const blank = part.indexOf("\r\n\r\n");
    const head = part.subarray(0, blank).toString("utf8");
    const filename = /filename="?([^";\r]*)"?/.exec(head)?.[1];
    fields.push({
      name: /[; ]name="([^"]*)"/.exec(head)?.[1] ?? "",
      type: /content-type:\s*(\S+)/i.exec(head)?.[1] ?? "text/plain",
      bytes: part.subarray(blank + 4),
      ...(filename === undefined ? {} : { filename }),
    });
    at = next;
  }
  return fields;
}
