import { createResource, type JSX, Match, Show, Switch } from "solid-js";
import { EntryForm } from "../../panels/account/entry-form.tsx";
import { deskName, type LinkLook, lookAt, type SignedInPerson, unsentOfAll } from "../../signals/account.ts";
import { address, goInstead } from "../../signals/address.ts";
import { setPreference } from "../../signals/preferences.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Mark } from "../../widgets/mark.tsx";
import styles from "./entry-screen.module.css";

/** The door: sign-in, the first-run link, an invitation. */
export function EntryScreen(props: { readonly onEntered: (person: SignedInPerson) => void }): JSX.Element {
  const link = () => {
    const now = address();
    return now.screen === "first" || now.screen === "join" ? { way: now.screen, token: now.token } : undefined;
  };
  const [look] = createResource(link, ({ way, token }) => lookAt(way, token));
  const [name] = createResource(deskName);
  const [unsent] = createResource(() => unsentOfAll().catch(() => 0));

  return (
    <main class={styles["screen"]}>
      <div class={styles["card"]}>
        <Mark size={40} />
        <Switch
          fallback={
            <>
              <h1 class={styles["title"]}>{words().account.signInTitle}</h1>
              <Show when={name.latest}>{(desk) => <p class={styles["text"]}>{desk()}</p>}</Show>
              <Show when={(unsent.latest ?? 0) > 0}>
                <p class={styles["unsent"]} role="status">
                  {words().account.expiredUnsent(unsent.latest ?? 0)}
                </p>
              </Show>
              <EntryForm way="sign-in" onEntered={props.onEntered} />
            </>
          }
        >
          <Match when={link()}>
            {(by) => (
              <>
                <h1 class={styles["title"]}>
                  {by().way === "first" ? words().account.firstTitle : words().account.inviteTitle}
                </h1>
                <Switch
                  fallback={
                    <>
                      <p class={styles["text"]}>{leadOf(by().way, look())}</p>
                      <EntryForm way={by().way} token={by().token} given={look()} onEntered={props.onEntered} />
                    </>
                  }
                >
                  <Match when={look()?.status === "used"}>
                    <p class={styles["text"]} role="alert">
                      {by().way === "first" ? words().account.tokenUsedFirst : words().account.tokenUsed}
                    </p>
                    <Button look="primary" size="large" wide onClick={() => goInstead({ screen: "sign-in" })}>
                      {words().account.signIn}
                    </Button>
                  </Match>
                  <Match when={look()?.status === "unreachable"}>
                    <p class={styles["text"]} role="alert">
                      {words().account.noServerFirst}
                    </p>
                    <Button size="large" wide onClick={() => location.reload()}>
                      {words().common.retry}
                    </Button>
                  </Match>
                </Switch>
              </>
            )}
          </Match>
        </Switch>
      </div>
      <p class={styles["languages"]}>
        <button type="button" lang="ru" onClick={() => setPreference("locale", "ru")}>
          Русский
        </button>
        <button type="button" lang="en" onClick={() => setPreference("locale", "en")}>
          English
        </button>
      </p>
    </main>
  );
}

function leadOf(way: "first" | "join", look: LinkLook | undefined): string {
  if (way === "first") return words().account.firstText;
  if (look?.status !== "open") return "";
  return [look.desk, look.teams && look.teams.length > 0 ? words().account.inviteText(look.teams.join(", ")) : ""]
    .filter(Boolean)
    .join(". ");
}
