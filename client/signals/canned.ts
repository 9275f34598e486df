import type { FileRef } from "../../shared/items/base.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { agentAuthor } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Desk } from "./desk.ts";
import { fieldFiles, fieldFlag, fieldText, fieldThreads } from "./fields.ts";
import type { Canned, TemplateValues } from "./templates.ts";
import { say } from "./words.ts";

/** A template or an instruction file of the library. */
export type LibraryEntry = Canned & { readonly id: ThreadId; readonly files: readonly FileRef[] };

/** What the library holds and is not put away. */
export function libraryOf(desk: Desk, kind: "template" | "article"): readonly LibraryEntry[] {
  return desk.heads
    .all(kind)
    .filter((head) => !fieldFlag(head, "archived"))
    .map((head) => {
      const shortcut = fieldText(head, "shortcut");
      const locale = fieldText(head, "locale");
      return {
        id: head._id,
        title: fieldText(head, "title"),
        text: fieldText(head, "text"),
        files: fieldFiles(head, "files"),
        ...(shortcut ? { shortcut } : {}),
        ...(locale ? { locale } : {}),
      };
    });
}

/** What a template's variables mean in a dialog, as this device knows it. */
export function valuesFor(desk: Desk, thread: ThreadId): TemplateValues {
  const head = desk.heads.peek(thread);
  if (!head) return {};
  const person = desk.directory.person(head);
  const asset = assetOf(desk, head);
  const now = Date.now();
  return {
    name: fieldText(person, "name").split(" ")[0] ?? "",
    agent: desk.me().name,
    team: desk.directory.teamName(head.team),
    room: fieldText(head, "room") || fieldText(person, "room"),
    asset: asset ? [fieldText(asset, "name"), fieldText(asset, "model")].filter(Boolean).join(", ") : "",
    phone: fieldText(person, "phone"),
    date: say.date(now),
    time: say.time(now),
  };
}

/** The asset that a dialog or a ticket is about: its own, else that of the dialog `behind` it, else the person's first. */
export function assetOf(desk: Desk, head: DeviceHead, behind?: DeviceHead): DeviceHead | undefined {
  const ownOf = (thread: DeviceHead | undefined): ThreadId | undefined =>
    fieldThreads(thread, "asset")[0] ?? thread?.links.find(({ relation }) => relation === "asset")?.to;
  const personsOf = (thread: DeviceHead | undefined): ThreadId | undefined =>
    thread === undefined ? undefined : fieldThreads(desk.directory.person(thread), "assets")[0];
  const id = ownOf(head) ?? ownOf(behind) ?? personsOf(head) ?? personsOf(behind);
  return id === undefined ? undefined : desk.heads.get(id);
}

/** The language of the user, as far as it is known. */
export const localeOf = (desk: Desk, thread: ThreadId): string | undefined => {
  const head = desk.heads.peek(thread);
  if (!head) return undefined;
  return fieldText(head, "locale") || fieldText(desk.directory.person(head), "locale") || undefined;
};

/** Colleagues as entries that can be chosen by name. */
export const colleaguesOf = (desk: Desk): readonly LibraryEntry[] =>
  desk.directory
    .colleagues()
    .filter((agent) => agent._id !== desk.me().agent)
    .map((agent) => ({ id: agent._id, title: fieldText(agent, "name"), text: "", files: [] }));

/** Colleagues whom a note mentions as `@Name`. */
export const mentionedIn = (desk: Desk, text: string): readonly AuthorId[] =>
  desk.directory
    .colleagues()
    .filter((agent) => fieldText(agent, "name") !== "" && text.includes(`@${fieldText(agent, "name")}`))
    .map((agent) => agentAuthor(agent._id));
