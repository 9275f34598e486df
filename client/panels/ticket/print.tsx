import { For, type JSX, Show } from "solid-js";
import { render } from "solid-js/web";
import { type AuthorId, agentAuthor } from "../../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { COMMON_CHECKLIST } from "../../../shared/ticket/edits.ts";
import { checklistOf } from "../../../shared/ticket/projection.ts";
import { assetOf } from "../../signals/canned.ts";
import type { Desk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { fieldValueWords } from "../../signals/ticket-cells.ts";
import { cardRows } from "../../signals/ticket-fields.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { say, words } from "../../signals/words.ts";
import styles from "./print.module.css";
import { bringerOf } from "./ticket-files.tsx";
import type { TicketHere } from "./ticket-here.ts";

export type PrintKind = "ticket" | "visit";
const MINUTE_MS = 60_000;

/** Prints a ticket, or the report of its visit, by the browser's own window: A4, black on white. */
export async function printTicket(desk: Desk, here: TicketHere, kind: PrintKind): Promise<void> {
  await here.open.flush();
  const signature = await signatureUrl(desk, here);
  const host = document.createElement("div");
  host.className = styles["host"] ?? "";
  host.dataset["paper"] = "";
  document.body.append(host);
  document.documentElement.dataset["printing"] = "ticket";
  const dispose = render(() => <Sheet desk={desk} here={here} kind={kind} signature={signature} />, host);
  const title = document.title;
  document.title = `${desk.tickets.nameOf(here.head())} ${desk.tickets.titleOf(here.head())}`;
  const end = (): void => {
    removeEventListener("afterprint", end);
    document.title = title;
    delete document.documentElement.dataset["printing"];
    dispose();
    host.remove();
    if (signature !== undefined) URL.revokeObjectURL(signature);
  };
  addEventListener("afterprint", end);
  const picture = host.querySelector("img");
  if (picture !== null) await picture.decode().catch(() => undefined); // a picture that cannot be drawn leaves an empty line
  globalThis.print();
}

async function signatureUrl(desk: Desk, here: TicketHere): Promise<string | undefined> {
  const sha = here.content().visit.signature?.file;
  const item = sha === undefined ? undefined : bringerOf(here.view(), sha);
  if (sha === undefined || item === undefined) return undefined;
  const blob = await desk.file(here.thread, item, sha).catch(() => undefined);
  return blob === undefined ? undefined : URL.createObjectURL(blob);
}

type SheetProps = {
  readonly desk: Desk;
  readonly here: TicketHere;
  readonly kind: PrintKind;
  readonly signature: string | undefined;
};

/** What stands on the paper. */
function Sheet(props: SheetProps): JSX.Element {
  const said = words().ticket;
  const { desk, here } = props; // drawn once, for the printer
  const head = here.head();
  const content = here.content();
  const type = here.type();
  const dialogId = here.dialog();
  const dialog = dialogId === undefined ? undefined : desk.heads.get(dialogId);
  const from = head.person !== null || head.user !== null ? head : (dialog ?? head);
  const person = desk.directory.person(from);
  const asset = assetOf(desk, head, dialog);
  const room = fieldText(head, "room") || fieldText(dialog, "room") || fieldText(person, "room");
  const fields = cardRows(type, content)
    .flat()
    .filter(({ kind }) => kind !== "checklist" && kind !== "file")
    .map((field) => ({
      name: inLocale(field.name),
      value: fieldValueWords(field.id, content.fields[field.id]?.value ?? null, { type, desk }),
    }))
    .filter(({ value }) => value !== "");
  const lists = [
    { title: said.checklist, rows: checklistOf(content, { id: COMMON_CHECKLIST }) },
    ...type.fields
      .filter(({ kind }) => kind === "checklist")
      .map((field) => ({ title: inLocale(field.name), rows: checklistOf(content, field) })),
  ].filter(({ rows }) => rows.length > 0);
  const minutes = content.time.reduce((sum, entry) => sum + entry.minutes, 0);
  const facts: readonly (readonly [string, string])[] = [
    [said.requester, desk.directory.nameOfDialog(from)],
    [said.phone, fieldText(person, "phone")],
    [said.place, room],
    [
      said.asset,
      [fieldText(asset, "name"), fieldText(asset, "model"), fieldText(asset, "serial")].filter(Boolean).join(", "),
    ],
    [said.status, desk.tickets.types.statusWords(head)],
    props.kind === "visit"
      ? [said.printed.technician, visitorName(props)]
      : [said.owner, head.owner === null ? "" : desk.directory.nameOf(head.owner)],
    [said.team, desk.directory.teamName(head.team)],
    [said.priority, words().priority[head.priority]],
    [said.made, say.dateTime(head.createdAt)],
    ...(head.due?.resolve === undefined ? [] : [[said.dues.resolveBy, say.dateTime(head.due.resolve)] as const]),
    ...(content.visit.startedAt === undefined
      ? []
      : [[said.visitStarted, say.dateTime(content.visit.startedAt)] as const]),
    ...(content.visit.finishedAt === undefined
      ? []
      : [[said.visitFinished, say.dateTime(content.visit.finishedAt)] as const]),
  ];

  return (
    <article class={styles["sheet"]}>
      <header class={styles["head"]}>
        <p class={styles["kind"]}>
          {props.kind === "visit" ? said.printed.report : inLocale(type.name)} {desk.tickets.nameOf(head)}
        </p>
        <h1 class={styles["title"]}>{content.title || desk.tickets.titleOf(head)}</h1>
      </header>
      <dl class={styles["facts"]}>
        <For
          each={[
            ...facts.filter(([, value]) => value !== ""),
            ...fields.map((field) => [field.name, field.value] as const),
          ]}
        >
          {([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          )}
        </For>
      </dl>
      <Text title={said.description} text={content.description} />
      <For each={lists}>
        {(list) => (
          <section class={styles["part"]}>
            <h2>{list.title}</h2>
            <ul class={styles["checks"]}>
              <For each={list.rows}>
                {(row) => (
                  <li>
                    <span
                      class={styles["box"]}
                      role="img"
                      aria-label={row.done ? said.printed.done : said.printed.notDone}
                    >
                      {row.done ? "✕" : ""}
                    </span>
                    {row.text || (row.name === undefined ? "" : inLocale(row.name))}
                  </li>
                )}
              </For>
            </ul>
          </section>
        )}
      </For>
      <Text title={said.diagnosis} text={content.diagnosis} />
      <Show when={content.parts.length > 0}>
        <section class={styles["part"]}>
          <h2>{said.parts}</h2>
          <table class={styles["table"]}>
            <tbody>
              <For each={content.parts}>
                {(part) => (
                  <tr>
                    <td>{part.name}</td>
                    <td class={styles["number"]}>{part.count}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </section>
      </Show>
      <Show when={content.time.length > 0}>
        <section class={styles["part"]}>
          <h2>{said.time}</h2>
          <table class={styles["table"]}>
            <tbody>
              <For each={content.time}>
                {(entry) => (
                  <tr>
                    <td>{entry.what}</td>
                    <td class={styles["number"]}>{say.span(entry.minutes * MINUTE_MS)}</td>
                  </tr>
                )}
              </For>
              <tr>
                <td />
                <td class={styles["number"]}>
                  <strong>{said.total(say.span(minutes * MINUTE_MS))}</strong>
                </td>
              </tr>
            </tbody>
          </table>
        </section>
      </Show>
      <Show when={props.kind === "visit" || content.visit.signature !== undefined}>
        <section class={styles["signatures"]}>
          <div>
            <div class={styles["line"]} />
            <p>
              {said.printed.technician}: {visitorName(props)}
            </p>
          </div>
          <div>
            <div class={styles["line"]}>
              <Show when={props.signature}>{(url) => <img src={url()} alt="" />}</Show>
            </div>
            <p>
              {said.printed.signature}: {content.visit.signature?.name ?? ""}
            </p>
          </div>
        </section>
      </Show>
      <footer class={styles["foot"]}>{said.printed.printedAt(say.dateTime(Date.now()))}</footer>
    </article>
  );
}

/** Who made the visit: the owner, unless it was a technician who owned it before (CL24). */
function visitorName({ desk, here }: SheetProps): string {
  const head = here.head();
  const isTechnician = (author: AuthorId): boolean =>
    desk.directory.colleagues().some((one) => isSameAuthor(one, author) && fieldText(one, "role") === "technician");
  const owners = [...(head.formerOwners ?? []), ...(head.owner === null ? [] : [head.owner])];
  const who = owners.findLast(isTechnician) ?? head.owner;
  return who === null ? "" : desk.directory.nameOf(who);
}

const isSameAuthor = (agent: DeviceHead, author: AuthorId): boolean => agentAuthor(agent._id) === author;

function Text(props: { readonly title: string; readonly text: string }): JSX.Element {
  return (
    <Show when={props.text.trim() !== ""}>
      <section class={styles["part"]}>
        <h2>{props.title}</h2>
        <p class={styles["text"]}>{props.text}</p>
      </section>
    </Show>
  );
}
