import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { isThreadId, personOfUser, SYSTEM } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { fieldNumber, fieldText } from "./fields.ts";
import type { HeadBook } from "./heads.ts";
import { ALARM_MS, foldText } from "./inbox-list.ts";
import { locale } from "./preferences.ts";
import { words } from "./words.ts";

/** Names and short facts of people, teams and colleagues; followed where they are read. */
export type Directory = {
  readonly nameOf: (author: AuthorId | null) => string;
  /** The user of a dialog by name; a stranger by the tail of his id. */
  readonly nameOfDialog: (head: DeviceHead) => string;
  readonly person: (head: DeviceHead) => DeviceHead | undefined;
  readonly personId: (head: DeviceHead) => ThreadId | undefined;
  readonly teamName: (team: TeamId | null) => string;
  readonly alarmMs: (team: TeamId | null) => Ms;
  /** Colleagues who work here now, by name. */
  readonly colleagues: () => readonly DeviceHead[];
  readonly teams: () => readonly DeviceHead[];
  /** What a search looks at: name, last line, tags, room; lower case. */
  readonly searchText: (head: DeviceHead) => string;
};

/** Reads the directory out of the heads. */
export function createDirectory(heads: HeadBook): Directory {
  const personOf = new Map<AuthorId, ThreadId>();

  function personId(head: DeviceHead): ThreadId | undefined {
    if (head.person !== null) return head.person;
    if (head.user === null) return undefined;
    let person = personOf.get(head.user);
    if (!person) {
      person = personOfUser(head.user);
      personOf.set(head.user, person);
    }
    return person;
  }

  const person = (head: DeviceHead): DeviceHead | undefined => {
    const id = personId(head);
    return id === undefined ? undefined : heads.get(id);
  };

  const visitor = (user: AuthorId | null): string =>
    user === null ? words().common.unknownPerson : words().common.visitor(user.slice(-4).toUpperCase());

  function nameOf(author: AuthorId | null): string {
    if (author === null) return words().common.nobody;
    if (author === SYSTEM) return words().event.system;
    if (isThreadId(author)) return fieldText(heads.get(author), "name") || words().common.unknownPerson;
    let id = personOf.get(author);
    if (!id) {
      id = personOfUser(author);
      personOf.set(author, id);
    }
    return fieldText(heads.get(id), "name") || visitor(author);
  }

  const nameOfDialog = (head: DeviceHead): string =>
    fieldText(person(head), "name") || fieldText(head, "name") || visitor(head.user);

  function teamName(team: TeamId | null): string {
    if (team === null) return words().common.noTeam;
    const head = heads.get(team);
    return fieldText(head, "name") || fieldText(head, `title.${locale()}`) || words().common.team;
  }

  const searched = new WeakMap<DeviceHead, { readonly of: DeviceHead | undefined; readonly text: string }>();

  return {
    nameOf,
    nameOfDialog,
    person,
    personId,
    teamName,
    alarmMs: (team) => {
      const minutes = team === null ? undefined : fieldNumber(heads.get(team), "alarmMinutes");
      return minutes === undefined ? ALARM_MS : minutes * 60_000;
    },
    colleagues: () =>
      heads
        .all("agent")
        .filter((head) => head.fields["active"]?.value !== false)
        .sort((a, b) => fieldText(a, "name").localeCompare(fieldText(b, "name"))),
    teams: () =>
      [...heads.all("team")]
        .filter((head) => head.state !== "closed")
        .sort((a, b) => teamName(a._id).localeCompare(teamName(b._id))),
    searchText: (head) => {
      const id = personId(head);
      const of = id === undefined ? undefined : heads.peek(id);
      const kept = searched.get(head);
      if (kept && kept.of === of) return kept.text;
      const parts = [
        fieldText(of, "name") || fieldText(head, "name") || visitor(head.user),
        fieldText(of, "room"),
        fieldText(of, "phone"),
        fieldText(head, "subject"),
        fieldText(head, "room"),
        head.last?.text ?? "",
        ...head.tags,
      ];
      const text = foldText(parts.join(" "));
      searched.set(head, { of, text });
      return text;
    },
  };
}
