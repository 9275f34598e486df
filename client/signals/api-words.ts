import { type ApiWords, enApi } from "../strings/en-api.ts";
import { ruApi } from "../strings/ru-api.ts";
import { locale } from "./preferences.ts";

/** Words of the API's settings in the language that is spoken now; for parts that are loaded late. */
export const wordsOfApi = (): ApiWords => (locale() === "ru" ? ruApi : enApi);
