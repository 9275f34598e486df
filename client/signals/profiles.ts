import { createMemo } from "solid-js";
import { fieldsOfProfile, valuesOf } from "../../shared/directory/profile.ts";
import { makeProfileIndex, type ProfileGroup } from "../../shared/directory/profile-index.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { HeadBook } from "./heads.ts";

/** Who is one with whom (S3, U14), as this device knows it, unsent merges included; followed where it is read. */
export type Profiles = {
  /** The person who stands for this one in every list; himself when he is nobody else. */
  readonly frontOf: (person: ThreadId) => ThreadId;
  /** Undefined when he is one with nobody. */
  readonly groupOf: (person: ThreadId) => ProfileGroup | undefined;
  /** All threads that are this person, the front first. */
  readonly membersOf: (person: ThreadId) => readonly ThreadId[];
  /** The front's head with the fields of the whole profile. */
  readonly headOf: (person: ThreadId) => DeviceHead | undefined;
  /** The same, not followed. */
  readonly peek: (person: ThreadId) => DeviceHead | undefined;
  /** In which of his threads the shown value of a field stands: there it is corrected. The front's where there is none. */
  readonly placeOf: (person: ThreadId, field: string) => ThreadId;
  /** One head a profile, with its fields; in no order. */
  readonly all: () => readonly DeviceHead[];
};

/** Profiles over the heads. Of persons only those who were ever merged cost anything. */
export function createProfiles(heads: HeadBook): Profiles {
  const index = makeProfileIndex();
  const taken = new Map<ThreadId, DeviceHead>();
  const merged = new WeakMap<DeviceHead, { readonly of: readonly DeviceHead[]; readonly head: DeviceHead }>();

  const version = createMemo((before: number) => {
    const said = heads.all("person").filter((head) => head.merged !== undefined);
    // Those whom a row names may come, and go, without a word of their own.
    const involved = new Map(said.map((head) => [head._id, head]));
    for (const { merged: rows } of said) {
      for (const { person } of rows ?? []) {
        const head = involved.has(person) ? undefined : heads.peek(person);
        if (head !== undefined) involved.set(person, head);
      }
    }
    const changed = [...involved.values()].filter((head) => taken.get(head._id) !== head);
    const removed = [...taken.keys()].filter((id) => !involved.has(id));
    for (const head of changed) taken.set(head._id, head);
    for (const id of removed) taken.delete(id);
    return index.apply(changed, removed) ? before + 1 : before;
  }, 0);

  const groupOf = (person: ThreadId): ProfileGroup | undefined => {
    version();
    return index.groupOf(person);
  };

  function withFields(group: ProfileGroup, read: (id: ThreadId) => DeviceHead | undefined): DeviceHead | undefined {
    const members = group.members.flatMap((id) => read(id) ?? []);
    const [front] = members;
    if (front === undefined) return undefined;
    const kept = merged.get(front);
    if (kept?.of.length === members.length && kept.of.every((head, at) => head === members[at])) return kept.head;
    const head = { ...front, fields: fieldsOfProfile(members) };
    merged.set(front, { of: members, head });
    return head;
  }

  const read = (person: ThreadId, of: (id: ThreadId) => DeviceHead | undefined): DeviceHead | undefined => {
    const group = groupOf(person);
    return group === undefined ? of(person) : withFields(group, of);
  };

  return {
    frontOf: (person) => groupOf(person)?.front ?? person,
    groupOf,
    membersOf: (person) => groupOf(person)?.members ?? [person],
    headOf: (person) => read(person, heads.get),
    peek: (person) => read(person, heads.peek),
    placeOf: (person, field) => {
      const group = groupOf(person);
      if (group === undefined) return person;
      const [value] = valuesOf(
        group.members.flatMap((id) => heads.get(id) ?? []),
        field,
      );
      return value?.persons[0] ?? group.front;
    },
    all: () => {
      version();
      return heads.all("person").flatMap((head) => {
        const group = index.groupOf(head._id);
        if (group === undefined) return [head];
        return group.front === head._id ? (withFields(group, heads.peek) ?? []) : [];
      });
    },
  };
}
