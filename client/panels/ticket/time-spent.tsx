import type { JSX } from "solid-js";
import { newEntryId, parseNumber } from "../../signals/ticket-fields.ts";
import { say, words } from "../../signals/words.ts";
import { Section } from "./section.tsx";
import { useTicketHere } from "./ticket-here.ts";
import { WordsAndNumbers } from "./words-and-numbers.tsx";

const MOST_MINUTES = 1_000_000;
const MINUTE_MS = 60_000;

/** Whole minutes; nothing where what was typed is none. */
const minutesOf = (text: string): number | undefined => {
  const minutes = parseNumber(text);
  return minutes !== undefined && minutes >= 0 && minutes <= MOST_MINUTES ? Math.round(minutes) : undefined;
};

/** Time that was spent, and on what. */
export function TimeSpent(): JSX.Element {
  const here = useTicketHere();
  const time = () => here.content().time;
  const total = () => time().reduce((sum, entry) => sum + entry.minutes, 0);
  return (
    <Section
      title={words().ticket.time}
      note={time().length > 0 ? words().ticket.total(say.span(total() * MINUTE_MS)) : undefined}
    >
      <WordsAndNumbers
        entries={time().map(({ id, what, minutes }) => ({ id, words: what, amount: minutes }))}
        wordsLabel={words().ticket.what}
        amountLabel={words().ticket.minutes}
        amountMode="numeric"
        firstAmount=""
        addLabel={words().ticket.addTime}
        removeLabel={() => words().ticket.removeTime}
        parse={minutesOf}
        isComplete={(_what, minutes) => minutes !== undefined && minutes > 0}
        onChange={(id, { words: what, amount: minutes }) =>
          here.open.edit([
            { f: "time", id, ...(what === undefined ? {} : { what }), ...(minutes === undefined ? {} : { minutes }) },
          ])
        }
        onRemove={(id) => here.open.edit([{ f: "time", id, removed: true }])}
        onAdd={(what, minutes = 0) =>
          here.open.edit([{ f: "time", id: newEntryId(Date.now(), Math.random), minutes, what }])
        }
      />
    </Section>
  );
}
