import { type JSX, Show } from "solid-js";
import { type Desk, useDesk } from "../../signals/desk.ts";
import { jobWords } from "../../signals/job-words.ts";
import { statusRight } from "../../signals/ticket-status.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { VisitPanel } from "../visit/visit-panel.tsx";
import { Section } from "./section.tsx";
import { SignaturePicture } from "./signature-picture.tsx";
import { type TicketHere, useTicketHere } from "./ticket-here.ts";
import styles from "./visit-part.module.css";

/** A visit: for the one who makes it what he does there, for the others what came of it. */
export function VisitPart(): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const visit = () => here.content().visit;
  const standing = () => {
    const view = here.view();
    return view && { head: view.provisional, unsent: view.unsent };
  };
  const isHis = () => isVisitOf(desk, here);
  const isEmpty = () =>
    visit().startedAt === undefined && visit().finishedAt === undefined && visit().signature === undefined;

  return (
    <Show when={isHis() || !isEmpty()}>
      <Section title={words().ticket.visit}>
        <Show when={isHis() ? standing() : undefined}>
          {(now) => <VisitPanel ticket={now()} open={here.open} type={here.type()} />}
        </Show>
        <Show when={!isHis()}>
          <dl class={styles["visit"]}>
            <Show when={visit().startedAt}>
              {(at) => (
                <>
                  <dt>{words().ticket.visitStarted}</dt>
                  <dd>{say.moment(at())}</dd>
                </>
              )}
            </Show>
            <Show when={visit().finishedAt}>
              {(at) => (
                <>
                  <dt>{words().ticket.visitFinished}</dt>
                  <dd>
                    {say.moment(at())}{" "}
                    <span class={styles["side"]}>
                      {visit().field.finishedAt === undefined ? words().ticket.visitDesk : words().ticket.visitField}
                    </span>
                  </dd>
                </>
              )}
            </Show>
            <Show when={visit().signature}>
              {(signature) => (
                <>
                  <dt>{words().ticket.signature}</dt>
                  <dd>
                    <SignaturePicture sha={signature().file} name={signature().name} />
                    {signature().name}
                  </dd>
                </>
              )}
            </Show>
          </dl>
        </Show>
      </Section>
    </Show>
  );
}

/** The first thing that is pressed on the spot, high on the page; gone once the visit has begun. */
export function VisitStart(): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  return (
    <Show when={isVisitOf(desk, here) && here.content().visit.startedAt === undefined}>
      <Button
        size="large"
        look="primary"
        wide
        onClick={() => here.open.edit([{ f: "visit", side: "field", startedAt: desk.serverNow() }])}
      >
        {jobWords().visit.begin}
      </Button>
    </Show>
  );
}

/** Whether this person makes the visit. */
const isVisitOf = (desk: Desk, here: TicketHere): boolean =>
  desk.me().role === "technician" &&
  here.head().state !== "closed" &&
  statusRight(here.head(), desk.me()) !== undefined;
