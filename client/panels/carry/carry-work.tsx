import { createSignal, type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { jobWords } from "../../signals/job-words.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { TextField } from "../../widgets/field.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { tellNotSaved } from "../acts/perform.ts";
import styles from "./carry-work.module.css";

const SHORTEST = 8;
const MEDIA_TYPE = "application/octet-stream";

/** Unsent work out into a locked file, and in again on another device of the same person. */
export function CarryWork(): JSX.Element {
  const desk = useDesk();
  const [open, setOpen] = createSignal<"out" | "in">();
  const unsent = () => desk.connection().unsent;
  const say = () => jobWords().carry;
  return (
    <section class={styles["carry"]} aria-label={say().title}>
      <h2 class={styles["title"]}>{say().title}</h2>
      <p class={styles["lead"]}>{unsent() > 0 ? jobWords().unsent(unsent()) : say().nothing}</p>
      <p class={styles["lead"]}>{say().lead}</p>
      <div class={styles["acts"]}>
        <Button disabled={unsent() === 0} onClick={() => setOpen("out")}>
          {say().out}
        </Button>
        <Button onClick={() => setOpen("in")}>{say().in}</Button>
      </div>
      <Show when={open() === "out"}>
        <CarryOut onClose={() => setOpen(undefined)} />
      </Show>
      <Show when={open() === "in"}>
        <TakeIn onClose={() => setOpen(undefined)} />
      </Show>
    </section>
  );
}

function CarryOut(props: { readonly onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const [first, setFirst] = createSignal("");
  const [again, setAgain] = createSignal("");
  const [isTried, setTried] = createSignal(false);
  const [isBusy, setBusy] = createSignal(false);
  const [made, setMade] = createSignal<string>();
  const say = () => jobWords().carry;
  const isShort = () => first().length < SHORTEST;
  const isOther = () => again() !== first();

  async function make(): Promise<void> {
    setTried(true);
    if (isShort() || isOther() || isBusy()) return;
    setBusy(true);
    try {
      const { file, items, files } = await desk.exportUnsent(first());
      const url = URL.createObjectURL(file);
      const anchor = document.createElement("a");
      anchor.href = url;
      anchor.download = `otklik-${new Date().toISOString().slice(0, 16).replaceAll(":", "-")}.otklik`;
      anchor.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      setMade(say().made(items, files));
    } catch (error) {
      tellNotSaved(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal
      open
      title={say().out}
      closeLabel={words().common.close}
      width="small"
      onClose={() => props.onClose()}
      acts={
        <Show
          when={made() === undefined}
          fallback={
            <Button look="primary" onClick={() => props.onClose()}>
              {words().common.done}
            </Button>
          }
        >
          <Button look="primary" disabled={isBusy()} onClick={() => void make()}>
            {isBusy() ? say().making : say().make}
          </Button>
        </Show>
      }
    >
      <Show when={made() === undefined} fallback={<p role="status">{made()}</p>}>
        <form
          class={styles["form"]}
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <TextField
            label={say().words}
            hint={say().wordsHint}
            error={isTried() && isShort() ? say().short : undefined}
            type="password"
            autocomplete="new-password"
            value={first()}
            onInput={(event) => setFirst(event.currentTarget.value)}
          />
          <TextField
            label={say().wordsAgain}
            error={isTried() && isOther() ? say().differ : undefined}
            type="password"
            autocomplete="new-password"
            value={again()}
            onInput={(event) => setAgain(event.currentTarget.value)}
          />
          <button type="submit" hidden />
        </form>
      </Show>
    </Modal>
  );
}

function TakeIn(props: { readonly onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const [file, setFile] = createSignal<File>();
  const [phrase, setPhrase] = createSignal("");
  const [isBusy, setBusy] = createSignal(false);
  const [fault, setFault] = createSignal<string>();
  const [taken, setTaken] = createSignal<string>();
  const say = () => jobWords().carry;

  async function take(): Promise<void> {
    const chosen = file();
    if (chosen === undefined || isBusy()) return;
    setBusy(true);
    setFault(undefined);
    try {
      const answer = await desk.importUnsent(chosen, phrase());
      if (answer.ok) setTaken(say().taken(answer.value.items, answer.value.known));
      else setFault(say().faults[answer.error]);
    } catch (error) {
      tellNotSaved(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal
      open
      title={say().in}
      closeLabel={words().common.close}
      width="small"
      onClose={() => props.onClose()}
      acts={
        <Show
          when={taken() === undefined}
          fallback={
            <Button look="primary" onClick={() => props.onClose()}>
              {words().common.done}
            </Button>
          }
        >
          <Button look="primary" disabled={isBusy() || file() === undefined} onClick={() => void take()}>
            {isBusy() ? say().opening : say().open}
          </Button>
        </Show>
      }
    >
      <Show when={taken() === undefined} fallback={<p role="status">{taken()}</p>}>
        <form
          class={styles["form"]}
          onSubmit={(event) => {
            event.preventDefault();
            void take();
          }}
        >
          <TextField
            label={say().choose}
            type="file"
            accept={`.otklik,${MEDIA_TYPE}`}
            onChange={(event) => setFile(event.currentTarget.files?.[0])}
          />
          <TextField
            label={say().words}
            error={fault()}
            type="password"
            autocomplete="off"
            value={phrase()}
            onInput={(event) => setPhrase(event.currentTarget.value)}
          />
          <button type="submit" hidden />
        </form>
      </Show>
    </Modal>
  );
}
