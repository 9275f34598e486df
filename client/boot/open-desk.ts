import { openLive } from "../live/open-live.ts";
import { browserEnvironment } from "../platform/browser-environment.ts";
import { openReplica } from "../replica/open-replica.ts";
import { openStoreWorker } from "../replica/store/open-store-worker.ts";
import type { SignedInPerson } from "../signals/account.ts";
import type { DeskParts } from "../signals/desk.ts";
import { openDoor } from "../tickets/door.ts";

export type OpenDesk = { readonly parts: DeskParts; readonly close: () => Promise<void> };

/** Opens a person's share of the desk on this device; works with no network. */
export async function openDesk(person: SignedInPerson): Promise<OpenDesk> {
  const environment = browserEnvironment();
  const replica = await openReplica({
    environment,
    person,
    openStore: ({ author }) => openStoreWorker({ prefix: environment.prefix, author }),
  });
  const storageKey = `otklik.${person.author}`;
  const live = await openLive({ environment, author: person.author, teams: person.me.teams });
  const tickets = openDoor({
    replica,
    environment,
    start: (open, follow) => open({ replica, environment, person, follow }),
  });
  return {
    parts: { replica, live, tickets, me: person.me, email: person.email, storageKey },
    close: async () => {
      await tickets.close();
      await live.close();
      await replica.close();
    },
  };
}
