import { For, type JSX, Show } from "solid-js";
import { keyHelp } from "../../signals/keys.ts";
import { preferences, setPreference } from "../../signals/preferences.ts";
import { closeOverlay, overlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Keys } from "../../widgets/kbd.tsx";
import { Modal } from "../../widgets/modal.tsx";
import styles from "./keys-help.module.css";

const GROUPS = ["list", "thread", "composer", "desk"] as const;
const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.platform);

/** The keys, and the switch that turns them off. */
export function KeysHelp(): JSX.Element {
  const wordOf = (word: string): string => {
    const known: Readonly<Record<string, string>> = words().keys.words;
    return known[word] ?? word;
  };
  const extra = () => (preferences().enterSends ? ["Enter"] : ["Ctrl", "Enter"]);
  return (
    <Show when={overlay()?.kind === "keys"}>
      <Modal
        open
        width="large"
        title={words().keys.title}
        closeLabel={words().common.close}
        onClose={closeOverlay}
        acts={
          <Button onClick={() => setPreference("keys", !preferences().keys)}>
            {preferences().keys ? words().keys.turnOff : words().keys.turnOn}
          </Button>
        }
      >
        <Show when={!preferences().keys}>
          <p role="status">{words().keys.off}</p>
        </Show>
        <div class={styles["groups"]}>
          <For each={GROUPS}>
            {(group) => (
              <section>
                <h3 class={styles["title"]}>{words().keys.groups[group]}</h3>
                <dl class={styles["keys"]}>
                  <For each={keyHelp(isMac())[group]}>
                    {(help) => (
                      <>
                        <dt>{wordOf(help.word)}</dt>
                        <dd>
                          <Keys keys={help.keys} />
                        </dd>
                      </>
                    )}
                  </For>
                  <Show when={group === "composer"}>
                    <dt>{words().keys.words.send}</dt>
                    <dd>
                      <Keys keys={extra()} />
                    </dd>
                  </Show>
                </dl>
              </section>
            )}
          </For>
        </div>
        <p class={styles["note"]}>{words().keys.byPlace}</p>
      </Modal>
    </Show>
  );
}
