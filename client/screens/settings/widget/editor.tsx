import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { parseSite, type WidgetSettings } from "../../../../shared/protocol/widget.ts";
import type { DeviceHead } from "../../../../shared/thread/head.ts";
import { tellNotSaved } from "../../../panels/acts/perform.ts";
import { useDesk } from "../../../signals/desk.ts";
import { fieldText } from "../../../signals/fields.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Select, TextArea, TextField } from "../../../widgets/field.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import page from "../settings.module.css";
import { WidgetInstall } from "./install.tsx";
import { newToken, widgetOf } from "./link-facts.ts";
import { WidgetPreview } from "./preview.tsx";
import { WidgetSecret } from "./secret.tsx";
import styles from "./widget.module.css";
import { widgetWords } from "./words.ts";

const USUAL: WidgetSettings = {
  origins: [],
  colours: { accent: "#0b6b5b" },
  position: "right",
  theme: "auto",
  texts: { launcher: "" },
};
const POSITIONS = ["right", "left"] as const;
const THEMES = ["auto", "light", "dark"] as const;

/** One website chat: what it is, how it looks on a page, how it comes to a site, by what its visitors are signed. */
export function WidgetEditor(props: {
  readonly link: DeviceHead | undefined;
  readonly onMade: (link: DeviceHead["_id"]) => void;
}): JSX.Element {
  const desk = useDesk();
  const said = () => widgetWords().form;
  const kept = (props.link && widgetOf(props.link)) ?? USUAL;
  const [title, setTitle] = createSignal(fieldText(props.link, "title"));
  const [greeting, setGreeting] = createSignal(fieldText(props.link, "greeting"));
  const [team, setTeam] = createSignal<string>(props.link?.team ?? desk.me().teams[0] ?? "");
  const [sites, setSites] = createSignal(kept.origins.join("\n"));
  const [look, setLook] = createSignal<Omit<WidgetSettings, "origins">>(kept);
  const teams = () =>
    desk.directory.teams().filter((one) => desk.me().role === "admin" || desk.me().teams.includes(one._id));
  const lines = () =>
    sites()
      .split("\n")
      .filter((line) => line.trim() !== "");
  const badLine = () => lines().find((line) => parseSite(line) === undefined);
  const settings = createMemo((): WidgetSettings => {
    const { colours, position, theme, texts } = look();
    const origins = [...new Set(lines().flatMap((line) => parseSite(line) ?? []))];
    return { origins, colours, position, theme, texts };
  });
  const change = (next: Partial<WidgetSettings>): void => void setLook({ ...look(), ...next });

  async function save(): Promise<void> {
    const set = { title: title().trim(), widget: settings() };
    const words_ = greeting().trim();
    try {
      if (props.link) {
        await desk.acts.setFields(props.link._id, { ...set, greeting: words_ === "" ? null : words_ });
        showToast({ title: widgetWords().saved });
        return;
      }
      const of = teams().find((one) => one._id === team())?._id;
      if (of === undefined) return;
      const more = { token: newToken(), ...(words_ === "" ? {} : { greeting: words_ }) };
      props.onMade(await desk.acts.begin("link", { team: of, set: { ...set, ...more } }));
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <>
      <form
        class={page["card"]}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class={page["pair"]}>
          <TextField
            label={said().title}
            hint={said().titleHint}
            maxlength={120}
            value={title()}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
          <Show
            when={!props.link}
            fallback={
              <TextField label={said().team} value={desk.directory.teamName(props.link?.team ?? null)} readonly />
            }
          >
            <Select label={said().team} value={team()} onChange={(event) => setTeam(event.currentTarget.value)}>
              <For each={teams()}>{(one) => <option value={one._id}>{desk.directory.teamName(one._id)}</option>}</For>
            </Select>
          </Show>
          <TextArea
            label={said().greeting}
            rows={3}
            maxlength={1000}
            value={greeting()}
            onInput={(event) => setGreeting(event.currentTarget.value)}
          />
          <TextArea
            label={said().sites}
            hint={said().sitesHint}
            error={badLine() === undefined ? undefined : said().badSite(badLine() ?? "")}
            rows={3}
            spellcheck={false}
            value={sites()}
            onInput={(event) => setSites(event.currentTarget.value)}
          />
          <TextField
            label={said().launcher}
            hint={said().launcherHint}
            maxlength={60}
            value={look().texts.launcher}
            onInput={(event) => change({ texts: { launcher: event.currentTarget.value } })}
          />
          <TextField
            label={said().colour}
            type="color"
            value={look().colours.accent}
            onInput={(event) => change({ colours: { accent: event.currentTarget.value.toLowerCase() } })}
          />
          <Select
            label={said().position}
            value={look().position}
            onChange={(event) =>
              change({ position: POSITIONS.find((one) => one === event.currentTarget.value) ?? "right" })
            }
          >
            <For each={POSITIONS}>{(one) => <option value={one}>{said().positions[one]}</option>}</For>
          </Select>
          <Select
            label={said().theme}
            value={look().theme}
            onChange={(event) => change({ theme: THEMES.find((one) => one === event.currentTarget.value) ?? "auto" })}
          >
            <For each={THEMES}>{(one) => <option value={one}>{said().themes[one]}</option>}</For>
          </Select>
        </div>
        <div class={page["acts"]}>
          <Button
            type="submit"
            look="primary"
            disabled={title().trim() === "" || team() === "" || badLine() !== undefined}
          >
            {words().common.save}
          </Button>
        </div>
      </form>
      {/* Before the server has it there is nothing to show, and no secret to ask for. */}
      <Show
        when={props.link !== undefined && props.link.n > 0 ? props.link : undefined}
        fallback={<p class={page["lead"]}>{props.link ? widgetWords().notSent : widgetWords().needsSave}</p>}
      >
        {(link) => (
          <>
            <section class={page["card"]}>
              <h2 class={page["card-title"]}>{widgetWords().preview.title}</h2>
              <p class={page["sub"]}>{widgetWords().preview.hint}</p>
              <div class={styles["stage"]}>
                <WidgetPreview token={fieldText(link(), "token")} settings={settings()} />
              </div>
            </section>
            <WidgetInstall token={fieldText(link(), "token")} title={title()} settings={settings()} />
            <WidgetSecret link={link()._id} />
          </>
        )}
      </Show>
    </>
  );
}
