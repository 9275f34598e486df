import Camera from "lucide-solid/icons/camera";
import Check from "lucide-solid/icons/check";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { FileRef } from "../../../shared/items/base.ts";
import type { TicketType } from "../../../shared/ticket/type.ts";
import { useDesk } from "../../signals/desk.ts";
import { jobWords } from "../../signals/job-words.ts";
import type { Standing } from "../../signals/ticket-acts.ts";
import { ticketContent } from "../../signals/ticket-content.ts";
import { withContent } from "../../signals/ticket-fields.ts";
import type { OpenTicket } from "../../signals/ticket-session.ts";
import { missingWords, statusChoices } from "../../signals/ticket-status.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Switch, TextField } from "../../widgets/field.tsx";
import { SignaturePad } from "../../widgets/signature-pad.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { tellNotSaved } from "../acts/perform.ts";
import styles from "./visit-panel.module.css";

/** Where the picture of a signature stands among the ticket's files. */
const SIGNATURE_PLACE = "signature";

/** A visit as the one who is there makes it (S46): begun, photos, signed, done. All of it without a network. */
export function VisitPanel(props: {
  readonly ticket: Standing;
  readonly open: OpenTicket;
  readonly type: TicketType;
}): JSX.Element {
  const desk = useDesk();
  const [isOriginalKept, keepOriginal] = createSignal(false);
  const [busy, setBusy] = createSignal(0);
  const [name, setName] = createSignal("");
  const [picture, setPicture] = createSignal<Promise<Blob | undefined>>();
  const [isTried, setTried] = createSignal(false);
  let camera: HTMLInputElement | undefined;

  const said = () => jobWords().visit;
  const visit = () => props.open.state().content.visit;
  const isReady = () => props.open.state().stage === "ready";
  /** What he has just filled counts before it is sent: he is where no network is. */
  const head = createMemo(() =>
    isReady() ? withContent(props.ticket.head, props.type, props.open.state().content) : props.ticket.head,
  );
  const choices = createMemo(() => statusChoices(head(), props.type, desk.me()));
  const done = () => choices().find(({ status, as }) => status.category === "done" && as !== undefined);
  const isDone = () => choices().some(({ status, isNow }) => isNow && status.category === "done");
  const missing = () => {
    const choice = done();
    return choice === undefined ? "" : missingWords(choice, head());
  };
  const putFile = (place: string, file: FileRef): void => props.open.edit([{ f: "file", place, sha: file.sha, file }]);

  async function takePhotos(files: readonly File[]): Promise<void> {
    for (const file of files) {
      setBusy((count) => count + 1);
      try {
        const answer = await ticketContent(desk).takePhoto(file, file.name, { keepOriginal: isOriginalKept() });
        if (answer.ok) {
          putFile("photos", answer.photo.photo);
          if (answer.photo.original !== undefined) putFile("photos", answer.photo.original);
        } else {
          showToast({ title: `${file.name}: ${said().photoFaults[answer.fault]}`, wrong: true, ms: 10_000 });
        }
      } catch (error) {
        tellNotSaved(error);
      } finally {
        setBusy((count) => count - 1);
      }
    }
  }

  async function sign(): Promise<void> {
    setTried(true);
    const drawn = await picture();
    if (name().trim() === "" || drawn === undefined) return;
    try {
      const file = await desk.attach(drawn, `${said().signature} ${name().trim()}.png`.slice(0, 200));
      putFile(SIGNATURE_PLACE, file);
      props.open.edit([{ f: "visit", side: "field", signature: { name: name().trim(), file: file.sha } }]);
      setPicture(undefined);
      setTried(false);
    } catch (error) {
      tellNotSaved(error);
    }
  }

  async function finish(): Promise<void> {
    const to = done();
    if (to === undefined || missing() !== "") return;
    try {
      const now = desk.serverNow();
      props.open.edit([
        { f: "visit", side: "field", ...(visit().startedAt === undefined ? { startedAt: now } : {}), finishedAt: now },
      ]);
      await props.open.flush();
      await desk.tickets.acts.setStatus(props.ticket, to.status.id);
      showToast({ title: said().finished });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <section class={styles["visit"]} aria-label={said().title}>
      <Show when={visit().startedAt}>{(at) => <p class={styles["fact"]}>{said().begunAt(say.moment(at()))}</p>}</Show>

      <div class={styles["part"]}>
        <input
          ref={camera}
          type="file"
          accept="image/*"
          capture="environment"
          multiple
          hidden
          data-testid="camera"
          onChange={(event) => {
            const input = event.currentTarget;
            void takePhotos([...(input.files ?? [])]);
            input.value = "";
          }}
        />
        <Button size="large" wide icon={<Camera size={20} />} disabled={!isReady()} onClick={() => camera?.click()}>
          {busy() > 0 ? said().preparing(busy()) : said().photo}
        </Button>
        <Switch label={said().original} hint={said().originalHint} checked={isOriginalKept()} onChange={keepOriginal} />
      </div>

      <div class={styles["part"]}>
        <h3 class={styles["heading"]}>{said().signature}</h3>
        <Show when={visit().signature}>
          {(signature) => (
            <p class={styles["fact"]}>
              <Check size={16} /> {words().ticket.signedBy(signature().name)}
            </p>
          )}
        </Show>
        <Show when={visit().signature === undefined}>
          <TextField
            label={said().signer}
            value={name()}
            maxlength={120}
            autocomplete="off"
            error={isTried() && name().trim() === "" ? said().noName : undefined}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <SignaturePad
            label={said().signature}
            hint={said().signHere}
            wipeLabel={said().wipe}
            onChange={(drawn) => void setPicture(drawn)}
          />
          <Show when={isTried() && picture() === undefined}>
            <p class={styles["problem"]} role="alert">
              {said().noLine}
            </p>
          </Show>
          <Button size="large" wide disabled={!isReady()} onClick={() => void sign()}>
            {said().sign}
          </Button>
        </Show>
      </div>

      <Show
        when={!isDone()}
        fallback={
          <Show when={visit().finishedAt}>
            {(at) => <p class={styles["fact"]}>{said().finishedAt(say.moment(at()))}</p>}
          </Show>
        }
      >
        <Show when={missing() !== ""}>
          <p class={styles["problem"]}>{said().missing(missing())}</p>
        </Show>
        <Show when={isReady() && done() === undefined}>
          <p class={styles["problem"]}>{said().noWay(desk.tickets.types.statusWords(props.ticket.head))}</p>
        </Show>
        <Button
          size="large"
          look="primary"
          wide
          disabled={!isReady() || done() === undefined || missing() !== ""}
          onClick={() => void finish()}
        >
          {said().finish}
        </Button>
        <Show when={done()?.as === "visit"}>
          <p class={styles["hint"]}>{said().willBeHeld}</p>
        </Show>
      </Show>
    </section>
  );
}
