import { CHAT_DATABASE } from "./database.ts";

const OWN_KEYS = /^otklik-chat-(?:draft|seen)/;
/** Another tab that holds the database has to let go first. */
const PATIENCE_MS = 5_000;

/** Takes away all that this device keeps of whoever wrote here. Resolves when it is gone, or cannot go now. */
export async function forgetPerson(): Promise<void> {
  try {
    for (const key of Object.keys(localStorage)) if (OWN_KEYS.test(key)) localStorage.removeItem(key);
  } catch {
    // A browser that allows no storage keeps nothing.
  }
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    try {
      const asked = indexedDB.deleteDatabase(CHAT_DATABASE);
      asked.addEventListener("success", end);
      asked.addEventListener("error", end);
    } catch {
      end();
    }
  });
}
