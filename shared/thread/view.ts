import type { ViewVersion } from "./head.ts";
import { compareVersions } from "./head.ts";

/** CL16: of two views of a thread the newer by (inc, v) counts; of equal ones the first. A view never goes back (I10). */
export function newerView<View extends ViewVersion>(a: View | undefined, b: View): View {
  return a === undefined || compareVersions(b, a) > 0 ? b : a;
}
