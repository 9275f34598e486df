import { type JSX, Match, Show, Switch } from "solid-js";
import type { ChannelTest } from "../../../../shared/protocol/channels.ts";
import type { ChannelFault } from "../../../signals/channel-calls.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import settings from "../settings.module.css";
import styles from "./channels.module.css";
import { faultWords, testWords } from "./words.ts";

/** What is under way, and what it came to, in words. */
export function TestResult(props: {
  readonly work: "saving" | "testing" | undefined;
  readonly result: ChannelTest | ChannelFault | undefined;
}): JSX.Element {
  const fault = () => (props.result !== undefined && "why" in props.result ? props.result : undefined);
  const test = () => (props.result !== undefined && "ok" in props.result ? props.result : undefined);
  const link = () => {
    const now = test();
    return now?.ok === true && now.link !== undefined && /^https?:/.test(now.link) ? now.link : undefined;
  };
  return (
    <Switch>
      <Match when={props.work === "testing"}>
        <p class={settings["sub"]}>{wordsOfChannels().test.running}</p>
      </Match>
      <Match when={props.work === "saving"}>
        <p class={settings["sub"]}>{wordsOfChannels().form.working}</p>
      </Match>
      <Match when={fault()}>{(now) => <p class={settings["problem"]}>{faultWords(now())}</p>}</Match>
      <Match when={test()}>
        {(now) => (
          <p class={styles["result"]}>
            <span class={now().ok ? styles["works"] : settings["problem"]}>{testWords(now())}</span>
            <Show when={link()}>
              {(href) => (
                <a href={href()} target="_blank" rel="noopener noreferrer">
                  {wordsOfChannels().test.open}
                </a>
              )}
            </Show>
          </p>
        )}
      </Match>
    </Switch>
  );
}
