import { render } from "solid-js/web";
import { afterEach, describe, expect, it, vi } from "vitest";
import { programEmail } from "../../../shared/directory/programs.ts";
import { derivedThreadId } from "../../../shared/kernel/ids.ts";
import type { Account } from "../../../shared/protocol/identity.ts";
import { type Desk, DeskContext } from "../../signals/desk.ts";
import { createDirectory } from "../../signals/directory.ts";
import { createHeadBook } from "../../signals/heads.ts";
import { setPreference } from "../../signals/preferences.ts";
import { startWords } from "../../signals/words.ts";
import { MembersPage } from "./members.tsx";

const account = (name: string, email: (agent: string) => string): Account => {
  const agent = derivedThreadId("agent", name);
  return { agent, name, email: email(agent), role: "agent", teams: [], active: true, createdAt: 1 };
};
const ACCOUNTS = [account("Anna", () => "anna@desk.example"), account("Shop export", programEmail)];

let end: (() => void) | undefined;
afterEach(() => {
  end?.();
  vi.unstubAllGlobals();
});

describe("[S37] colleagues in the settings", () => {
  it.each([
    ["en", "Program"],
    ["ru", "Программа"],
  ] as const)(
    "a program is marked as one, and its address that is nobody's is not shown (%s)",
    async (locale, mark) => {
      setPreference("locale", locale);
      await startWords();
      vi.stubGlobal("fetch", async (url: string) =>
        Response.json(url.includes("accounts") ? { accounts: ACCOUNTS } : { invitations: [] }),
      );
      const place = document.createElement("div");
      document.body.append(place);
      end = render(() => {
        const heads = createHeadBook();
        const desk = {
          me: () => ({ id: "agent.a", agent: "agent.a", role: "admin", teams: [], name: "Olga" }),
          heads,
          directory: createDirectory(heads),
          connection: () => ({ state: "live", unsent: 0 }),
          now: () => 1,
        } as unknown as Desk; // what the page reads of it
        return (
          <DeskContext.Provider value={desk}>
            <MembersPage />
          </DeskContext.Provider>
        );
      }, place);
      await vi.waitFor(() => expect(place.querySelectorAll("section[aria-label]")).toHaveLength(2));
      const [anna, program] = [...place.querySelectorAll("section[aria-label]")].map((card) => card.textContent ?? "");
      expect(anna).toContain("anna@desk.example");
      expect(anna).not.toContain(mark);
      expect(program).toContain(mark);
      expect(program).not.toContain("invalid");
    },
  );
});
