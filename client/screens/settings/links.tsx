import { createMemo, createResource, createSignal, For, type JSX, Show } from "solid-js";
import type { FieldSet } from "../../../shared/items/base.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { mayEdit } from "../../signals/act-rules.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldNumber, fieldText, fieldThreads } from "../../signals/fields.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { Select, TextArea, TextField } from "../../widgets/field.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import styles from "./settings.module.css";
import { newToken, stateOf, urlOf, widgetOf } from "./widget/link-facts.ts";
import { QrPicture } from "./widget/qr.tsx";
import { assetWords, StickerWindow } from "./widget/sticker-window.tsx";
import { printStickers } from "./widget/stickers.tsx";
import { widgetWords } from "./widget/words.ts";

/** Public chat links: by team, with a room or a device filled in, as an address, as a QR code, as a sticker (S38, S39). */
export function LinksPage(): JSX.Element {
  const desk = useDesk();
  const [edited, setEdited] = createSignal<DeviceHead | "new">();
  const [shown, setShown] = createSignal<DeviceHead>();
  const [makesStickers, setMakesStickers] = createSignal(false);
  // Website chats have a page of their own.
  const links = createMemo(() =>
    [...desk.heads.all("link")]
      .filter((link) => widgetOf(link) === undefined)
      .sort((a, b) => a.createdAt - b.createdAt),
  );
  const mayAdd = () => desk.me().role === "admin" || desk.me().role === "lead";

  async function revoke(link: DeviceHead, revoked: boolean): Promise<void> {
    await desk.acts.setFields(link._id, { revoked }).catch(tellNotSaved);
  }

  return (
    <>
      <Show when={mayAdd()}>
        <div class={styles["acts"]}>
          <Button onClick={() => setMakesStickers(true)}>{widgetWords().stickers.open}</Button>
          <Button look="primary" onClick={() => setEdited("new")}>
            {words().settings.links.add}
          </Button>
        </div>
      </Show>
      <For
        each={links()}
        fallback={<Empty title={words().settings.links.empty} text={words().settings.links.emptyText} />}
      >
        {(link) => {
          const state = () => stateOf(link, desk.now());
          const place = () =>
            [fieldText(link, "room"), fieldText(desk.heads.get(fieldThreads(link, "asset")[0] ?? link._id), "name")]
              .filter(Boolean)
              .join(" · ");
          return (
            <section class={styles["card"]} aria-label={fieldText(link, "title")}>
              <div class={styles["row"]}>
                <div class={styles["grow"]}>
                  <p class={styles["main"]}>{fieldText(link, "title") || desk.directory.teamName(link.team)}</p>
                  <p class={styles["sub"]}>
                    {[desk.directory.teamName(link.team), place()].filter(Boolean).join(" · ")}
                    <Show when={fieldNumber(link, "expiresAt")}>
                      {(ends) => (
                        <>
                          {" "}
                          · {words().settings.links.expires} {say.date(ends())}
                        </>
                      )}
                    </Show>
                  </p>
                </div>
                <span
                  class={styles["state"]}
                  classList={{
                    [styles["good"] ?? ""]: state() === "active",
                    [styles["bad"] ?? ""]: state() !== "active",
                  }}
                >
                  {words().settings.links[state()]}
                </span>
              </div>
              <code class={styles["code"]}>{urlOf(link)}</code>
              <div class={styles["row"]}>
                <Button
                  size="small"
                  onClick={() =>
                    void navigator.clipboard
                      ?.writeText(urlOf(link))
                      .then(() => void showToast({ title: words().common.copied }))
                  }
                >
                  {words().common.copy}
                </Button>
                <Button size="small" onClick={() => setShown(link)}>
                  {words().settings.links.qr}
                </Button>
                <Show when={mayEdit(link, desk.me())}>
                  <Button size="small" onClick={() => setEdited(link)}>
                    {words().common.edit}
                  </Button>
                  <Show
                    when={state() !== "revoked"}
                    fallback={
                      <Button size="small" onClick={() => void revoke(link, false)}>
                        {words().settings.links.restore}
                      </Button>
                    }
                  >
                    <Button size="small" look="danger" onClick={() => void revoke(link, true)}>
                      {words().settings.links.revoke}
                    </Button>
                  </Show>
                </Show>
              </div>
            </section>
          );
        }}
      </For>
      <Show when={edited()} keyed>
        {(link) => <LinkWindow link={link === "new" ? undefined : link} onClose={() => setEdited(undefined)} />}
      </Show>
      <Show when={shown()} keyed>
        {(link) => <QrWindow link={link} onClose={() => setShown(undefined)} />}
      </Show>
      <Show when={makesStickers()}>
        <StickerWindow onClose={() => setMakesStickers(false)} />
      </Show>
    </>
  );
}

