import { IT_SCRIPTS } from "./dialog-scripts-it.ts";
import { OFFICE_SCRIPTS } from "./dialog-scripts-office.ts";
import type { Script } from "./script.ts";

/** Believable dialogs, each played by several people with other endings: no two of one team stand side by side. */
export const SCRIPTS: readonly Script[] = IT_SCRIPTS.flatMap((script, index) => {
  const other = OFFICE_SCRIPTS[index];
  return other === undefined ? [script] : [script, other];
});
