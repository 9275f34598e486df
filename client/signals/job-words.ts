import { enJobs, type JobWords } from "../strings/en-jobs.ts";
import { ruJobs } from "../strings/ru-jobs.ts";
import { locale } from "./preferences.ts";

/** Words of the technician's pages in the language that is spoken now. */
export const jobWords = (): JobWords => (locale() === "ru" ? ruJobs : enJobs);
