import type { FileRef } from "../../shared/items/base.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { isThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/** A field as text; empty when it is not there or is something else. */
export function fieldText(head: DeviceHead | undefined, name: string): string {
  const value = head?.fields[name]?.value;
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** A field as a number. */
export function fieldNumber(head: DeviceHead | undefined, name: string): number | undefined {
  const value = head?.fields[name]?.value;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** A field that is `true`. */
export const fieldFlag = (head: DeviceHead | undefined, name: string): boolean => head?.fields[name]?.value === true;

/** A field that names threads: one, or a list. */
export function fieldThreads(head: DeviceHead | undefined, name: string): readonly ThreadId[] {
  const value = head?.fields[name]?.value;
  const list = Array.isArray(value) ? value : [value];
  return list.filter(isThreadId);
}

/** Files that a field lists; what does not look like one is left out. */
export function fieldFiles(head: DeviceHead | undefined, name: string): readonly FileRef[] {
  const value = head?.fields[name]?.value;
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry): FileRef[] => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return [];
    const { sha, name: fileName, type, size, width, height } = entry as Readonly<Record<string, unknown>>; // read below
    if (typeof sha !== "string" || typeof fileName !== "string" || typeof type !== "string" || typeof size !== "number")
      return [];
    return [
      {
        sha,
        name: fileName,
        type,
        size,
        ...(typeof width === "number" ? { width } : {}),
        ...(typeof height === "number" ? { height } : {}),
      },
    ];
  });
}
