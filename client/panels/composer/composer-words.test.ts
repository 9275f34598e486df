import { afterEach, describe, expect, it } from "vitest";
import { setPreference } from "../../signals/preferences.ts";
import { startWords } from "../../signals/words.ts";
import { composerWords } from "./composer-words.ts";

const masha = () => "Маша";

describe("what a composer says of itself", () => {
  afterEach(() => setPreference("locale", "auto"));

  for (const locale of ["ru", "en"] as const) {
    it(`[S21] on a ticket a public comment and an internal note share no word that matters (${locale})`, async () => {
      setPreference("locale", locale);
      await startWords();
      const comment = composerWords(false, masha);
      const note = composerWords(true, masha);
      expect(comment.send).toContain("Маша");
      expect(comment.reader).toContain("Маша");
      expect(comment.field).toContain("Маша");
      expect(comment.done).toContain("Маша");
      for (const said of [note.send, note.reader, note.field, note.done]) expect(said).not.toContain("Маша");
      for (const part of ["send", "reader", "field", "placeholder", "done"] as const) {
        expect(comment[part]).not.toBe(note[part]);
      }
      expect([comment.replyTab, comment.noteTab]).toEqual([note.replyTab, note.noteTab]);
    });
  }

  it("in a dialog it says what it always said, and tells nothing afterwards", async () => {
    setPreference("locale", "en");
    await startWords();
    expect(composerWords(false, undefined)).toMatchObject({ replyTab: "Reply", send: "Send", field: undefined });
    expect(composerWords(false, undefined).done).toBeUndefined();
    expect(composerWords(true, undefined).reader).toBeUndefined();
  });
});
