import { enMail, type MailWords } from "../strings/en-mail.ts";
import { ruMail } from "../strings/ru-mail.ts";
import { locale } from "./preferences.ts";

/** Words of mail in the language that is spoken now. */
export const mailWords = (): MailWords => (locale() === "ru" ? ruMail : enMail);
