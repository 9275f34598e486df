import { createEffect, createRoot } from "solid-js";
import { expect, it, vi } from "vitest";
import { derivedThreadId, SYSTEM } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import { createDirectory } from "./directory.ts";
import { createHeadBook } from "./heads.ts";
import { alikeOf } from "./people.ts";

const head = (n: number, phone: string): DeviceHead => ({
  ...deviceHead(emptyHead(derivedThreadId("person", `p${n}`))),
  fields: { phone: { value: phone, by: SYSTEM, n: 1, at: 1 } },
});
const numberOf = (n: number): string => `+7912${String(n).padStart(7, "0")}`;

it("[S3] among thousands the offer comes when the index is made, and follows what changes then", async () => {
  const heads = createHeadBook();
  const many = Array.from({ length: 1_700 }, (_, n) => head(n, numberOf(n % 1_600)));
  heads.apply(many, []);
  const seen: number[] = [];
  const dispose = createRoot((end) => {
    const desk = { heads, directory: createDirectory(heads) };
    createEffect(() => seen.push(alikeOf(desk, many[0]?._id ?? head(0, "")._id).length));
    return end;
  });
  // Not in one go: what is asked first is answered by nobody.
  expect(seen).toEqual([0]);
  await vi.waitFor(() => expect(seen.at(-1)).toBe(1));
  heads.apply([head(1_650, numberOf(0))], []);
  expect(seen.at(-1)).toBe(2);
  heads.apply([], [head(1_650, "")._id, head(1_600, "")._id]);
  expect(seen.at(-1)).toBe(0);
  dispose();
});
