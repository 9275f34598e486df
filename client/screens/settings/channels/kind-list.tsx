import { For, type JSX } from "solid-js";
import type { ChannelSetup } from "../../../../shared/channels/setup.ts";
import { ChannelIcon } from "../../../panels/channel-icon.tsx";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { Empty } from "../../../widgets/empty.tsx";
import settings from "../settings.module.css";
import styles from "./channels.module.css";
import { PartHead } from "./part-head.tsx";
import { said } from "./words.ts";

/** Which channel is to be added: each by its name and one line of what it is. */
export function KindList(props: {
  readonly setups: readonly ChannelSetup[];
  readonly onBack: () => void;
  readonly onChoose: (setup: ChannelSetup) => void;
}): JSX.Element {
  return (
    <>
      <PartHead title={wordsOfChannels().choose} onBack={props.onBack} />
      <ul class={styles["kinds"]}>
        <For each={props.setups} fallback={<Empty title={wordsOfChannels().noKinds} />}>
          {(setup) => (
            <li>
              <button type="button" class={styles["kind"]} data-kind={setup.kind} onClick={() => props.onChoose(setup)}>
                <span class={styles["icon"]}>
                  <ChannelIcon channel={setup.kind} size={20} />
                </span>
                <span>
                  <span class={settings["main"]}>{said(setup.name)}</span>
                  <span class={`${settings["sub"]} ${styles["about"]}`}>{said(setup.about)}</span>
                </span>
              </button>
            </li>
          )}
        </For>
      </ul>
    </>
  );
}
