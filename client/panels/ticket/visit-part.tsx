import { type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { statusRight } from "../../signals/ticket-status.ts";
import { say, words } from "../../signals/words.ts";
import { VisitPanel } from "../visit/visit-panel.tsx";
import { Section } from "./section.tsx";
import { SignaturePicture } from "./signature-picture.tsx";
import { useTicketHere } from "./ticket-here.ts";
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
  const isHis = () =>
    desk.me().role === "technician" &&
    here.head().state !== "closed" &&
    statusRight(here.head(), desk.me()) !== undefined;
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
