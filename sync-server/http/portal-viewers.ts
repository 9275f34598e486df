import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { userOfPerson } from "../../shared/protocol/portal.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { OtherSelf, PortalViewer } from "../channels/web/portal.ts";
import { secretOf, userOf } from "../identity/credentials.ts";
import type { PortalLinkBook, PortalLinkDoc } from "../identity/portal-links.ts";
import { Fault } from "./fault.ts";

/** Who came, and by which link. */
export type PortalVisit = { readonly viewer: PortalViewer; readonly link?: PortalLinkDoc };

/** The user behind a portal's secret; throws a `Fault` that says why there is none. */
export type PortalVisits = (authorization: string | undefined) => Promise<PortalVisit>;

type Parts = {
  readonly links: Pick<PortalLinkBook, "look">;
  readonly head: (thread: ThreadId) => Pick<DeviceHead, "kind" | "user"> | undefined;
  /** All cards that are the same person now, this one among them. */
  readonly membersOf: (person: ThreadId) => readonly ThreadId[];
  readonly clock: () => Ms;
};

export function makePortalVisits({ links, head, membersOf, clock }: Parts): PortalVisits {
  return async (authorization) => {
    const user = userOf(authorization);
    if (user !== undefined) return { viewer: { user } };
    const found = await links.look(secretOf({ authorization }) ?? "", clock());
    if (found === "other") throw new Fault("signed-out");
    if (typeof found === "string") throw new Fault(`link-${found}`);
    const person = head(found.person);
    if (person?.kind !== "person") throw new Fault("link-unknown");
    const also = (): readonly OtherSelf[] =>
      membersOf(found.person).flatMap((other) => {
        const card = other === found.person ? undefined : head(other);
        return card?.kind === "person" ? [{ person: other, user: userBehind(other, card.user) }] : [];
      });
    return { viewer: { user: userBehind(found.person, person.user), person: found.person, also }, link: found };
  };
}

/** The user whom a person wrote as; one who never did has one all the same. */
const userBehind = (person: ThreadId, user: AuthorId | null): AuthorId => user ?? userOfPerson(person);
