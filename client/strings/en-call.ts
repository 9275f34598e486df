/** Words of the notice of a ringing telephone and of calling, loaded with the first call only. */
export const enCall = {
  region: "Telephone",
  ringing: (who: string) => `${who} is calling`,
  speaking: (who: string) => `Speaking with ${who}`,
  hidden: "Somebody with a hidden number",
  unknown: "Nobody with this number is known here yet.",
  several: (count: number) =>
    count === 2 ? "One more person has this number:" : `${count - 1} more people have this number:`,
  room: "Room",
  asset: "Device",
  latest: "Latest dialogs",
  none: "No dialogs yet",
  card: "Open the card",
  take: "Take the dialog",
  open: "Open the dialog",
  away: "Put away",
  dialling: "Your telephone rings: pick it up, and the number is dialled.",
  byDevice: (why: string) => `${why} This device dials by itself.`,
  why: {
    "no-extension": "No inner number is set for you.",
    "no-exchange": "No exchange that can dial is connected.",
    unreachable: "The exchange does not answer.",
    refused: "The exchange refused.",
    number: "The exchange does not take this number.",
    other: "The exchange could not be asked.",
  },
};

export type CallWords = typeof enCall;
