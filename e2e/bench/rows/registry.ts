import { d2 } from "./d2.ts";
import { d4 } from "./d4.ts";
import { d5 } from "./d5.ts";
import { d8 } from "./d8.ts";
import type { Row } from "./row.ts";
import { t1 } from "./t1.ts";
import { w1 } from "./w1.ts";
import { w2 } from "./w2.ts";
import { w4 } from "./w4.ts";
import { w5 } from "./w5.ts";
import { w8 } from "./w8.ts";

/** Every row, in the order in which they are measured. */
export const ROWS: readonly Row[] = [d2, d4, d5, d8, t1, w1, w2, w4, w5, w8];
