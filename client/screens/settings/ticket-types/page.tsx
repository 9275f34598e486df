import ArrowLeft from "lucide-solid/icons/arrow-left";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import {
  DEFAULT_TICKET_TYPE,
  DEFAULT_TICKET_TYPE_ID,
  parseTicketType,
  type TicketType,
} from "../../../../shared/ticket/type.ts";
import { newThreadId } from "../../../signals/acts.ts";
import { useDesk } from "../../../signals/desk.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { IconButton } from "../../../widgets/icon-button.tsx";
import settings from "../settings.module.css";
import { TypeEditor } from "./editor.tsx";
import { said, typeWords } from "./words.ts";

/** A type as it stands in the store, or why it cannot be read. */
type Row = { readonly id: ThreadId; readonly type: TicketType; readonly isReadable: boolean };

/** Ticket types: fields, statuses, transitions, the card, without code (S50). */
export function TicketTypesPage(): JSX.Element {
  const desk = useDesk();
  const [open, setOpen] = createSignal<TicketType>();
  const isAdmin = () => desk.me().role === "admin";
  const rows = createMemo<readonly Row[]>(() => {
    const stored = desk.heads.all("ticket-type").map((head): Row => {
      const read = parseTicketType(head._id, head.fields);
      return {
        id: head._id,
        type: read.ok ? read.type : { ...DEFAULT_TICKET_TYPE, id: head._id },
        isReadable: read.ok,
      };
    });
    const isChanged = stored.some(({ id }) => id === DEFAULT_TICKET_TYPE_ID);
    const all = isChanged
      ? stored
      : [{ id: DEFAULT_TICKET_TYPE_ID, type: DEFAULT_TICKET_TYPE, isReadable: true }, ...stored];
    return [...all].sort((a, b) => said(a.type.name).localeCompare(said(b.type.name)));
  });

  function add(): void {
    const { id: _id, ...usual } = DEFAULT_TICKET_TYPE;
    const name = { ru: "", en: "" };
    setOpen({ ...usual, id: newThreadId("ticket-type"), name, fields: [] });
  }

  return (
    <Show
      when={open()}
      keyed
      fallback={
        <>
          <p class={settings["lead"]}>{isAdmin() ? typeWords().lead : typeWords().readOnly}</p>
          <Show when={isAdmin()}>
            <div class={settings["acts"]}>
              <Button look="primary" onClick={add}>
                {typeWords().add}
              </Button>
            </div>
          </Show>
          <For each={rows()}>
            {(row) => (
              <section class={settings["card"]} aria-label={said(row.type.name)}>
                <div class={settings["row"]}>
                  <div class={settings["grow"]}>
                    <h3 class={settings["card-title"]}>{said(row.type.name)}</h3>
                    <p class={settings["sub"]}>
                      {typeWords().counts(row.type.fields.length, row.type.statuses.length)}
                    </p>
                    <Show when={!row.isReadable}>
                      <p class={settings["problem"]}>{typeWords().unreadable}</p>
                    </Show>
                  </div>
                  <Show when={row.id === DEFAULT_TICKET_TYPE_ID}>
                    <span class={settings["state"]}>{typeWords().usual}</span>
                  </Show>
                  <Show when={row.type.archived}>
                    <span class={settings["state"]}>{typeWords().archived}</span>
                  </Show>
                  <Button size="small" onClick={() => setOpen(row.type)}>
                    {words().common.edit}
                  </Button>
                </div>
              </section>
            )}
          </For>
        </>
      }
    >
      {(type) => (
        <>
          <div class={settings["row"]}>
            <IconButton label={words().common.back} onClick={() => setOpen(undefined)}>
              <ArrowLeft size={18} />
            </IconButton>
            <h2 class={settings["card-title"]}>{said(type.name) || typeWords().newName}</h2>
          </div>
          <TypeEditor
            type={type}
            isStored={desk.heads.all("ticket-type").some(({ _id }) => _id === type.id)}
            isFixed={!isAdmin()}
            onLeave={() => setOpen(undefined)}
          />
        </>
      )}
    </Show>
  );
}
