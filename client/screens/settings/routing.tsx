import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import X from "lucide-solid/icons/x";
import { createMemo, createSignal, Index, type JSX, Show } from "solid-js";
import { parseRouting, type RoutingRule } from "../../../shared/directory/routing.ts";
import { derivedThreadId } from "../../../shared/kernel/ids.ts";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { useDesk } from "../../signals/desk.ts";
import { channelWords } from "../../signals/event-words.ts";
import { fieldText } from "../../signals/fields.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { Select, TextField } from "../../widgets/field.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import styles from "./settings.module.css";

const SETTINGS = derivedThreadId("settings", "desk");
const CHANNELS = ["link", "widget", "telegram", "email", "vk", "max", "whatsapp", "api", "phone"] as const;

/** To which team a new dialog goes: the first rule that fits (S9). */
export function RoutingPage(): JSX.Element {
  const desk = useDesk();
  const kept = createMemo(() => parseRouting(desk.heads.get(SETTINGS)?.fields["routing"]?.value));
  const [changed, setChanged] = createSignal<readonly RoutingRule[]>();
  const rules = () => changed() ?? kept();
  const isFixed = () => desk.me().role !== "admin";
  const labels = () => words().settings.routing;

  const replace = (at: number, rule: RoutingRule): void =>
    void setChanged(rules().map((other, index) => (index === at ? rule : other)));
  const remove = (at: number): void => void setChanged(rules().filter((_rule, index) => index !== at));
  function move(at: number, by: 1 | -1): void {
    const next = [...rules()];
    const [rule] = next.splice(at, 1);
    if (rule) next.splice(at + by, 0, rule);
    setChanged(next);
  }
  function add(): void {
    const team = desk.directory.teams()[0]?._id;
    if (team) setChanged([...rules(), { team, when: {} }]);
  }
  async function save(): Promise<void> {
    try {
      // JSON drops what is undefined: a condition is there or it is not.
      await desk.acts.setFields(SETTINGS, { routing: JSON.parse(JSON.stringify(rules())) });
      setChanged(undefined);
      showToast({ title: words().common.saved });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <>
      <p class={styles["lead"]}>{isFixed() ? words().settings.noRight : labels().lead}</p>
      <Index each={rules()} fallback={<Empty title={labels().empty} text={labels().emptyText} />}>
        {(rule, at) => (
          <section class={styles["card"]} aria-label={labels().ruleLabel(at + 1)}>
            <div class={styles["row"]}>
              <h3 class={`${styles["card-title"]} ${styles["grow"]}`}>{labels().ruleLabel(at + 1)}</h3>
              <IconButton label={labels().up} disabled={isFixed() || at === 0} onClick={() => move(at, -1)}>
                <ArrowUp size={16} />
              </IconButton>
              <IconButton
                label={labels().down}
                disabled={isFixed() || at === rules().length - 1}
                onClick={() => move(at, 1)}
              >
                <ArrowDown size={16} />
              </IconButton>
              <IconButton label={words().common.remove} disabled={isFixed()} onClick={() => remove(at)}>
                <X size={16} />
              </IconButton>
            </div>
            <div class={styles["pair"]}>
              <Select
                label={`${labels().when}: ${labels().channel}`}
                disabled={isFixed()}
                value={rule().when.channel?.[0] ?? ""}
                onChange={(event) => {
                  const { channel: _channel, ...when } = rule().when;
                  const chosen = event.currentTarget.value;
                  replace(at, { ...rule(), when: chosen === "" ? when : { ...when, channel: [chosen] } });
                }}
              >
                <option value="">{labels().anyChannel}</option>
                {CHANNELS.map((channel) => (
                  <option value={channel}>{channelWords(channel)}</option>
                ))}
              </Select>
              <Select
                label={labels().link}
                disabled={isFixed()}
                value={rule().when.link?.[0] ?? ""}
                onChange={(event) => {
                  const { link: _link, ...when } = rule().when;
                  const chosen = desk.heads.all("link").find((one) => one._id === event.currentTarget.value)?._id;
                  replace(at, { ...rule(), when: chosen ? { ...when, link: [chosen] } : when });
                }}
              >
                <option value="">{labels().anyLink}</option>
                {desk.heads.all("link").map((link) => (
                  <option value={link._id}>{fieldText(link, "title")}</option>
                ))}
              </Select>
              <TextField
                label={labels().words}
                hint={labels().wordsHint}
                disabled={isFixed()}
                value={rule().when.text?.join(", ") ?? ""}
                onChange={(event) => {
                  const { text: _text, ...when } = rule().when;
                  const text = event.currentTarget.value
                    .split(",")
                    .map((word) => word.trim())
                    .filter(Boolean);
                  replace(at, { ...rule(), when: text.length > 0 ? { ...when, text } : when });
                }}
              />
              <Select
                label={`${labels().goesTo} ${labels().team}`}
                disabled={isFixed()}
                value={rule().team}
                onChange={(event) => {
                  const team = desk.directory.teams().find((one) => one._id === event.currentTarget.value)?._id;
                  if (team) replace(at, { ...rule(), team });
                }}
              >
                {desk.directory.teams().map((team) => (
                  <option value={team._id}>{desk.directory.teamName(team._id)}</option>
                ))}
              </Select>
            </div>
          </section>
        )}
      </Index>
      <Show when={!isFixed()}>
        <div class={styles["acts"]}>
          <Button onClick={add}>{labels().add}</Button>
          <Button look="primary" disabled={changed() === undefined} onClick={() => void save()}>
            {words().common.save}
          </Button>
        </div>
      </Show>
    </>
  );
}
