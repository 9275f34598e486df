import type { Ms } from "../../shared/kernel/clock.ts";
import { derivedThreadId, type Random, randomDigits, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Arbiter } from "../arbiter/port.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { type Effect, makeSystemItem } from "../reactions/reaction.ts";
import { SETTINGS } from "../reactions/route-new-dialog.ts";
import type { StoreDatabase } from "../stores/store.ts";

/** The team and the public link that a new desk begins with, so that its chat works at once. */
export const FIRST_TEAM = derivedThreadId("team", "first");
export const FIRST_LINK = derivedThreadId("link", "first");

type Parts = {
  readonly arbiter: Pick<Arbiter, "submit" | "head">;
  readonly serverDatabase: StoreDatabase;
  readonly random: Random;
  readonly clock: () => Ms;
};

/** Makes what a new desk lacks; does nothing on one that has it. A crash in the middle is made up for by the next start. */
export async function makeFirstDesk({ arbiter, serverDatabase, random, clock }: Parts): Promise<void> {
  const at = clock();
  const token = await firstLinkToken(serverDatabase, random);
  const wanted: readonly (Effect & { readonly thread: ThreadId })[] = [
    {
      kind: "open",
      thread: SETTINGS,
      cause: "first:settings",
      at,
      set: { name: "Otklik", defaultLocale: "ru", routing: [] },
    },
    {
      kind: "open",
      thread: FIRST_TEAM,
      cause: "first:team",
      at,
      set: { name: "Поддержка", "title.ru": "Поддержка", "title.en": "Support", alarmMinutes: 5, reopenHours: 72 },
    },
    {
      kind: "open",
      thread: FIRST_LINK,
      cause: "first:link",
      at,
      team: FIRST_TEAM,
      set: { token, title: "Поддержка" },
    },
  ];
  for (const effect of wanted) {
    if ((await arbiter.head(effect.thread)) !== undefined) continue;
    const [answer] = await arbiter.submit([{ item: makeSystemItem(effect), actor: SYSTEM_ACTOR }]);
    if (answer === undefined || answer.answer === "refused" || answer.answer === "retry") {
      throw new Error(`a new desk could not be set up: ${JSON.stringify(answer)}`);
    }
  }
}

/** Decided once and kept before it is used: a repeated start makes the same link. */
async function firstLinkToken(database: StoreDatabase, random: Random): Promise<string> {
  const kept = (await database.get("first-link"))?.["token"];
  if (typeof kept === "string") return kept;
  const token = randomDigits(random, 10);
  const row = await database.put({ _id: "first-link", token });
  if (row.ok) return token;
  const other = (await database.get("first-link"))?.["token"];
  if (typeof other === "string") return other;
  throw new Error("the first link could not be kept");
}
