import { createResource, createSignal, type JSX, Show } from "solid-js";
import { version } from "../../../package.json";
import { CarryWork } from "../../panels/carry/carry-work.tsx";
import { useDesk } from "../../signals/desk.ts";
import { canInstall, install, isOfflineReady } from "../../signals/updates.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import styles from "./settings.module.css";

/** What is kept on this device, and whether it is safe there. */
export function StoragePage(): JSX.Element {
  const desk = useDesk();
  const [asked, setAsked] = createSignal<boolean>();
  const isPersisted = () => asked() ?? desk.storage().persisted;
  const [estimate] = createResource(async () => navigator.storage?.estimate?.());
  const free = () => {
    const told = desk.storage().free;
    if (told !== null) return told;
    const now = estimate.latest;
    return now?.quota !== undefined && now.usage !== undefined ? now.quota - now.usage : undefined;
  };
  const unsent = () => desk.connection().unsent;
  return (
    <>
      <section class={styles["card"]}>
        <ul class={styles["rows"]}>
          <li>
            <p class={styles["main"]}>{words().settings.storage.dialogs(desk.heads.all("dialog").length)}</p>
            <p class={styles["sub"]}>
              <Show when={free()} fallback={words().settings.storage.unknown}>
                {(bytes) => words().settings.storage.free(say.bytes(bytes()))}
              </Show>
            </p>
          </li>
          <li class={styles["row"]}>
            <p class={styles["grow"]}>
              {isPersisted() ? words().settings.storage.persisted : words().settings.storage.notPersisted}
            </p>
            <Show when={!isPersisted()}>
              <Button size="small" onClick={() => void navigator.storage?.persist?.().then(setAsked)}>
                {words().settings.storage.ask}
              </Button>
            </Show>
          </li>
          <Show when={canInstall()}>
            <li>
              <Button size="small" onClick={() => void install()}>
                {words().update.install}
              </Button>
            </li>
          </Show>
          <li>{isOfflineReady() ? words().settings.storage.offlineReady : words().settings.storage.offlineNot}</li>
          <li>{unsent() > 0 ? words().settings.storage.unsent(unsent()) : words().settings.storage.allSent}</li>
          <Show when={desk.othersUnsent() > 0}>
            <li>{words().connection.othersUnsent(desk.othersUnsent())}</li>
          </Show>
          <li class={styles["sub"]}>{words().settings.storage.version(version)}</li>
        </ul>
      </section>
      <div class={styles["card"]}>
        <CarryWork />
      </div>
    </>
  );
}
