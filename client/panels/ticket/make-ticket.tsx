import { createMemo, createSignal, For, type JSX, onMount, Show, untrack } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { isThreadId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { whenAdmitted } from "../../signals/heads.ts";
import { makeTicket, ownTicket } from "../../signals/make-ticket.ts";
import { ticketContent } from "../../signals/ticket-content.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { closeOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Select, TextArea, TextField } from "../../widgets/field.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { showTicket, tellNotSaved } from "../acts/perform.ts";
import styles from "./make-ticket.module.css";

const PRIORITIES = [0, 1, 2, 3] as const;
const TITLE_LENGTH = 300;
const NUMBER_MS = 1500;

/**
 * A ticket in one act (S16, S18): of a dialog, with everything that is known filled in, or by hand. Enter makes it. It works
 * with no network; nothing of the dialog is copied, so nothing is lost.
 */
export function MakeTicket(props: { readonly dialog: ThreadId | undefined }): JSX.Element {
  const desk = useDesk();
  const dialog = createMemo(() => (props.dialog === undefined ? undefined : desk.heads.get(props.dialog)));
  const [title, setTitle] = createSignal(untrack(() => fieldText(dialog(), "subject")));
  const [text, setText] = createSignal("");
  const [isReading, setReading] = createSignal(untrack(() => dialog() !== undefined));
  const [team, setTeam] = createSignal<string>(untrack(() => desk.tickets.lastTeam(dialog()?.team ?? null) ?? ""));
  const [type, setType] = createSignal<string>(untrack(() => desk.tickets.types.offered()[0]?.id ?? ""));
  const [priority, setPriority] = createSignal<0 | 1 | 2 | 3>(untrack(() => dialog()?.priority ?? 1));
  const [person, setPerson] = createSignal("");
  const [isTried, setTried] = createSignal(false);
  const [isMaking, setMaking] = createSignal(false);
  const types = () => desk.tickets.types.offered();
  const people = createMemo(() =>
    desk.directory.profiles
      .all()
      .map((head) => ({ id: head._id, name: fieldText(head, "name") }))
      .filter(({ name }) => name !== "")
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
  const titleError = () => (isTried() && title().trim() === "" ? words().makeTicket.nameMissing : undefined);
  const teamError = () => (isTried() && !isThreadId(team()) ? words().makeTicket.teamMissing : undefined);

  onMount(() => {
    const from = dialog();
    if (from === undefined) return;
    // What the person has typed meanwhile stays.
    ticketContent(desk)
      .suggest(from._id)
      .then((offered) => {
        if (title() === "") setTitle(offered.title.slice(0, TITLE_LENGTH));
        if (text() === "") setText(offered.description);
      })
      .catch(() => undefined) // without it one writes it oneself
      .finally(() => setReading(false));
  });

  async function make(): Promise<void> {
    setTried(true);
    const to = team();
    if (title().trim() === "" || !isThreadId(to) || isMaking()) return;
    setMaking(true);
    const given = {
      team: to,
      title: title().trim(),
      description: text().trim(),
      type: desk.tickets.types.get(isThreadId(type()) ? (type() as ThreadId) : undefined), // checked beside it
      priority: priority(),
    };
    try {
      const from = dialog();
      const made =
        from === undefined
          ? await ownTicket(desk, { ...given, ...(isThreadId(person()) ? { person: person() as ThreadId } : {}) }) // as above
          : await makeTicket(desk, from, given);
      desk.tickets.keepTeam(to);
      closeOverlay();
      // On line the number is here in a moment: then it is the one that is told.
      if (desk.connection().state === "live") await whenAdmitted(desk.heads, made.ticket, NUMBER_MS);
      const head = desk.heads.peek(made.ticket);
      showToast({
        title: words().makeTicket.made(head ? desk.tickets.nameOf(head) : made.alias),
        text: desk.connection().state === "live" ? words().makeTicket.madeText : words().makeTicket.madeOffline,
        act: { words: words().makeTicket.open, onChoose: () => showTicket(desk, made.ticket) },
      });
      if (from === undefined) showTicket(desk, made.ticket);
    } catch (error) {
      tellNotSaved(error); // what was filled in stays where it is
    } finally {
      setMaking(false);
    }
  }

  return (
    <Modal
      open
      title={words().makeTicket.title}
      closeLabel={words().common.close}
      onClose={closeOverlay}
      acts={
        <>
          <Button onClick={closeOverlay}>{words().common.cancel}</Button>
          <Button look="primary" disabled={isMaking()} key="Enter" onClick={() => void make()}>
            {isMaking() ? words().makeTicket.making : words().makeTicket.make}
          </Button>
        </>
      }
    >
      <form
        class={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
        onKeyDown={(event) => {
          if (event.isComposing || event.key !== "Enter") return;
          const isInText = event.target instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey;
          if (isInText) return;
          event.preventDefault();
          void make();
        }}
      >
        <TextField
          label={words().makeTicket.name}
          value={title()}
          maxlength={TITLE_LENGTH}
          autocomplete="off"
          error={titleError()}
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
        <div class={styles["row"]}>
          <Select
            label={words().makeTicket.team}
            value={team()}
            error={teamError()}
            onChange={(event) => setTeam(event.currentTarget.value)}
          >
            <option value="">—</option>
            <For each={desk.directory.teams()}>
              {({ _id }) => <option value={_id}>{desk.directory.teamName(_id)}</option>}
            </For>
          </Select>
          <Select
            label={words().makeTicket.priority}
            value={String(priority())}
            onChange={(event) => setPriority(PRIORITIES.find((one) => String(one) === event.currentTarget.value) ?? 1)}
          >
            <For each={PRIORITIES}>{(one) => <option value={String(one)}>{words().priority[one]}</option>}</For>
          </Select>
          <Show when={types().length > 1}>
            <Select
              label={words().makeTicket.type}
              value={type()}
              onChange={(event) => setType(event.currentTarget.value)}
            >
              <For each={types()}>{(one) => <option value={one.id}>{inLocale(one.name)}</option>}</For>
            </Select>
          </Show>
          <Show when={props.dialog === undefined}>
            <Select
              label={words().makeTicket.requester}
              value={person()}
              onChange={(event) => setPerson(event.currentTarget.value)}
            >
              <option value="">{words().makeTicket.noRequester}</option>
              <For each={people()}>{({ id, name }) => <option value={id}>{name}</option>}</For>
            </Select>
          </Show>
        </div>
        <TextArea
          label={words().makeTicket.description}
          rows={6}
          value={text()}
          placeholder={isReading() ? words().makeTicket.describing : words().ticket.descriptionHint}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <p class={styles["lead"]}>
          <Show when={dialog()} fallback={words().makeTicket.byHand}>
            {(head) => words().makeTicket.lead(desk.directory.nameOfDialog(head()))}
          </Show>
        </p>
      </form>
    </Modal>
  );
}
