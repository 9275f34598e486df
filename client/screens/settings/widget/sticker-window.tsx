import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../../../shared/thread/head.ts";
import { tellNotSaved } from "../../../panels/acts/perform.ts";
import { useDesk } from "../../../signals/desk.ts";
import { fieldText, fieldThreads } from "../../../signals/fields.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Select, TextArea, TextField } from "../../../widgets/field.tsx";
import { Modal } from "../../../widgets/modal.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import page from "../settings.module.css";
import { newToken, stateOf, urlOfToken, widgetOf } from "./link-facts.ts";
import { printStickers, type Sticker, type StickerSize } from "./stickers.tsx";
import styles from "./widget.module.css";
import { widgetWords } from "./words.ts";

/** More are found by the search. */
const MOST_SHOWN = 60;

/** What a sticker stands on. */
type Place = { readonly asset?: DeviceHead; readonly room: string };

/** Stickers for many devices and rooms at once: a link for each that has none yet, and the sheets to print (S39). */
export function StickerWindow(props: { readonly onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const said = () => widgetWords().stickers;
  const [heading, setHeading] = createSignal(said().headingUsual);
  const [hint, setHint] = createSignal(said().wordsUsual);
  const [size, setSize] = createSignal<StickerSize>("large");
  const teams = () =>
    desk.directory.teams().filter((one) => desk.me().role === "admin" || desk.me().teams.includes(one._id));
  const [team, setTeam] = createSignal<string>(desk.me().teams[0] ?? teams()[0]?._id ?? "");
  const [find, setFind] = createSignal("");
  const [rooms, setRooms] = createSignal("");
  const [chosen, setChosen] = createSignal<ReadonlySet<ThreadId>>(new Set());
  const [isMaking, setIsMaking] = createSignal(false);

  const assets = createMemo(() =>
    [...desk.heads.all("asset")].sort((a, b) => assetWords(a).localeCompare(assetWords(b))),
  );
  const found = createMemo(() => {
    const wanted = find().trim().toLowerCase();
    return assets().filter((one) => assetWords(one).toLowerCase().includes(wanted));
  });
  const shown = () => found().slice(0, MOST_SHOWN);
  const places = createMemo((): readonly Place[] => {
    const lines = new Set(
      rooms()
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    );
    const devices = assets().filter((one) => chosen().has(one._id));
    return [
      ...devices.map((asset) => ({ asset, room: fieldText(asset, "room") })),
      ...[...lines].map((room) => ({ room })),
    ];
  });

  function choose(id: ThreadId, is: boolean): void {
    const next = new Set(chosen());
    if (is) next.add(id);
    else next.delete(id);
    setChosen(next);
  }

  /** A link that stands for this place already; stickers that hang somewhere go on working. */
  const linkOf = ({ asset, room }: Place): DeviceHead | undefined =>
    desk.heads.all("link").find((link) => {
      if (widgetOf(link) !== undefined || stateOf(link, desk.now()) !== "active" || link.team !== team()) return false;
      const of = fieldThreads(link, "asset")[0];
      return asset === undefined ? of === undefined && fieldText(link, "room") === room : of === asset._id;
    });

  async function print(): Promise<void> {
    const of = teams().find((one) => one._id === team())?._id;
    if (of === undefined) return;
    setIsMaking(true);
    let made = 0;
    try {
      const stickers: Sticker[] = [];
      for (const place of places()) {
        const { asset, room } = place;
        const name = asset === undefined ? said().room(room) : fieldText(asset, "name") || fieldText(asset, "model");
        const known = linkOf(place);
        const token = known === undefined ? newToken() : fieldText(known, "token");
        if (known === undefined) {
          const stands = asset === undefined ? { room } : { asset: asset._id };
          await desk.acts.begin("link", { team: of, set: { title: desk.directory.teamName(of), token, ...stands } });
          made += 1;
        }
        const model = asset === undefined ? "" : fieldText(asset, "model");
        const where = asset === undefined || room === "" ? "" : said().room(room);
        stickers.push({
          name,
          place: [model === name ? "" : model, where].filter(Boolean).join(" · "),
          url: urlOfToken(token),
        });
      }
      if (made > 0) showToast({ title: said().made(made) });
      printStickers({ heading: heading().trim(), words: hint().trim(), size: size(), stickers });
    } catch (error) {
      tellNotSaved(error);
    } finally {
      setIsMaking(false);
    }
  }

  return (
    <Modal
      open
      width="large"
      title={said().title}
      closeLabel={words().common.close}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={() => props.onClose()}>{words().common.cancel}</Button>
          <Button
            look="primary"
            disabled={places().length === 0 || isMaking() || team() === ""}
            onClick={() => void print()}
          >
            {isMaking() ? said().making : places().length === 0 ? said().printNone : said().print(places().length)}
          </Button>
        </>
      }
    >
      <p class={page["sub"]}>{said().lead}</p>
      <div class={page["pair"]}>
        <TextField
          label={said().heading}
          value={heading()}
          onInput={(event) => setHeading(event.currentTarget.value)}
        />
        <TextField label={said().words} value={hint()} onInput={(event) => setHint(event.currentTarget.value)} />
        <Select label={said().team} value={team()} onChange={(event) => setTeam(event.currentTarget.value)}>
          <For each={teams()}>{(one) => <option value={one._id}>{desk.directory.teamName(one._id)}</option>}</For>
        </Select>
        <Select
          label={said().size}
          value={size()}
          onChange={(event) => setSize(event.currentTarget.value === "small" ? "small" : "large")}
        >
          <option value="large">{said().sizes.large}</option>
          <option value="small">{said().sizes.small}</option>
        </Select>
      </div>
      <fieldset class={styles["assets"]}>
        <legend>{said().assets}</legend>
        <Show when={assets().length > 0} fallback={<p class={page["sub"]}>{said().noAssets}</p>}>
          <TextField
            label={said().find}
            type="search"
            value={find()}
            onInput={(event) => setFind(event.currentTarget.value)}
          />
          <ul class={styles["choices"]}>
            <For each={shown()} fallback={<li class={page["sub"]}>{said().notFound}</li>}>
              {(asset) => (
                <li>
                  <label class={page["check"]}>
                    <input
                      type="checkbox"
                      checked={chosen().has(asset._id)}
                      onChange={(event) => choose(asset._id, event.currentTarget.checked)}
                    />
                    {assetWords(asset)}
                  </label>
                </li>
              )}
            </For>
          </ul>
          <div class={page["row"]}>
            <Button
              size="small"
              onClick={() => setChosen(new Set([...chosen(), ...shown().map((asset) => asset._id)]))}
            >
              {said().all}
            </Button>
            <Show when={found().length > MOST_SHOWN}>
              <span class={page["sub"]}>{said().more(found().length - MOST_SHOWN)}</span>
            </Show>
          </div>
        </Show>
      </fieldset>
      <TextArea
        label={said().rooms}
        hint={said().roomsHint}
        rows={3}
        value={rooms()}
        onInput={(event) => setRooms(event.currentTarget.value)}
      />
    </Modal>
  );
}

/** A device as people name it: what it is, which one, where. */
export const assetWords = (asset: DeviceHead): string =>
  [fieldText(asset, "name"), fieldText(asset, "model"), fieldText(asset, "room")].filter(Boolean).join(", ");
