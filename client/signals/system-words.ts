import { enSystems, type SystemWords } from "../strings/en-systems.ts";
import { ruSystems } from "../strings/ru-systems.ts";
import { locale } from "./preferences.ts";

/** Words of other systems in the language that is spoken now; for their page, which is loaded late. */
export const wordsOfSystems = (): SystemWords => (locale() === "ru" ? ruSystems : enSystems);
