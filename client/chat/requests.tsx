import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { PortalTickets } from "../../shared/protocol/portal.ts";
import type { Seen, SeenAnswer } from "./seen.ts";
import { dayAndTime, type Locale } from "./strings.ts";
import { statusName, type TicketWords } from "./ticket-words.ts";

/**
 * "Where is my request?" at any time (S42): a button with the list of the user's tickets, their status and last change, as
 * of now or, without a network, as last seen here. `changes` is anything that grows when the list may be another.
 */
export function Requests(props: {
  readonly list: SeenAnswer<PortalTickets> | undefined;
  readonly changes: number;
  readonly isLive: boolean;
  readonly portal: (ticket?: ThreadId) => string;
  readonly words: TicketWords;
  readonly locale: Locale;
}) {
  const [isOpen, setIsOpen] = createSignal(false);
  const [seen, setSeen] = createSignal<Seen<PortalTickets>>();
  const [state, setState] = createSignal<"loading" | "fresh" | "failed">("loading");
  let dialog: HTMLDialogElement | undefined;

  const show = async (): Promise<void> => {
    const { list } = props;
    if (list === undefined) return;
    const known = await list.known();
    if (seen() === undefined) setSeen(known);
    try {
      setSeen(await list.fetch());
      setState("fresh");
    } catch {
      setState("failed");
    }
  };
  createEffect(
    on([() => props.list, () => props.changes, () => props.isLive], () => {
      // Also unopened, so that it is there when the network is not.
      if (props.isLive) void show();
    }),
  );
  createEffect(() => {
    if (isOpen() && dialog?.open === false) dialog.showModal();
    else if (!isOpen()) dialog?.close();
  });
  onCleanup(() => dialog?.close());
  const tickets = () => seen()?.answer.tickets ?? [];
  const openCount = () => tickets().filter((ticket) => ticket.status.category !== "closed").length;
  const when = (at: number): string => dayAndTime(at, props.locale);

  return (
    <>
      <button
        type="button"
        class="mine-button"
        aria-haspopup="dialog"
        onClick={() => {
          setIsOpen(true);
          void show();
        }}
      >
        {props.words.mine}
        <Show when={openCount() > 0}>
          <span class="count" aria-label={props.words.count(openCount())}>
            {openCount()}
          </span>
        </Show>
      </button>
      <dialog
        class="requests"
        ref={dialog}
        aria-labelledby="requests-title"
        onClose={() => setIsOpen(false)}
        onClick={(event) => event.target === dialog && setIsOpen(false)}
      >
        <div class="requests-head">
          <h2 id="requests-title">{props.words.mine}</h2>
          <button
            type="button"
            class="icon"
            aria-label={props.words.close}
            title={props.words.close}
            onClick={() => setIsOpen(false)}
          >
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M6 6l12 12M18 6L6 18" />
            </svg>
          </button>
        </div>
        <div class="requests-body">
          <Show when={state() === "failed" && seen()}>
            {(last) => <p class="banner">{props.isLive ? props.words.failed : props.words.asOf(when(last().at))}</p>}
          </Show>
          <Show
            when={seen()}
            fallback={<p class="hint">{state() === "failed" ? props.words.neverSeen : props.words.loading}</p>}
          >
            <Show when={tickets().length > 0} fallback={<p class="hint">{props.words.none}</p>}>
              <ul class="request-list">
                <For each={tickets()}>
                  {(ticket) => (
                    <li>
                      <a href={props.portal(ticket.ticket)} target="_blank" rel="noopener">
                        <span class="request-line">
                          <strong>{props.words.number(ticket.number)}</strong>
                          <span class="status" data-category={ticket.status.category}>
                            {statusName(ticket.status, props.locale)}
                          </span>
                        </span>
                        <span class="request-title">{ticket.title === "" ? props.words.untitled : ticket.title}</span>
                        <span class="hint">
                          {ticket.changedAt === undefined
                            ? props.words.createdAt(when(ticket.createdAt))
                            : props.words.changedAt(when(ticket.changedAt))}
                        </span>
                      </a>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
          </Show>
          <a class="wide" href={props.portal()} target="_blank" rel="noopener">
            {props.words.portal}
          </a>
        </div>
      </dialog>
    </>
  );
}
