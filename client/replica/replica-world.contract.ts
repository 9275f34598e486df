import type { ItemKind } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { makeDeviceId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { seededRandom } from "../../shared/testing/random.ts";
import { agent, DIALOG, type Given, TEAM, ThreadWorld, user } from "../../shared/testing/thread-world.ts";
import { BrowserTwin, type TabTwin } from "../platform/browser-twin.contract.ts";
import { makeDeviceKey } from "../platform/device-key.ts";
import { DeskTwin } from "./desk-twin.contract.ts";
import { openReplica } from "./open-replica.ts";
import { openPeople, type Person } from "./people.ts";
import type { Connection, Replica, ReplicaEvent, ThreadView } from "./port.ts";
import { openPouchStore } from "./store/pouch-store.ts";

export const anna = agent("anna");
export const boris = agent("boris");
export const visitor = user("visitor");

/** A tab with an open replica, and the last it told. */
export class Tab {
  readonly tab: TabTwin;
  readonly replica: Replica;
  readonly events: ReplicaEvent[] = [];
  readonly views = new Map<ThreadId, ThreadView>();
  connection: Connection = { state: "offline", since: 0, unsent: 0, oldestUnsentAt: null };
  lost: readonly StampedItem[] = [];
  others = 0;

  constructor(tab: TabTwin, replica: Replica) {
    this.tab = tab;
    this.replica = replica;
    replica.subscribe((events) => {
      for (const event of events) {
        this.events.push(event);
        if (event.t === "thread") this.views.set(event.view.head._id, event.view);
        if (event.t === "connection") this.connection = event.connection;
        if (event.t === "lost") this.lost = event.items;
        if (event.t === "others") this.others = event.unsent;
      }
    });
  }

  get view(): ThreadView {
    const view = this.views.get(DIALOG);
    if (view === undefined) throw new Error("the dialog is not watched yet");
    return view;
  }
  texts(): readonly string[] {
    return this.view.items.flatMap((item) => ("text" in item && item.text !== undefined ? [item.text] : []));
  }
  states(): readonly string[] {
    return this.view.unsent.map(({ item, state }) => `${item.kind} ${state}`);
  }
}

/** A desk, and browsers at it. */
export class ReplicaWorld {
  readonly desk = new DeskTwin();
  readonly #maker = new ThreadWorld();

  browser(): BrowserTwin {
    return new BrowserTwin(this.desk);
  }

  /** A user's dialog with one message. */
  openDialog(): void {
    this.put(visitor, "open", { team: TEAM, user: visitor.id, channel: "link" });
    this.put(visitor, "message", { text: "The printer is silent." });
  }

  put<Kind extends ItemKind>(actor: Actor, kind: Kind, given: Given<Kind>): StampedItem {
    this.#maker.now = this.desk.now;
    return this.desk.put(actor, this.#maker.make(actor, kind, given));
  }

  async person(browser: BrowserTwin, actor: Actor): Promise<Person> {
    const people = openPeople(browser.prefix);
    const known = (await people.all()).find(({ author }) => author === actor.id);
    const device = known?.device ?? makeDeviceId(seededRandom(browser.prefix.length + actor.id.length * 31));
    const me = this.desk.signIn(browser, actor, device);
    const key = known?.key ?? (await makeDeviceKey());
    const person: Person = {
      author: actor.id,
      me,
      email: `${actor.id}@desk`,
      device,
      key,
      signedIn: true,
      seenAt: browser.now,
    };
    await people.keep(person);
    people.close();
    return person;
  }

  /** A tab of a signed-in person. */
  async open(browser: BrowserTwin, person: Person): Promise<Tab> {
    const tab = browser.openTab();
    const replica = await openReplica({
      environment: tab.environment,
      person,
      openStore: ({ author }) =>
        openPouchStore({ prefix: browser.prefix, author, fetch: (path, init) => tab.environment.fetch(path, init) }),
    });
    return new Tab(tab, replica);
  }
}
