import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { isThreadId, personOfUser, SYSTEM } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { fieldNumber, fieldText } from "./fields.ts";
import type { HeadBook } from "./heads.ts";
import { ALARM_MS, foldText } from "./inbox-list.ts";
import { locale } from "./preferences.ts";
import { createProfiles, type Profiles } from "./profiles.ts";
import { words } from "./words.ts";

/** Names and short facts of people, teams and colleagues; followed where they are read. */
export type Directory = {
  readonly nameOf: (author: AuthorId | null) => string;
  /** The user of a dialog by name; a stranger by the tail of his id. */
  readonly nameOfDialog: (head: DeviceHead) => string;
  /** The person behind a dialog or a ticket, with the fields of his whole profile (S3). */
  readonly person: (head: DeviceHead) => DeviceHead | undefined;
  /** The front of his profile. */
  readonly personId: (head: DeviceHead) => ThreadId | undefined;
  /** Who is one with whom. */
  readonly profiles: Profiles;
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
  const profiles = createProfiles(heads);

  function personOfAuthor(author: AuthorId): ThreadId {
    let person = personOf.get(author);
    if (!person) {
      person = personOfUser(author);
      personOf.set(author, person);
    }
    return person;
  }

  /** The person that the thread itself names. */
  const namedPerson = (head: DeviceHead): ThreadId | undefined =>
    head.person ?? (head.user === null ? undefined : personOfAuthor(head.user));

  function personId(head: DeviceHead): ThreadId | undefined {
    const named = namedPerson(head);
    return named && profiles.frontOf(named);
  }

  const person = (head: DeviceHead): DeviceHead | undefined => {
    const named = namedPerson(head);
    return named && profiles.headOf(named);
  };

  const visitor = (user: AuthorId | null): string =>
    user === null ? words().common.unknownPerson : words().common.visitor(user.slice(-4).toUpperCase());

  function nameOf(author: AuthorId | null): string {
    if (author === null) return words().common.nobody;
    if (author === SYSTEM) return words().event.system;
    if (isThreadId(author)) return fieldText(heads.get(author), "name") || words().common.unknownPerson;
    return fieldText(profiles.headOf(personOfAuthor(author)), "name") || visitor(author);
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
    profiles,
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
      const named = namedPerson(head);
      const of = named && profiles.peek(named);
      const kept = searched.get(head);
      if (kept && kept.of === of) return kept.text;
      const parts = [
        fieldText(of, "name") || fieldText(head, "name") || visitor(head.user),
        fieldText(of, "room"),
        fieldText(of, "phone"),
        fieldText(of, "email"),
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
