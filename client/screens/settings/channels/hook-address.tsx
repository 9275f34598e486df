import { type JSX, Match, Switch } from "solid-js";
import type { ChannelRow } from "../../../../shared/protocol/channels.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import settings from "../settings.module.css";

/** The address that the other side is to call; or why there is none. */
export function HookAddress(props: {
  readonly row: ChannelRow | undefined;
  /** The desk asks by itself: the address is not needed now. */
  readonly isPolled: boolean;
}): JSX.Element {
  const said = () => wordsOfChannels().hook;
  return (
    <section class={settings["card"]} data-hook>
      <h3 class={settings["card-title"]}>{said().title}</h3>
      <Switch fallback={<p class={settings["sub"]}>{said().afterSave}</p>}>
        <Match when={props.isPolled}>
          <p class={settings["sub"]}>{said().notNeeded}</p>
        </Match>
        <Match when={props.row?.hookUrl}>
          {(url) => (
            <>
              <p class={settings["sub"]}>{said().text}</p>
              <code class={settings["code"]}>{url()}</code>
              <div class={settings["row"]}>
                <Button size="small" onClick={() => void copy(url())}>
                  {words().common.copy}
                </Button>
              </div>
            </>
          )}
        </Match>
        <Match when={props.row}>
          <p class={settings["problem"]}>{said().noHttps}</p>
        </Match>
      </Switch>
    </section>
  );
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard?.writeText(text);
  showToast({ title: words().common.copied });
}
