import { beforeEach, describe, expect, it } from "vitest";
import { agentAuthor, derivedThreadId } from "../../shared/kernel/ids.ts";
import { createDraftBook } from "./drafts.ts";
import type { LiveEdge } from "./live-edge.ts";

const ONE = derivedThreadId("dialog", "one");
const ME = agentAuthor(derivedThreadId("agent", "me"));

/** A live edge whose drafts stay in a map; counts the rooms that stand open. */
function edge() {
  const texts = new Map<string, string>();
  let open = 0;
  const live: Pick<LiveEdge, "openDraft"> = {
    openDraft: (thread) => {
      open += 1;
      return {
        text: () => texts.get(thread) ?? "",
        write: (text) => void texts.set(thread, text),
        subscribe: () => () => undefined,
        close: () => {
          open -= 1;
        },
      };
    },
  };
  return { live: live as LiveEdge, texts, open: () => open }; // a draft book asks for drafts only
}

describe("drafts", () => {
  beforeEach(() => localStorage.clear());

  it("[S4] a draft outlives the editor that showed it, and its room closes behind the last one", () => {
    const { live, open } = edge();
    const book = createDraftBook({ live, me: ME, storageKey: "test" });
    const inbox = book.hold(ONE);
    const dock = book.hold(ONE);
    book.of(ONE).setText("half a sen");
    inbox();
    expect(open()).toBe(1);
    dock();
    expect(open()).toBe(0);
    expect(book.has(ONE)).toBe(true);
    expect(book.of(ONE).text()).toBe("half a sen");
  });

  it("a reply and a note are two texts; sending one leaves the other", () => {
    const { live } = edge();
    const book = createDraftBook({ live, me: ME, storageKey: "test" });
    const draft = book.of(ONE);
    draft.setText("to the user");
    draft.setMode("note");
    expect(draft.text()).toBe("");
    draft.setText("among us");
    draft.clear();
    expect(draft.text()).toBe("");
    draft.setMode("reply");
    expect(draft.text()).toBe("to the user");
    expect(book.isDirty()).toBe(true);
    draft.clear();
    expect(book.isDirty()).toBe(false);
  });

  it("a note and the list of attached files survive a reload", () => {
    const { live } = edge();
    const before = createDraftBook({ live, me: ME, storageKey: "test" }).of(ONE);
    before.setMode("note");
    before.setText("remember");
    before.setFiles([{ sha: "a".repeat(64), name: "a.png", type: "image/png", size: 1 }]);
    const after = createDraftBook({ live, me: ME, storageKey: "test" }).of(ONE);
    expect([after.mode(), after.text(), after.files()[0]?.name]).toEqual(["note", "remember", "a.png"]);
  });
});
