import type { JSX } from "solid-js";
import { newEntryId, parseNumber } from "../../signals/ticket-fields.ts";
import { words } from "../../signals/words.ts";
import { Section } from "./section.tsx";
import { useTicketHere } from "./ticket-here.ts";
import { WordsAndNumbers } from "./words-and-numbers.tsx";

const MOST = 1_000_000;

/** A count that fits; nothing where what was typed is none. */
const countOf = (text: string): number | undefined => {
  const count = parseNumber(text);
  return count !== undefined && count >= 0 && count <= MOST ? count : undefined;
};

/** Parts that were used, with their counts. */
export function PartsUsed(): JSX.Element {
  const here = useTicketHere();
  const parts = () => here.content().parts;
  return (
    <Section title={words().ticket.parts} note={parts().length > 0 ? String(parts().length) : undefined}>
      <WordsAndNumbers
        entries={parts().map(({ id, name, count }) => ({ id, words: name, amount: count }))}
        wordsLabel={words().ticket.part}
        amountLabel={words().ticket.count}
        amountMode="decimal"
        firstAmount="1"
        addLabel={words().ticket.addPart}
        removeLabel={words().ticket.removePart}
        parse={countOf}
        isComplete={(name, count) => name !== "" && count !== undefined}
        onChange={(id, { words: name, amount: count }) =>
          here.open.edit([
            { f: "part", id, ...(name === undefined ? {} : { name }), ...(count === undefined ? {} : { count }) },
          ])
        }
        onRemove={(id) => here.open.edit([{ f: "part", id, removed: true }])}
        onAdd={(name, count = 1) =>
          here.open.edit([{ f: "part", id: newEntryId(Date.now(), Math.random), name, count }])
        }
      />
    </Section>
  );
}
