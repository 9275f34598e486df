import { type JSX, lazy, Show, Suspense, untrack } from "solid-js";
import type { FieldSet } from "../../../shared/items/base.ts";
import { type Delivery, deliveryIn } from "../../signals/deliveries.ts";
import { useDesk } from "../../signals/desk.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { textParts } from "../../signals/text-parts.ts";
import { isEmojiOnly, type TalkLine } from "../../signals/thread-lines.ts";
import { orderComposer } from "../../signals/ui.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import styles from "./bubble.module.css";
import { FileList } from "./file-list.tsx";
import { HeldActs } from "./held-acts.tsx";
import { QuoteLine } from "./quote.tsx";
import { Ticks } from "./ticks.tsx";
import { UnsentActs } from "./unsent-acts.tsx";

const DeliveryActs = lazy(() =>
  import("../delivery/delivery-acts.tsx").then((room) => ({ default: room.DeliveryActs })),
);
const LostFiles = lazy(() => import("./lost-files.tsx").then((room) => ({ default: room.LostFiles })));
const MailText = lazy(() => import("../mail/mail-text.tsx").then((room) => ({ default: room.MailText })));
const Versions = lazy(() => import("./versions.tsx").then((room) => ({ default: room.Versions })));

/** Something that was said: by the user on the left, by the team on the right, a note on yellow. */
export function Bubble(props: { readonly line: TalkLine; readonly view: ThreadView }): JSX.Element {
  const desk = useDesk();
  // Of an item these never change; a thread has hundreds of lines, and whatever is followed costs in each of them.
  const { side, isNote, isOwn, item, buttons, name: given } = untrack(() => props.line);
  const isUsers = side === "user";
  const isNamed = !isOwn || isNote;
  const hasButtons = buttons.length > 0;
  const mail = mailOf(item);
  // Its HTML is shown as a mail, not as a file.
  const files = () =>
    mail === undefined ? props.line.files : props.line.files.filter(({ sha }) => sha !== mail["html"]);
  const lost = item.kind === "message" ? item.extra?.["lostFiles"] : undefined;
  const name = () =>
    isUsers ? desk.directory.nameOfDialog(props.view.head) : (given ?? desk.directory.nameOf(item.author));
  const who = () => (isOwn ? words().thread.you : name());
  const isBig = () => !isNote && props.line.files.length === 0 && isEmojiOnly(props.line.text);

  return (
    <article class={lineClass(props.line)} aria-label={`${who()}, ${say.time(props.line.at)}`} data-item={item.id}>
      {isUsers && (
        <span class={styles["face"]}>
          {!props.line.isJoined && <Avatar name={name()} seed={item.author} size="small" />}
        </span>
      )}
      <div class={styles["column"]}>
        {isNamed && !props.line.isJoined && (
          <p class={styles["name"]}>
            {who()}
            {isNote && <span class={styles["kind"]}> · {words().thread.note}</span>}
          </p>
        )}
        <div class={styles["bubble"]} classList={{ [styles["big"] ?? ""]: isBig() }}>
          <Show when={!props.line.isErased} fallback={<p class={styles["erased"]}>{words().thread.erased}</p>}>
            {props.line.quote && <QuoteLine thread={item.thread} quote={props.line.quote} />}
            {files().length > 0 && (
              <FileList
                thread={props.view.head._id}
                item={item.id}
                files={files()}
                sending={props.line.unsent?.files}
              />
            )}
            {lost !== undefined && (
              <Suspense>
                <LostFiles files={lost} />
              </Suspense>
            )}
            {props.line.text !== "" && mail === undefined && (
              <p class={styles["text"]} dir="auto">
                {withLinks(props.line.text)}
              </p>
            )}
            {mail !== undefined && (
              <Suspense fallback={<p class={styles["text"]}>{props.line.text.slice(0, foldOf(mail))}</p>}>
                <MailText thread={item.thread} item={item.id} text={props.line.text} extra={mail} draw={withLinks} />
              </Suspense>
            )}
            {hasButtons && (
              <ul class={styles["buttons"]}>
                {buttons.map((button) => (
                  <li class={styles["button"]}>{button}</li>
                ))}
              </ul>
            )}
          </Show>
          <p class={styles["foot"]}>
            {isUsers && !props.line.isErased && (
              <button
                type="button"
                class={styles["answer"]}
                aria-label={words().thread.answerThis}
                title={words().thread.answerThis}
                onClick={() => orderComposer({ thread: item.thread, act: "answer", item: item.id })}
              >
                <ReplyIcon />
              </button>
            )}
            {remarks(props.line, () => desk.now())}
            <time dateTime={new Date(props.line.at).toISOString()} title={say.moment(props.line.at)}>
              {say.time(props.line.at)}
            </time>
            {!isUsers && <Ticks line={props.line} view={props.view} />}
          </p>
        </div>
        {(props.line.isErased || props.line.versions) && (
          <Suspense>
            <Versions line={props.line} />
          </Suspense>
        )}
        {!isUsers && !isNote && (
          <Show when={undelivered(props.line, props.view)}>
            {(delivery) => (
              <Suspense>
                <DeliveryActs thread={item.thread} item={item.id} delivery={delivery()} />
              </Suspense>
            )}
          </Show>
        )}
        {props.line.held?.state === "open" && <HeldActs line={props.line} view={props.view} />}
        {hasStopped(props.line) && <UnsentActs entry={props.line.unsent} text={props.line.text} />}
      </div>
    </article>
  );
}

