import { type ChannelWords, enChannels } from "../strings/en-channels.ts";
import { ruChannels } from "../strings/ru-channels.ts";
import { locale } from "./preferences.ts";

/** Words of channels in the language that is spoken now; for parts that are loaded late. */
export const wordsOfChannels = (): ChannelWords => (locale() === "ru" ? ruChannels : enChannels);
