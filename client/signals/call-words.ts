import { type CallWords, enCall } from "../strings/en-call.ts";
import { ruCall } from "../strings/ru-call.ts";
import { locale } from "./preferences.ts";

/** Words of calls in the language that is spoken now. */
export const callWords = (): CallWords => (locale() === "ru" ? ruCall : enCall);
