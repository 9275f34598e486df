import ArrowLeft from "lucide-solid/icons/arrow-left";
import LogOut from "lucide-solid/icons/log-out";
import { For, type JSX, Show, Suspense } from "solid-js";
import { Dynamic } from "solid-js/web";
import { askSignOut } from "../../panels/acts/perform.ts";
import { address, go, hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { DESK_SETTINGS } from "../../signals/people.ts";
import { isNarrow } from "../../signals/viewport.ts";
import { words } from "../../signals/words.ts";
import { Skeleton } from "../../widgets/empty.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { TwoPanes } from "../../widgets/two-panes.tsx";
import { isPartOpen } from "./part-open.ts";
import { SETTINGS_PAGES } from "./registry.ts";
import styles from "./settings.module.css";

const GROUPS = ["you", "desk"] as const;

/** Settings: a list of pages, and one of them. */
export function SettingsScreen(): JSX.Element {
  const desk = useDesk();
  const named = (): string | undefined => {
    const now = address();
    return now.screen === "settings" ? now.page : undefined;
  };
  const pages = () => SETTINGS_PAGES.filter((page) => !page.roles || page.roles.includes(desk.me().role));
  const page = () => pages().find(({ name }) => name === named()) ?? (isNarrow() ? undefined : pages()[0]);

  return (
    <TwoPanes
      isInSecond={named() !== undefined && page() !== undefined}
      first={
        <nav class={styles["nav"]} aria-label={words().settings.title}>
          <Dynamic component={page() ? "p" : "h1"} class={styles["heading"]}>
            {words().settings.title}
          </Dynamic>
          <For each={GROUPS}>
            {(group) => (
              <section>
                <h2 class={styles["group"]}>{words().settings.groups[group]}</h2>
                <ul>
                  <For each={pages().filter((one) => one.group === group)}>
                    {(one) => (
                      <li>
                        <a
                          class={styles["link"]}
                          href={hrefOf({ screen: "settings", page: one.name })}
                          aria-current={page()?.name === one.name ? "page" : undefined}
                        >
                          {one.title(words())}
                          <Show when={one.alarm?.((name) => desk.heads.get(DESK_SETTINGS)?.fields[name]?.value)}>
                            <span class={styles["alarm"]} role="img" aria-label={words().settings.alarm} />
                          </Show>
                        </a>
                      </li>
                    )}
                  </For>
                </ul>
              </section>
            )}
          </For>
          <button type="button" class={styles["out"]} onClick={() => askSignOut(desk)}>
            <LogOut size={16} />
            {words().account.signOut}
          </button>
        </nav>
      }
      second={
        <Show when={page()}>
          {(now) => (
            <div class={styles["page"]}>
              <header class={styles["top"]}>
                <Show when={isNarrow() && !isPartOpen()}>
                  <IconButton label={words().common.back} onClick={() => go({ screen: "settings" })}>
                    <ArrowLeft size={18} />
                  </IconButton>
                </Show>
                <h1 class={styles["title"]}>{now().title(words())}</h1>
              </header>
              <Suspense fallback={<Skeleton label={words().common.loading} rows={4} />}>
                <Dynamic component={now().page} />
              </Suspense>
            </div>
          )}
        </Show>
      }
    />
  );
}
