import { createEffect, createMemo, type JSX, lazy, Match, onCleanup, Show, Suspense, Switch } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { SessionEnded } from "../panels/account/session-ended.tsx";
import { showDialog } from "../panels/acts/perform.ts";
import { DockWindow } from "../panels/dock/dock-window.tsx";
import { Frame } from "../panels/frame/frame.tsx";
import { Overlays } from "../panels/frame/overlays.tsx";
import { LostNotices } from "../panels/notices/lost-notices.tsx";
import { InboxScreen } from "../screens/inbox/inbox-screen.tsx";
import { address } from "../signals/address.ts";
import { createDesk, type Desk, DeskContext, type DeskParts } from "../signals/desk.ts";
import { words } from "../signals/words.ts";
import { Skeleton } from "../widgets/empty.tsx";
import { Toasts } from "../widgets/toasts.tsx";
import { callAttention } from "./attention.ts";
import { followKeys } from "./keyboard.ts";

const CallNotice = lazy(() => import("../panels/call/call-notice.tsx").then((room) => ({ default: room.CallNotice })));
const HeldScreen = lazy(() => import("../screens/held/held-screen.tsx").then((room) => ({ default: room.HeldScreen })));
const JobsScreen = lazy(() => import("../screens/jobs/jobs-screen.tsx").then((room) => ({ default: room.JobsScreen })));
const TicketsScreen = lazy(() =>
  import("../screens/tickets/tickets-screen.tsx").then((room) => ({ default: room.TicketsScreen })),
);
const PeopleScreen = lazy(() =>
  import("../screens/people/people-screen.tsx").then((room) => ({ default: room.PeopleScreen })),
);
const KnowledgeScreen = lazy(() =>
  import("../screens/knowledge/knowledge-screen.tsx").then((room) => ({ default: room.KnowledgeScreen })),
);
const SettingsScreen = lazy(() =>
  import("../screens/settings/settings-screen.tsx").then((room) => ({ default: room.SettingsScreen })),
);

/** The desk of a person who is signed in: its screens, and what stands over them. */
export function DeskShell(props: { readonly parts: DeskParts; readonly onSignedOut: () => void }): JSX.Element {
  const desk = createDesk(props.parts);
  onCleanup(followKeys(desk, (chat) => switchTo(desk, chat)));
  callAttention(desk);

  const screen = createMemo(() => address().screen);
  createEffect(() => {
    const waiting = desk.inbox.counts().me.waiting + desk.inbox.counts().team.waiting;
    document.title = waiting > 0 ? words().notify.title(waiting, words().product) : words().product;
  });

  return (
    <DeskContext.Provider value={desk}>
      <Frame onSwitch={(chat) => switchTo(desk, chat)}>
        <Suspense fallback={<Skeleton label={words().common.loading} rows={6} />}>
          <Switch fallback={<InboxScreen />}>
            <Match when={screen() === "tickets"}>
              <TicketsScreen />
            </Match>
            <Match when={screen() === "held"}>
              <HeldScreen />
            </Match>
            <Match when={screen() === "jobs"}>
              <JobsScreen />
            </Match>
            <Match when={screen() === "people"}>
              <PeopleScreen />
            </Match>
            <Match when={screen() === "knowledge"}>
              <KnowledgeScreen />
            </Match>
            <Match when={screen() === "settings"}>
              <SettingsScreen />
            </Match>
          </Switch>
        </Suspense>
      </Frame>
      <DockWindow />
      <LostNotices />
      <Show when={desk.phone.now().length > 0}>
        <Suspense>
          <CallNotice />
        </Suspense>
      </Show>
      <SessionEnded email={props.parts.email} onOtherPerson={() => location.reload()} />
      <Overlays onSignedOut={() => props.onSignedOut()} />
      <Toasts label={words().toast.region} closeLabel={words().toast.close} />
    </DeskContext.Provider>
  );
}

/** A chat at hand: in the inbox it takes the thread's place, elsewhere it opens over the screen, or closes when it is open. */
function switchTo(desk: Desk, chat: ThreadId): void {
  if (address().screen === "inbox") showDialog(desk, chat);
  else desk.dock.float(desk.dock.floating() === chat ? undefined : chat);
}
