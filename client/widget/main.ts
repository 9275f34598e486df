import { takeGlobal } from "./global.ts";

takeGlobal(window);
