import type { JSX } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { INBOX_TABS } from "../../signals/inbox-list.ts";
import { words } from "../../signals/words.ts";
import { TabLine } from "../../widgets/tab-line.tsx";

/** On me, On team, All, Missed; each with the number of users who wait for an answer there. */
export function ListTabs(props: { readonly panelId: string }): JSX.Element {
  const desk = useDesk();
  return (
    <TabLine
      label={words().inbox.label}
      panelId={props.panelId}
      handle="tab"
      chosen={desk.inbox.tab()}
      onChoose={desk.inbox.setTab}
      tabs={INBOX_TABS.map((id) => ({
        id,
        name: words().inbox.tabs[id],
        count: desk.inbox.counts()[id].waiting,
        countWords: words().inbox.tabLabel(desk.inbox.counts()[id].total),
        alarm: id === "missed",
      }))}
    />
  );
}
