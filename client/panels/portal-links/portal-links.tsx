import Copy from "lucide-solid/icons/copy";
import Mail from "lucide-solid/icons/mail";
import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { PortalLink } from "../../../shared/protocol/portal.ts";
import { useDesk } from "../../signals/desk.ts";
import { deskCalls } from "../../signals/desk-calls.ts";
import { fieldText } from "../../signals/fields.ts";
import { personWords } from "../../signals/people.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import styles from "./portal-links.module.css";

/** Links by which a person reads his requests on the portal (S19): made, mailed, and taken back. */
export function PortalLinks(props: { readonly person: ThreadId }): JSX.Element {
  const desk = useDesk();
  const [made, setMade] = createSignal<string>();
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
  const mailto = (url: string): string => {
    const { mailSubject, mailText } = personWords().people.portal;
    return `mailto:${email()}?subject=${encodeURIComponent(mailSubject)}&body=${encodeURIComponent(mailText(url))}`;
  };

  async function make(): Promise<void> {
    const answer = await deskCalls.makePortalLink(props.person);
    setProblem(answer.ok ? undefined : answer.error);
    if (!answer.ok) return;
    setMade(answer.value.url);
    void refetch();
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
        {(url) => (
          <div class={styles["made"]}>
            <code class={styles["url"]}>{url()}</code>
            <p class={styles["lead"]}>{personWords().people.portal.once}</p>
            <div class={styles["acts"]}>
              <Button
                size="small"
                icon={<Copy size={14} />}
                onClick={() =>
                  void navigator.clipboard?.writeText(url()).then(() => showToast({ title: words().common.copied }))
                }
              >
                {words().common.copy}
              </Button>
              <Show when={email()}>
                <a class={styles["mail"]} href={mailto(url())}>
                  <Mail size={14} />
                  {personWords().people.portal.mail}
                </a>
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
