import Copy from "lucide-solid/icons/copy";
import Mail from "lucide-solid/icons/mail";
import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import { portalMail } from "../../../shared/channels/portal-mail.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { PortalLink, PortalLinkAnswer } from "../../../shared/protocol/portal.ts";
import { useDesk } from "../../signals/desk.ts";
import { deskCalls } from "../../signals/desk-calls.ts";
import { fieldFlag, fieldText } from "../../signals/fields.ts";
import { personWords } from "../../signals/people.ts";
import { locale } from "../../signals/preferences.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import styles from "./portal-links.module.css";

/** Links by which a person reads his requests on the portal (S19): made, mailed, and taken back. */
export function PortalLinks(props: { readonly person: ThreadId }): JSX.Element {
  const desk = useDesk();
  const [made, setMade] = createSignal<PortalLinkAnswer>();
  const [mailing, setMailing] = createSignal<"now" | "by-hand">();
  const [problem, setProblem] = createSignal<string>();
  const [links, { refetch }] = createResource(
    () => props.person,
    async (person) => {
      const answer = await deskCalls.portalLinks(person);
      return answer.ok ? answer.value.links : undefined;
    },
  );
  const email = () => fieldText(desk.heads.get(props.person), "email");
  const isOpen = (link: PortalLink): boolean => link.revokedAt === undefined && link.expiresAt > desk.now();
  const open = () => (links.latest ?? []).filter(isOpen);
  /** His language, where the desk knows it. */
  const language = (): "ru" | "en" => {
    const own = fieldText(desk.heads.get(props.person), "locale");
    return own === "ru" || own === "en" ? own : locale();
  };
  const mailto = (url: string): string => {
    const { subject, text } = portalMail(language(), url);
    return `mailto:${email()}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(text)}`;
  };
  const hasMailbox = (): boolean =>
    desk.heads
      .all("channel")
      .some((one) => fieldText(one, "kind") === "email" && !fieldFlag(one, "removed") && !fieldFlag(one, "paused"));

  async function make(): Promise<void> {
    const answer = await deskCalls.makePortalLink(props.person);
    setProblem(answer.ok ? undefined : answer.error);
    if (!answer.ok) return;
    setMade(answer.value);
    setMailing(undefined);
    void refetch();
  }

  /** By the desk's own mailbox; where that is not possible, by the agent's mail program. */
  async function mail({ link, url }: PortalLinkAnswer): Promise<void> {
    const said = personWords().people.portal;
    const to = email();
    setMailing("now");
    setProblem(undefined);
    const answer = await deskCalls.mailPortalLink(link.id, { url, locale: language() });
    setMailing(undefined);
    if (!answer.ok) return void setProblem(answer.error);
    const { outcome } = answer.value;
    if (outcome === "sent") return void showToast({ title: said.mailed(to) });
    if (outcome !== "no-address") setMailing("by-hand");
    const why = { failed: said.mailFailed, "no-mailbox": said.noMailbox, "no-address": said.noAddress };
    setProblem(why[outcome]);
  }

  async function revoke(link: PortalLink): Promise<void> {
    const answer = await deskCalls.revokePortalLink(link.id);
    setProblem(answer.ok ? undefined : answer.error);
    if (answer.ok) {
      setMade(undefined); // perhaps it was this one
      showToast({ title: personWords().people.portal.revoked });
    }
    void refetch();
  }

  return (
    <div class={styles["links"]}>
      <p class={styles["lead"]}>{personWords().people.portal.lead}</p>
      <Show
        when={made()}
        fallback={
          <div>
            <Button size="small" onClick={() => void make()}>
              {personWords().people.portal.make}
            </Button>
          </div>
        }
      >
        {(one) => (
          <div class={styles["made"]}>
            <code class={styles["url"]}>{one().url}</code>
            <p class={styles["lead"]}>{personWords().people.portal.once}</p>
            <div class={styles["acts"]}>
              <Button
                size="small"
                icon={<Copy size={14} />}
                onClick={() =>
                  void navigator.clipboard?.writeText(one().url).then(() => showToast({ title: words().common.copied }))
                }
              >
                {words().common.copy}
              </Button>
              <Show when={email()}>
                <Show
                  when={hasMailbox() && mailing() !== "by-hand"}
                  fallback={
                    <a class={styles["mail"]} href={mailto(one().url)}>
                      <Mail size={14} />
                      {personWords().people.portal.mail}
                    </a>
                  }
                >
                  <Button
                    size="small"
                    icon={<Mail size={14} />}
                    disabled={mailing() === "now"}
                    title={email()}
                    onClick={() => void mail(one())}
                  >
                    {mailing() === "now" ? personWords().people.portal.mailing : personWords().people.portal.mail}
                  </Button>
                </Show>
              </Show>
            </div>
          </div>
        )}
      </Show>
      <Show when={problem()}>
        <p class={styles["problem"]} role="alert">
          {problem()}
        </p>
      </Show>
      <ul>
        <For each={open()}>
          {(link) => (
            <li class={styles["link"]}>
              <span>
                {personWords().people.portal.until(
                  say.date(link.createdAt),
                  desk.directory.nameOf(link.by),
                  say.date(link.expiresAt),
                )}
              </span>
              <Button size="small" look="danger" onClick={() => void revoke(link)}>
                {personWords().people.portal.revoke}
              </Button>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