/** What a message that came by mail carries beside its text. */
const mailOf = (item: TalkLine["item"]): FieldSet | undefined =>
  item.kind === "message" && item.extra?.["from"] !== undefined ? item.extra : undefined;

/** Where its signature or its quote begins. */
const foldOf = ({ signature, quoted }: FieldSet): number | undefined =>
  typeof signature === "number" ? signature : typeof quoted === "number" ? quoted : undefined;

/** What became of it, where it did not leave by its channel. */
function undelivered(line: TalkLine, view: ThreadView): Delivery | undefined {
  const delivery = line.delivery ?? deliveryIn(view.head, line.item.id);
  return delivery?.state === "sent" ? undefined : delivery;
}

/** An arrow back; drawn in every message of a user, so a plain path. */
const ReplyIcon = (): JSX.Element => (
  <svg
    width={14}
    height={14}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d="M9 17 4 12l5-5M20 18v-2a4 4 0 0 0-4-4H4" />
  </svg>
);

/** Whether an own item is refused, or waits for something that its author can be told. */
const hasStopped = ({ unsent }: TalkLine): boolean => unsent?.state === "refused" || unsent?.why !== undefined;

/** The text with its addresses to follow; most have none. */
function withLinks(text: string): JSX.Element {
  const parts = textParts(text);
  if (parts.every(({ href }) => href === undefined)) return text;
  return parts.map((part) =>
    part.href === undefined ? (
      part.text
    ) : (
      <a class={styles["link"]} href={part.href} target="_blank" rel="noopener noreferrer">
        {part.text}
      </a>
    ),
  );
}

/** What few messages have to say of themselves: edited, written long before it came. */
function remarks({ editedAt, writtenAt }: TalkLine, now: () => number): JSX.Element {
  if (editedAt === undefined && writtenAt === undefined) return undefined;
  return (
    <>
      <Show when={editedAt}>
        {(at) => <span title={words().thread.editedAt(say.moment(at()))}>{words().thread.edited}</span>}
      </Show>
      <Show when={writtenAt}>{(at) => <span>{words().thread.writtenAt(say.since(at(), now()))}</span>}</Show>
    </>
  );
}

function lineClass(line: TalkLine): string {
  const looks: readonly (string | false | undefined)[] = [
    styles["line"],
    line.side === "team" && styles["team"],
    line.isOwn && styles["own"],
    line.isNote && styles["note"],
    line.isJoined && styles["joined"],
    line.held?.state === "open" && styles["held"],
    line.held?.state === "dropped" && styles["dropped"],
    line.unsent?.state === "refused" && styles["refused"],
    line.unsent !== undefined && styles["unsent"],
  ];
  return looks.filter(Boolean).join(" ");
}
