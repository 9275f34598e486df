import { createUniqueId, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import type { ChannelHours } from "../../../../shared/protocol/channels.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { Select, Switch, TextField } from "../../../widgets/field.tsx";
import settings from "../settings.module.css";
import styles from "./channels.module.css";
import type { ChannelDraft, FieldFault } from "./draft.ts";

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
const usualHours = (): ChannelHours => ({ days: [1, 2, 3, 4, 5], from: "09:00", to: "18:00", zone: ownZone() });
const zones = (): readonly string[] => Intl.supportedValuesOf?.("timeZone") ?? [];

type HoursPart = Pick<ChannelDraft, "hours" | "outsideTeam">;

/** When the team answers: days, from, to, by which zone; and who gets what comes outside of it. */
export function HoursFields(props: {
  readonly value: HoursPart;
  readonly fault: FieldFault | undefined;
  readonly disabled: boolean;
  readonly onChange: (part: Partial<HoursPart>) => void;
}): JSX.Element {
  const desk = useDesk();
  const zoneList = createUniqueId();
  const said = () => wordsOfChannels().hours;
  const set = (part: Partial<ChannelHours>): void => {
    const { hours } = props.value;
    if (hours !== undefined) props.onChange({ hours: { ...hours, ...part } });
  };
  const toggle = (hours: ChannelHours, day: number): void =>
    set({ days: [1, 2, 3, 4, 5, 6, 7].filter((one) => (one === day) !== hours.days.includes(one)) });
  const overnight = ({ from, to }: ChannelHours): string | undefined =>
    from < to ? undefined : from === to ? said().wholeDay : said().overnight;
  const error = (): string | undefined =>
    props.fault === undefined ? undefined : wordsOfChannels().form.faults[props.fault];
  return (
    <section class={settings["card"]}>
      <h3 class={settings["card-title"]}>{said().title}</h3>
      <Switch
        label={said().limited}
        hint={said().limitedHint}
        checked={props.value.hours !== undefined}
        disabled={props.disabled}
        onChange={(on) => props.onChange({ hours: on ? usualHours() : undefined, ...(on ? {} : { outsideTeam: "" }) })}
      />
      <Show when={props.value.hours}>
        {(hours) => (
          <>
            <fieldset
              class={styles["days"]}
              disabled={props.disabled}
              aria-invalid={error() !== undefined}
              tabindex={error() === undefined ? undefined : -1}
            >
              <legend>
                {said().days}
                <Show when={error()}>
                  {(text) => (
                    <span class={settings["problem"]} role="alert">
                      {" "}
                      {text()}
                    </span>
                  )}
                </Show>
              </legend>
              <For each={said().dayNames}>
                {(name, at) => (
                  <label class={styles["day"]}>
                    <input
                      type="checkbox"
                      checked={hours().days.includes(at() + 1)}
                      onChange={() => toggle(hours(), at() + 1)}
                    />
                    <span>{name}</span>
                  </label>
                )}
              </For>
            </fieldset>
            <div class={settings["pair"]}>
              <TextField
                label={said().from}
                type="time"
                disabled={props.disabled}
                value={hours().from}
                onChange={(event) => set({ from: event.currentTarget.value })}
              />
              <TextField
                label={said().to}
                type="time"
                disabled={props.disabled}
                value={hours().to}
                hint={overnight(hours())}
                onChange={(event) => set({ to: event.currentTarget.value })}
              />
              <TextField
                label={said().zone}
                list={zoneList}
                disabled={props.disabled}
                value={hours().zone}
                spellcheck={false}
                onChange={(event) => set({ zone: event.currentTarget.value.trim() || ownZone() })}
              />
              <datalist id={zoneList}>
                <For each={zones()}>{(zone) => <option value={zone} />}</For>
              </datalist>
              <Select
                label={said().outside}
                disabled={props.disabled}
                value={props.value.outsideTeam}
                onChange={(event) => props.onChange({ outsideTeam: teamOf(event.currentTarget.value) })}
              >
                <option value="">{said().sameTeam}</option>
                <For each={desk.directory.teams()}>
                  {(team) => <option value={team._id}>{desk.directory.teamName(team._id)}</option>}
                </For>
              </Select>
            </div>
          </>
        )}
      </Show>
    </section>
  );

  function teamOf(chosen: string): ThreadId | "" {
    return desk.directory.teams().find(({ _id }) => _id === chosen)?._id ?? "";
  }
}
