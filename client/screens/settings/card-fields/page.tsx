import Plus from "lucide-solid/icons/plus";
import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import {
  CARD_KINDS,
  type CardField,
  type CardKind,
  faultOfCards,
  parseCardFields,
  settingOfCards,
  undefinedCardFields,
} from "../../../../shared/directory/person-fields.ts";
import { tellNotSaved } from "../../../panels/acts/perform.ts";
import { CardFieldRow } from "../../../panels/person/card-fields.tsx";
import { useDesk } from "../../../signals/desk.ts";
import { DESK_SETTINGS, personWords } from "../../../signals/people.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { TabLine } from "../../../widgets/tab-line.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import settings from "../settings.module.css";
import { CardFieldList } from "./field-list.tsx";

const MOST_FOUND = 20;

/** Fields of the desk's own on the cards of people, companies and devices, without code (S50). */
export function CardFieldsPage(): JSX.Element {
  const desk = useDesk();
  const panelId = createUniqueId();
  const [kind, setKind] = createSignal<CardKind>("person");
  const [changed, setChanged] = createSignal<readonly CardField[]>();
  const isFixed = () => desk.me().role !== "admin";
  const keptOf = (of: CardKind): readonly CardField[] =>
    parseCardFields(desk.heads.get(DESK_SETTINGS)?.fields[settingOfCards(of)]?.value);
  const kept = createMemo(() => keptOf(kind()));
  const fields = () => changed() ?? kept();
  const fault = () => faultOfCards(fields());
  const found = createMemo(() => undefinedCardFields(fields(), desk.heads.all(kind())).slice(0, MOST_FOUND));

  async function save(): Promise<void> {
    try {
      // JSON drops what is undefined: a member is there or it is not.
      await desk.acts.setFields(DESK_SETTINGS, { [settingOfCards(kind())]: JSON.parse(JSON.stringify(fields())) });
      setChanged(undefined);
      showToast({ title: words().common.saved });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed() !== undefined && fault() === undefined) void save();
      }}
    >
      <p class={settings["lead"]}>{isFixed() ? personWords().settings.readOnly : personWords().settings.lead}</p>
      <TabLine
        label={words().settings.cardFields}
        panelId={panelId}
        handle="card-kind"
        chosen={kind()}
        tabs={CARD_KINDS.map((id) => ({
          id,
          name: personWords().settings.kinds[id],
          count: keptOf(id).filter(({ archived }) => archived !== true).length,
          countWords: "",
        }))}
        onChoose={(next) => {
          // What is not kept yet is not lost by a look aside.
          if (changed() === undefined) setKind(next);
          else showToast({ title: personWords().settings.unsaved, wrong: true });
        }}
      />
      <div id={panelId} role="tabpanel" aria-label={personWords().settings.kinds[kind()]} class={settings["panel"]}>
        <CardFieldList fields={fields()} kept={kept()} isFixed={isFixed()} onChange={setChanged} />
        <Show when={!isFixed() && found().length > 0}>
          <section class={settings["card"]} aria-label={personWords().settings.found}>
            <p class={settings["sub"]}>{personWords().settings.found}</p>
            <div class={settings["row"]}>
              <For each={found()}>
                {(id) => (
                  <Button
                    size="small"
                    icon={<Plus size={14} />}
                    onClick={() => setChanged([...fields(), { id, kind: "text", name: { ru: id, en: id } }])}
                  >
                    {id}
                  </Button>
                )}
              </For>
            </div>
          </section>
        </Show>
        <Show when={fields().some(({ archived }) => archived !== true)}>
          <section class={settings["card"]} aria-label={personWords().settings.preview}>
            <h3 class={settings["card-title"]}>{personWords().settings.preview}</h3>
            <div>
              <For each={fields().filter(({ archived }) => archived !== true)}>
                {(field) => <CardFieldRow field={field} value={null} isFixed={false} onKeep={() => undefined} />}
              </For>
            </div>
          </section>
        </Show>
      </div>
      <Show when={!isFixed()}>
        <div class={`${settings["acts"]} ${settings["kept"]}`}>
          <Show when={changed() !== undefined && fault()}>
            {(code) => (
              <p class={settings["problem"]} role="alert">
                {personWords().settings.faults[code()]}
              </p>
            )}
          </Show>
          <Button look="quiet" disabled={changed() === undefined} onClick={() => setChanged(undefined)}>
            {words().common.cancel}
          </Button>
          <Button type="submit" look="primary" disabled={changed() === undefined || fault() !== undefined}>
            {words().common.save}
          </Button>
        </div>
      </Show>
    </form>
  );
}
