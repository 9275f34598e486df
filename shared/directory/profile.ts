import type { Json } from "../kernel/canonical.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, ThreadId } from "../kernel/ids.ts";
import type { PersonRows } from "./pair-word.ts";
import { type ActivePair, makeProfileIndex } from "./profile-index.ts";

/** A field of a head, as shared/thread/head.ts has it. */
export type PersonField = {
  readonly value: Json;
  readonly by: AuthorId;
  readonly n: number;
  readonly at: Ms;
  readonly before?: Json;
};
type Fields = Readonly<Record<string, PersonField>>;

/** What a profile reads of a person's head. */
export type PersonHead = PersonRows & { readonly user: AuthorId | null; readonly fields: Fields };

/** One value of a field, and in whose threads it stands: the first is the one that is corrected. */
export type KnownValue = { readonly field: PersonField; readonly persons: readonly ThreadId[] };

/** One person as the desk knows him, by all threads that are him. */
export type Profile<Head extends PersonHead = PersonHead> = {
  readonly front: ThreadId;
  /** The front first. */
  readonly members: readonly Head[];
  readonly pairs: readonly ActivePair[];
  readonly users: readonly AuthorId[];
};

/** Fields that hold lists: in a profile they are joined instead of chosen from. */
const LISTS: ReadonlySet<string> = new Set(["assets"]);
/** Whether of a field all that the profile's cards say is shown, and not the first of it. */
export const isJoinedField = (name: string): boolean => LISTS.has(name);

/** All profiles of these persons, each person in exactly one; in the order of their fronts' ids. Pure; any order of input. */
export function profilesOf<Head extends PersonHead>(heads: readonly Head[]): readonly Profile<Head>[] {
  const index = makeProfileIndex();
  index.apply(heads);
  const byId = new Map(heads.map((head) => [head._id, head]));
  return [...byId.values()]
    .filter(({ _id }) => index.frontOf(_id) === _id)
    .sort((a, b) => (a._id < b._id ? -1 : 1))
    .map((head) => {
      const group = index.groupOf(head._id);
      const members = group === undefined ? [head] : group.members.flatMap((id) => byId.get(id) ?? []);
      return makeProfile(members, group?.pairs ?? []);
    });
}

/** A profile of these members, the front first. */
export function makeProfile<Head extends PersonHead>(
  members: readonly [Head, ...Head[]] | readonly Head[],
  pairs: readonly ActivePair[],
): Profile<Head> {
  const [front] = members;
  if (front === undefined) throw new RangeError("a profile has a member");
  return { front: front._id, members, pairs, users: [...new Set(members.flatMap(({ user }) => user ?? []))] };
}

/** Every value that a profile has for a field: the front's, then the newest first. Equal values are one. */
export function valuesOf(members: readonly PersonHead[], name: string): readonly KnownValue[] {
  const [front] = members;
  const held = members.flatMap((head) => {
    const field = head.fields[name];
    return field === undefined || isNothing(field.value) ? [] : [{ field, person: head._id }];
  });
  held.sort(
    (a, b) =>
      Number(b.person === front?._id) - Number(a.person === front?._id) ||
      b.field.at - a.field.at ||
      (a.person < b.person ? -1 : 1),
  );
  const values = new Map<string, { readonly field: PersonField; readonly persons: ThreadId[] }>();
  for (const { field, person } of held) {
    const key = JSON.stringify(field.value);
    const known = values.get(key);
    if (known === undefined) values.set(key, { field, persons: [person] });
    else known.persons.push(person);
  }
  return [...values.values()];
}

/** The profile's fields as one person's: of each the first of `valuesOf`; lists joined. */
export function fieldsOfProfile(members: readonly PersonHead[]): Fields {
  const fields: Record<string, PersonField> = {};
  for (const name of new Set(members.flatMap((head) => Object.keys(head.fields)))) {
    const values = valuesOf(members, name);
    const [first] = values;
    if (first === undefined) continue;
    const isList = isJoinedField(name) && values.length > 1;
    fields[name] = isList ? { ...first.field, value: joined(values.map(({ field }) => field.value)) } : first.field;
  }
  return fields;
}

const isNothing = (value: Json): boolean => value === null || value === "";

function joined(values: readonly Json[]): Json {
  return [...new Set(values.flatMap((value) => (Array.isArray(value) ? value : [value])))];
}
