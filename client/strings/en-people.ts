import { counted, type Forms } from "./plural.ts";

const n = (count: number, forms: Forms): string => counted("en", count, forms);

/** English words of people: their list and their cards. */
export const enPeople = {
  people: {
    title: "People",
    search: "Search people",
    count: (count: number) => n(count, { one: "person", other: "people" }),
    empty: "No people yet",
    emptyText: "A card appears by itself with a person's first message. You can also add one.",
    add: "New person",
    choose: "Choose a person",
    contacts: "Contacts with the desk",
    noContacts: "No contacts that you may see",
    card: "Card",
    createAsset: "Add device",
    noAssets: "No devices",
    save: "Save card",
    namesAlike: "There is another person of this name",
    portal: {
      title: "Portal",
      lead: "By this link the person sees his requests and writes there, without signing in. Whoever has it can do so.",
      make: "Make a link to the portal",
      once: "It is shown only now: only its hash is kept.",
      mail: "Send by e-mail",
      mailed: (to: string) => `Sent to ${to}`,
      mailing: "Sending…",
      mailFailed: "The mail did not surely leave. Send it by your own mail program.",
      noMailbox: "The desk has no mailbox that is open. Send it by your own mail program.",
      noAddress: "The person has no e-mail address. Write it on the card first.",
      until: (made: string, name: string, end: string) => `Made ${made} by ${name}, works until ${end}`,
      revoke: "Revoke",
      revoked: "The link does not work any more",
    },
  },
};
