import { createSignal, type JSX, Show } from "solid-js";
import { FieldRow } from "../../panels/context/field-row.tsx";
import { useDesk } from "../../signals/desk.ts";
import { preferences, setPreference } from "../../signals/preferences.ts";
import { turnPushOff, turnPushOn } from "../../signals/push.ts";
import { playCall } from "../../signals/sound.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Select, Switch } from "../../widgets/field.tsx";
import styles from "./settings.module.css";

const THEMES = ["auto", "light", "dark"] as const;
type NoticeRight = "granted" | "denied" | "default" | "absent";
const noticeRight = (): NoticeRight => ("Notification" in globalThis ? Notification.permission : "absent");

/** How the desk looks and sounds for this person in this browser. */
export function ProfilePage(): JSX.Element {
  const desk = useDesk();
  const [right, setRight] = createSignal<NoticeRight>(noticeRight());
  const say = () => words().settings.profile;
  return (
    <>
      <section class={styles["card"]}>
        <FieldRow thread={desk.me().agent} field="name" label={say().name} />
        <FieldRow thread={desk.me().agent} field="extension" label={words().settings.members.extension} />
        <div class={styles["pair"]}>
          <Select
            label={say().language}
            value={preferences().locale}
            onChange={(event) => {
              const chosen = event.currentTarget.value;
              setPreference("locale", chosen === "ru" || chosen === "en" ? chosen : "auto");
            }}
          >
            <option value="auto">{say().languageAuto}</option>
            <option value="ru" lang="ru">
              Русский
            </option>
            <option value="en" lang="en">
              English
            </option>
          </Select>
          <Select
            label={say().theme}
            value={preferences().theme}
            onChange={(event) => {
              const chosen = THEMES.find((theme) => theme === event.currentTarget.value);
              setPreference("theme", chosen ?? "auto");
            }}
          >
            <option value="auto">{say().themes.auto}</option>
            <option value="light">{say().themes.light}</option>
            <option value="dark">{say().themes.dark}</option>
          </Select>
        </div>
      </section>
      <section class={styles["card"]}>
        <Switch
          label={say().keys}
          hint={say().keysHint}
          checked={preferences().keys}
          onChange={(on) => setPreference("keys", on)}
        />
        <Switch
          label={say().enterSends}
          hint={say().enterSendsHint}
          checked={preferences().enterSends}
          onChange={(on) => setPreference("enterSends", on)}
        />
      </section>
      <section class={styles["card"]}>
        <Switch
          label={say().sound}
          hint={say().soundHint}
          checked={preferences().sound}
          onChange={(on) => setPreference("sound", on)}
        />
        <div class={styles["row"]}>
          <Button size="small" onClick={() => playCall("message")}>
            {say().tryOut}
          </Button>
        </div>
        <Show when={right() !== "absent"}>
          <Switch
            label={say().notifications}
            hint={right() === "denied" ? say().notificationsDenied : say().notificationsHint}
            checked={preferences().notices && right() === "granted"}
            disabled={right() === "denied"}
            onChange={(on) => {
              setPreference("notices", on);
              if (!on) void turnPushOff();
              else if (right() === "granted") void turnPushOn();
              else void Notification.requestPermission().then(setRight).then(turnPushOn);
            }}
          />
        </Show>
      </section>
    </>
  );
}
