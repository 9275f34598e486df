import { counted } from "./plural.ts";

const n = (count: number, one: string, other: string): string => counted("en", count, { one, other });

/** Words of the technician's day and of carrying unsent work, loaded with those pages only. */
export const enJobs = {
  title: "My jobs",
  today: (date: string) => `Today, ${date}`,
  empty: "No job is on you",
  emptyText: "A ticket that is given to you stands here, with everything that it needs without a network.",
  times: { late: "Overdue", today: "Today", later: "Later", any: "No time set" },
  by: (when: string) => `by ${when}`,
  place: "Where",
  call: (name: string) => `Call ${name}`,
  map: "Room",
  ready: "Everything is on this device",
  getting: (left: number) => `Taking along: ${n(left, "thing", "things")} left`,
  notReady: (left: number) => `${n(left, "thing is", "things are")} not on this device yet`,
  readyAll: "You can go: everything of your jobs is on this device.",
  notReadyAll: "Wait before you leave: not everything is on this device yet.",
  offlineNotReady: "There is no network, and not everything is on this device.",
  past: (count: number) => n(count, "earlier fault", "earlier faults"),
  manuals: (count: number) => n(count, "instruction", "instructions"),
  unsent: (count: number) => `${n(count, "entry is", "entries are")} not sent yet`,
  allSent: "All your work has been sent.",

  visit: {
    title: "Visit",
    begin: "I am here",
    begunAt: (when: string) => `Begun ${when}`,
    photo: "Take a photo",
    preparing: (count: number) => `${n(count, "photo", "photos")} being prepared`,
    original: "Keep the original too",
    originalHint: "Else photos are made smaller on this device, so that they leave faster.",
    photoFaults: {
      "not-a-picture": "this is not a picture",
      "too-large": "it is too large, even made smaller",
      "storage-full": "there is no room on this device",
      "file-kind": "files of this kind are not taken",
    },
    signature: "Signature",
    signer: "Who signs",
    signHere: "Sign here",
    wipe: "Wipe",
    sign: "Signed",
    noName: "A signature needs a name",
    noLine: "Nothing is drawn yet",
    missing: (fields: string) => `To be filled first: ${fields}`,
    finish: "Done",
    noWay: (status: string) => `It cannot be finished from “${status}”: change the state at the top of the page first.`,
    finished: "The visit is done. The user will be told.",
    finishedAt: (when: string) => `Finished ${when}`,
    willBeHeld: "The ticket has another owner now: he accepts your result in one click.",
  },

  carry: {
    title: "Work that is not sent",
    lead: "If this phone may not last until there is a network, carry your work to another device in a file. Nobody can read it without the words that you choose.",
    out: "Save to a file",
    in: "Take in a file",
    nothing: "Nothing waits here: there is nothing to carry.",
    words: "Words that lock the file",
    wordsHint: "At least 8 characters. They are kept nowhere: without them the file cannot be opened.",
    wordsAgain: "The same words again",
    short: "At least 8 characters",
    differ: "They differ",
    make: "Make the file",
    making: "Locking…",
    made: (items: number, files: number) =>
      `${n(items, "entry", "entries")} and ${n(files, "file", "files")} are in it`,
    choose: "The file",
    open: "Take in",
    opening: "Opening…",
    taken: (items: number, known: number) =>
      items === 0 && known > 0
        ? "All of it was on this device already."
        : `${n(items, "entry is", "entries are")} on this device now and will be sent once.`,
    faults: {
      "foreign-file": "This is not a file with work from Otklik.",
      "newer-format": "It was made by a newer program. Load this page anew and try again.",
      "wrong-passphrase": "The words do not open it.",
      broken: "The file is damaged.",
      "other-person": "It is another person's work. Only he can take it in.",
      "storage-full": "There is no room on this device.",
      "storage-failed": "This device could not store it.",
    },
  },
};

/** The shape that holds for every language. */
export type JobWords = typeof enJobs;
