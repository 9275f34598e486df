import { identifiersOf, phoneDigits } from "../../shared/directory/identifiers.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Desk } from "./desk.ts";
import { fieldText } from "./fields.ts";

/** Profiles that have this number, whoever wrote it down and however; by what this device holds, so also without a network. */
export function callersOf(desk: Pick<Desk, "heads" | "directory">, number: string): readonly ThreadId[] {
  const digits = phoneDigits(number);
  if (digits === undefined) return [];
  const found = new Set<ThreadId>();
  for (const head of desk.heads.all("person")) {
    if (hasNumber(head, digits)) found.add(desk.directory.profiles.frontOf(head._id));
  }
  return [...found];
}

const hasNumber = (head: DeviceHead, digits: string): boolean =>
  phoneDigits(fieldText(head, "phone")) === digits ||
  identifiersOf(head.fields).some(({ key }) => key === `phone:${digits}`);

/** A person's dialogs, the latest first. */
export const dialogsOf = (desk: Pick<Desk, "heads" | "directory">, person: ThreadId): readonly DeviceHead[] =>
  desk.heads
    .all("dialog")
    .filter((head) => desk.directory.personId(head) === person)
    .toSorted((a, b) => b.lastAt - a.lastAt);
