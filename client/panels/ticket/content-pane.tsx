import { type JSX, Match, Show, Switch } from "solid-js";
import { COMMON_CHECKLIST } from "../../../shared/ticket/edits.ts";
import { useDesk } from "../../signals/desk.ts";
import { words } from "../../signals/words.ts";
import { Empty, Skeleton } from "../../widgets/empty.tsx";
import { LiveText } from "../../widgets/live-text.tsx";
import { Checklist } from "./checklist.tsx";
import { ConflictCards } from "./conflict-cards.tsx";
import styles from "./content-pane.module.css";
import { CustomFields } from "./custom-fields.tsx";
import { Faults } from "./faults.tsx";
import { HeldVisits } from "./held-visits.tsx";
import { PartsUsed } from "./parts-used.tsx";
import { Requester } from "./requester.tsx";
import { TicketFacts } from "./ticket-facts.tsx";
import { TicketFiles } from "./ticket-files.tsx";
import { useTicketHere } from "./ticket-here.ts";
import { TicketLinks } from "./ticket-links.tsx";
import { TimeSpent } from "./time-spent.tsx";
import { VisitPart, VisitStart } from "./visit-part.tsx";

const TITLE_LENGTH = 300;

/** What the ticket is about: facts from its head at once, its content as soon as it is loaded. */
export function TicketContentPane(): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const stage = () => here.open.state().stage;
  const text = (field: "title" | "description" | "diagnosis") => ({
    text: here.content()[field],
    readOnly: !here.mayEdit(),
    onText: (next: string) => here.open.edit([{ f: "whole", field, text: next }]),
    onRest: () => void here.open.flush(),
  });

  return (
    <div class={styles["pane"]}>
      <HeldVisits />
      <Faults />
      <div class={styles["top"]}>
        <Show
          when={stage() === "ready"}
          fallback={<h3 class={styles["title"]}>{desk.tickets.titleOf(here.head())}</h3>}
        >
          <LiveText
            bare
            line
            look="title"
            label={words().ticket.title}
            placeholder={words().ticket.untitled}
            maxLength={TITLE_LENGTH}
            {...text("title")}
          />
        </Show>
        <SavedLine />
      </div>
      <TicketFacts />
      <Requester />
      <Switch>
        <Match when={stage() === "loading"}>
          <Skeleton label={words().ticket.loading} rows={4} height={56} />
        </Match>
        <Match when={stage() === "unavailable"}>
          <Empty title={words().ticket.unavailable} />
        </Match>
        <Match when={stage() === "ready"}>
          <Show when={!here.open.state().isWhole}>
            <p class={styles["incomplete"]} role="status">
              {words().ticket.incomplete}
            </p>
          </Show>
          <VisitStart />
          <ConflictCards />
          <section class={styles["section"]}>
            <LiveText
              label={words().ticket.description}
              placeholder={words().ticket.descriptionHint}
              {...text("description")}
            />
          </section>
          <CustomFields />
          <Checklist list={COMMON_CHECKLIST} title={words().ticket.checklist} />
          <section class={`${styles["section"]} ${styles["ruled"]}`}>
            <LiveText
              label={words().ticket.diagnosis}
              placeholder={words().ticket.diagnosisHint}
              {...text("diagnosis")}
            />
          </section>
          <TicketFiles place="photos" title={words().ticket.files} />
          <PartsUsed />
          <TimeSpent />
          <VisitPart />
        </Match>
      </Switch>
      <TicketLinks />
    </div>
  );
}

/** Whether what was typed is kept, and how much of it nobody else has yet. */
function SavedLine(): JSX.Element {
  const here = useTicketHere();
  const state = () => here.open.state();
  return (
    <p class={styles["saved"]} role="status">
      <Show when={state().stage === "ready" && !state().isSaved}>{words().ticket.saving}</Show>
      <Show when={state().isSaved && state().unsent > 0}>
        <span title={words().ticket.unsentHint}>{words().ticket.unsent(state().unsent)}</span>
      </Show>
    </p>
  );
}
