import { createResource, createSignal, type JSX, Match, Show, Switch } from "solid-js";
import { ok, type Result } from "../../../shared/kernel/result.ts";
import { useDesk } from "../../signals/desk.ts";
import { mailWords } from "../../signals/mail-words.ts";
import { Button } from "../../widgets/button.tsx";
import { Modal } from "../../widgets/modal.tsx";
import styles from "./mail.module.css";
import { htmlOfMail, type MailPlace, picturesOfMail } from "./mail-parts.ts";
import { mailDocument, type SafeHtml, safeHtml } from "./safe-html.ts";

/** A page of ours with a policy of its own: nothing runs in it, and pictures of other servers may be loaded. */
const PAPER_PAGE = "/mail-paper.html";
/** Links may lead to a tab of their own; nothing else. */
const LINKS_ONLY = "allow-popups allow-popups-to-escape-sandbox";

type Shown = SafeHtml & { readonly withPictures: SafeHtml };

/**
 * A mail as it was sent, in a frame in which nothing runs. Pictures of other servers are loaded when somebody asks for them: the
 * desk's own policy lets none through, so they are drawn on a page with another one.
 */
export function MailWindow(props: { readonly mail: MailPlace; readonly onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const said = () => mailWords().window;
  const [loads, setLoads] = createSignal(false);
  const isLive = () => desk.connection().state === "live";
  const [shown, { refetch }] = createResource(async (): Promise<Result<Shown, "away" | "broken">> => {
    const html = await htmlOfMail(props.mail, desk.file);
    if (!html.ok) return html;
    const cids = await picturesOfMail(props.mail, html.value, desk.file);
    const withPictures = safeHtml(html.value, { cids, pictures: "kept" });
    return ok({ ...safeHtml(html.value, { cids, pictures: "left-out" }), withPictures });
  });
  const fault = (): "away" | "broken" | undefined => {
    if (shown.error !== undefined) return "broken";
    const now = shown();
    return now === undefined || now.ok ? undefined : now.error;
  };
  const ready = (): Shown | undefined => {
    if (shown.error !== undefined) return undefined;
    const now = shown();
    return now?.ok === true ? now.value : undefined;
  };
  let notice: HTMLElement | undefined;
  function load(): void {
    // The button goes: the focus must not leave the window with it, or no key closes it.
    notice?.focus();
    setLoads(true);
  }
  const title = () => props.mail.extra.subject ?? said().noSubject;

  return (
    <Modal open title={title()} closeLabel={said().close} onClose={() => props.onClose()} width="large">
      <div class={styles["window"]}>
        <Switch fallback={<p class={styles["state"]}>{said().opening}</p>}>
          <Match when={fault() === "away"}>
            <p class={styles["state"]} role="status">
              {said().away}
            </p>
            <Show when={isLive()}>
              <Button onClick={() => void refetch()}>{mailWords().asSent}</Button>
            </Show>
          </Match>
          <Match when={fault() === "broken"}>
            <p class={styles["state"]} role="status">
              {said().broken}
            </p>
          </Match>
          <Match when={ready()}>
            {(mail) => (
              <>
                <Show when={mail().blocked > 0}>
                  <p class={styles["pictures"]} role="status" tabindex={-1} ref={(element) => (notice = element)}>
                    <Show when={!loads()} fallback={said().loaded}>
                      <span>{isLive() ? said().blocked(mail().blocked) : said().noNetwork}</span>
                      <Button size="small" disabled={!isLive()} onClick={load}>
                        {said().load}
                      </Button>
                    </Show>
                  </p>
                </Show>
                <Show
                  when={loads()}
                  fallback={
                    <iframe
                      class={styles["paper"]}
                      title={said().frame}
                      sandbox={LINKS_ONLY}
                      referrerpolicy="no-referrer"
                      srcdoc={mailDocument(mail().html, title())}
                    />
                  }
                >
                  <iframe
                    class={styles["paper"]}
                    title={said().frame}
                    // Of our origin so that we can write into it; what is written cannot run.
                    sandbox={`allow-same-origin ${LINKS_ONLY}`}
                    referrerpolicy="no-referrer"
                    src={PAPER_PAGE}
                    onLoad={(event) => {
                      const { body } = event.currentTarget.contentDocument ?? {};
                      if (body) body.innerHTML = mail().withPictures.html;
                    }}
                  />
                </Show>
              </>
            )}
          </Match>
        </Switch>
      </div>
    </Modal>
  );
}
