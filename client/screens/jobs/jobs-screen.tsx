import Book from "lucide-solid/icons/book-open";
import Check from "lucide-solid/icons/circle-check";
import Download from "lucide-solid/icons/download";
import Flag from "lucide-solid/icons/flag";
import Laptop from "lucide-solid/icons/laptop";
import MapPin from "lucide-solid/icons/map-pin";
import Phone from "lucide-solid/icons/phone";
import Route from "lucide-solid/icons/route";
import Wrench from "lucide-solid/icons/wrench";
import { createMemo, For, type JSX, Show } from "solid-js";
import { CarryWork } from "../../panels/carry/carry-work.tsx";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { createJobBag, type JobBag } from "../../signals/job-bag.ts";
import { jobWords } from "../../signals/job-words.ts";
import { JOB_TIMES, type Job, jobsOf } from "../../signals/jobs.ts";
import { ticketName } from "../../signals/tickets.ts";
import { say, words } from "../../signals/words.ts";
import { Empty } from "../../widgets/empty.tsx";
import styles from "./jobs-screen.module.css";

/** A technician's day (S46): his jobs by the distance of their time, and whether he can leave. */
export function JobsScreen(): JSX.Element {
  const desk = useDesk();
  const jobs = createMemo(() =>
    jobsOf(desk.heads.all("ticket"), {
      me: desk.me().id,
      now: desk.now(),
      dayEnd: new Date(desk.now()).setHours(23, 59, 59, 999),
      statusOf: desk.tickets.types.statusOf,
    }),
  );
  const bag = createJobBag(desk, () => jobs().map(({ head }) => head));
  const isOnline = () => desk.connection().state === "live" || desk.connection().state === "catching-up";
  const unsent = () => desk.connection().unsent;

  return (
    <div class={styles["screen"]}>
      <div class={styles["page"]}>
        <header class={styles["head"]}>
          <h1 class={styles["title"]}>{jobWords().title}</h1>
          <p class={styles["date"]}>{jobWords().today(say.date(desk.now()))}</p>
        </header>
        <Show
          when={jobs().length > 0}
          fallback={<Empty icon={<Route size={28} />} title={jobWords().empty} text={jobWords().emptyText} />}
        >
          <p class={styles["ready"]} classList={{ [styles["yes"] ?? ""]: bag.left() === 0 }} role="status">
            <Show when={bag.left() === 0} fallback={<Download size={18} />}>
              <Check size={18} />
            </Show>
            {bag.left() === 0 ? jobWords().readyAll : isOnline() ? jobWords().notReadyAll : jobWords().offlineNotReady}
          </p>
          <For each={JOB_TIMES.filter((time) => jobs().some((job) => job.time === time))}>
            {(time) => (
              <section aria-label={jobWords().times[time]}>
                <h2 class={styles["group"]} data-time={time}>
                  {jobWords().times[time]}
                </h2>
                <ul class={styles["jobs"]}>
                  <For each={jobs().filter((job) => job.time === time)}>
                    {(job) => <JobCard job={job} bag={bag} isOnline={isOnline()} />}
                  </For>
                </ul>
              </section>
            )}
          </For>
        </Show>
        <div class={styles["foot"]}>
          <p class={styles["sent"]} role="status">
            {unsent() > 0 ? jobWords().unsent(unsent()) : jobWords().allSent}
          </p>
          <CarryWork />
        </div>
      </div>
    </div>
  );
}

/** One job: what, where, whom to call, what is known of the device, whether all of it is here. */
function JobCard(props: { readonly job: Job; readonly bag: JobBag; readonly isOnline: boolean }): JSX.Element {
  const desk = useDesk();
  const ticket = () => props.job.head;
  const threads = () => props.bag.threadsOf(ticket());
  const headOf = (id: ReturnType<typeof threads>["person"]) => (id === undefined ? undefined : desk.heads.get(id));
  const person = () => {
    const { person: id } = threads();
    return id && desk.directory.profiles.headOf(id);
  };
  const dialog = () => headOf(threads().dialog);
  const asset = () => headOf(threads().assets[0]);
  const name = () => fieldText(person(), "name") || desk.directory.nameOfDialog(ticket());
  const phone = () => fieldText(person(), "phone");
  const room = () =>
    [ticket(), dialog(), person(), asset()].map((head) => fieldText(head, "room")).find((text) => text !== "") ?? "";
  const state = () => props.bag.stateOf(ticket());
  const left = () => state().all - state().have;

  return (
    <li class={styles["job"]} data-ticket={ticket()._id}>
      <a class={styles["open"]} href={hrefOf({ screen: "tickets", ticket: ticket()._id })}>
        <span class={styles["line"]}>
          <span class={styles["number"]}>{ticketName(ticket())}</span>
          <Show when={ticket().priority > 1}>
            <span class={styles["flag"]}>
              <Flag size={14} />
              {words().priority[ticket().priority]}
            </span>
          </Show>
          <Show when={props.job.at}>
            {(at) => (
              <span class={styles["when"]} data-time={props.job.time}>
                {jobWords().by(say.when(at(), desk.now()))}
              </span>
            )}
          </Show>
        </span>
        <strong class={styles["what"]}>{desk.tickets.titleOf(ticket())}</strong>
        <span class={styles["sub"]}>
          {[name(), desk.tickets.types.statusWords(ticket())].filter(Boolean).join(" · ")}
        </span>
      </a>
      <ul class={styles["facts"]}>
        <Show when={room()}>
          <li>
            <MapPin size={16} aria-hidden="true" />
            <span class="visually-hidden">{jobWords().map}: </span>
            <strong>{room()}</strong>
          </li>
        </Show>
        <Show when={asset()}>
          {(head) => (
            <li>
              <Laptop size={16} aria-hidden="true" />
              {fieldText(head(), "model") || fieldText(head(), "name")}
            </li>
          )}
        </Show>
        <Show when={threads().past.length > 0}>
          <li>
            <Wrench size={16} aria-hidden="true" />
            {jobWords().past(threads().past.length)}
          </li>
        </Show>
        <Show when={threads().manuals.length > 0}>
          <li>
            <Book size={16} aria-hidden="true" />
            {jobWords().manuals(threads().manuals.length)}
          </li>
        </Show>
      </ul>
      <div class={styles["acts"]}>
        <span class={styles["bag"]} data-ready={left() === 0}>
          {left() === 0 ? jobWords().ready : props.isOnline ? jobWords().getting(left()) : jobWords().notReady(left())}
        </span>
        <Show when={phone()}>
          <a
            class={styles["call"]}
            href={`tel:${phone().replace(/[^+\d]/g, "")}`}
            aria-label={`${jobWords().call(name())}, ${phone()}`}
          >
            <Phone size={18} />
            {phone()}
          </a>
        </Show>
      </div>
    </li>
  );
}
