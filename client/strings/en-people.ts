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
      mailSubject: "Your requests",
      mailText: (url: string) => `Here you can see your requests and write to us:\n${url}`,
      until: (made: string, name: string, end: string) => `Made ${made} by ${name}, works until ${end}`,
      revoke: "Revoke",
      revoked: "The link does not work any more",
    },
  },
};
