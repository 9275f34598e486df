import { createSignal, type JSX, Match, onCleanup, onMount, Switch } from "solid-js";
import { EntryScreen } from "../screens/account/entry-screen.tsx";
import { WordsScreen } from "../screens/account/words-screen.tsx";
import { presentPerson, type SignedInPerson } from "../signals/account.ts";
import { address, followAddress, goInstead } from "../signals/address.ts";
import { followPreferences } from "../signals/preferences.ts";
import { followVersions } from "../signals/updates.ts";
import { words } from "../signals/words.ts";
import { showAppearance } from "./appearance.ts";
import { DeskShell } from "./desk-shell.tsx";
import { type OpenDesk, openDesk } from "./open-desk.ts";

type State =
  | { readonly is: "opening" }
  /** Nobody is signed in here: the door. */
  | { readonly is: "outside" }
  | { readonly is: "inside"; readonly desk: OpenDesk }
  /** Plain http on a network address: the browser keeps nothing for us. */
  | { readonly is: "insecure" }
  | { readonly is: "failed" };

/** The program: the door, or the desk of the person who is in. */
export function Root(): JSX.Element {
  const [state, setState] = createSignal<State>({ is: "opening" });
  showAppearance();
  onCleanup(followAddress());
  onCleanup(followPreferences());

  async function open(person: SignedInPerson): Promise<void> {
    try {
      setState({ is: "inside", desk: await openDesk(person) });
      const { screen } = address();
      if (screen === "first" || screen === "join" || screen === "sign-in") goInstead({ screen: "inbox" });
    } catch (error) {
      console.error(error);
      setState({ is: "failed" });
    }
  }

  async function begin(): Promise<void> {
    if (!globalThis.isSecureContext || globalThis.crypto?.subtle === undefined)
      return void setState({ is: "insecure" });
    try {
      const person = await presentPerson();
      // A first-run or invitation link is for somebody new, whoever was here before.
      const isLink = address().screen === "first" || address().screen === "join";
      if (person && !isLink) await open(person);
      else setState({ is: "outside" });
    } catch (error) {
      console.error(error);
      setState({ is: "failed" });
    }
  }

  async function leave(): Promise<void> {
    const now = state();
    setState({ is: "outside" });
    goInstead({ screen: "sign-in" });
    if (now.is === "inside") await now.desk.close();
  }

  onMount(() => {
    void begin();
    void followVersions();
  });

  const inside = () => {
    const now = state();
    return now.is === "inside" ? now.desk : undefined;
  };
  return (
    <Switch>
      <Match when={inside()} keyed>
        {(desk) => <DeskShell parts={desk.parts} onSignedOut={() => void leave()} />}
      </Match>
      <Match when={state().is === "outside"}>
        <EntryScreen onEntered={(person) => void open(person)} />
      </Match>
      <Match when={state().is === "insecure"}>
        <WordsScreen title={words().product} text={words().account.plainHttp} />
      </Match>
      <Match when={state().is === "failed"}>
        <WordsScreen
          title={words().account.openFailed}
          text={words().account.oldBrowser}
          act={{ words: words().common.retry, onChoose: () => location.reload() }}
        />
      </Match>
    </Switch>
  );
}