function LinkWindow(props: { readonly link: DeviceHead | undefined; readonly onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const text = (field: string): string => fieldText(props.link, field);
  const [title, setTitle] = createSignal(text("title"));
  const [greeting, setGreeting] = createSignal(text("greeting"));
  const [room, setRoom] = createSignal(text("room"));
  const [asset, setAsset] = createSignal<string>(fieldThreads(props.link, "asset")[0] ?? "");
  const [team, setTeam] = createSignal<string>(props.link?.team ?? desk.me().teams[0] ?? "");
  const ends = fieldNumber(props.link, "expiresAt");
  const [until, setUntil] = createSignal(ends === undefined ? "" : new Date(ends).toISOString().slice(0, 10));
  const teams = () =>
    desk.directory.teams().filter((one) => desk.me().role === "admin" || desk.me().teams.includes(one._id));

  async function save(): Promise<void> {
    const endsAt = until() === "" ? null : new Date(`${until()}T23:59:59`).getTime();
    const set: FieldSet = {
      title: title().trim(),
      greeting: greeting().trim() || null,
      room: room().trim() || null,
      asset: asset() || null,
      expiresAt: endsAt,
    };
    try {
      if (props.link) await desk.acts.setFields(props.link._id, set);
      else {
        const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== null));
        const chosen = teams().find((one) => one._id === team())?._id;
        await desk.acts.begin("link", {
          set: { ...given, token: newToken() },
          ...(chosen ? { team: chosen } : {}),
        });
      }
      props.onClose();
    } catch (error) {
      tellNotSaved(error);
    }
  }

  const labels = () => words().settings.links;
  return (
    <Modal
      open
      title={props.link ? text("title") : labels().add}
      closeLabel={words().common.close}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={() => props.onClose()}>{words().common.cancel}</Button>
          <Button look="primary" disabled={title().trim() === "" || team() === ""} onClick={() => void save()}>
            {words().common.save}
          </Button>
        </>
      }
    >
      <TextField label={labels().titleField} value={title()} onInput={(event) => setTitle(event.currentTarget.value)} />
      <Show when={!props.link}>
        <Select label={labels().team} value={team()} onChange={(event) => setTeam(event.currentTarget.value)}>
          <For each={teams()}>{(one) => <option value={one._id}>{desk.directory.teamName(one._id)}</option>}</For>
        </Select>
      </Show>
      <TextArea
        label={labels().greeting}
        rows={3}
        value={greeting()}
        onInput={(event) => setGreeting(event.currentTarget.value)}
      />
      <div class={styles["pair"]}>
        <TextField label={labels().room} value={room()} onInput={(event) => setRoom(event.currentTarget.value)} />
        <Select label={labels().asset} value={asset()} onChange={(event) => setAsset(event.currentTarget.value)}>
          <option value="">{words().common.none}</option>
          <For each={desk.heads.all("asset")}>{(one) => <option value={one._id}>{assetWords(one)}</option>}</For>
        </Select>
        <TextField
          label={labels().expires}
          hint={until() === "" ? labels().never : undefined}
          type="date"
          value={until()}
          onInput={(event) => setUntil(event.currentTarget.value)}
        />
      </div>
    </Modal>
  );
}

/** One link as a code: to be saved, or printed as a sticker with what it stands for (S38, S39). */
function QrWindow(props: { readonly link: DeviceHead; readonly onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const title = () => fieldText(props.link, "title");
  const asset = () => desk.heads.get(fieldThreads(props.link, "asset")[0] ?? props.link._id);
  const room = () => fieldText(props.link, "room") || fieldText(asset(), "room");
  function print(): void {
    const of = widgetWords().stickers;
    const named = fieldThreads(props.link, "asset").length > 0 ? fieldText(asset(), "name") : "";
    const place = room() === "" ? "" : of.room(room());
    const name = named || place || title();
    const sticker = { name, place: name === place ? "" : place, url: urlOf(props.link) };
    printStickers({ heading: title() || of.headingUsual, words: of.wordsUsual, size: "large", stickers: [sticker] });
  }
  const [picture] = createResource(
    () => urlOf(props.link),
    async (url) => {
      const { toDataURL } = await import("qrcode");
      return toDataURL(url, { width: 896, margin: 2, errorCorrectionLevel: "M" });
    },
  );
  return (
    <Modal
      open
      width="small"
      title={words().settings.links.qr}
      closeLabel={words().common.close}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={print}>{words().settings.links.print}</Button>
          <Show when={picture()}>
            {(data) => (
              <a class={styles["download"]} href={data()} download={`${title() || "otklik"}.png`}>
                {words().settings.links.saveQr}
              </a>
            )}
          </Show>
        </>
      }
    >
      <div class={styles["qr"]}>
        <QrPicture text={urlOf(props.link)} label={words().settings.links.qrOf(title())} />
        <p class={styles["main"]}>{title()}</p>
        <p class={styles["sub"]}>{urlOf(props.link)}</p>
      </div>
    </Modal>
  );
}
