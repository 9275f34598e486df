/** The mail by which a person gets the link to his portal, in his language. */
export function portalMail(locale: "ru" | "en", url: string): { readonly subject: string; readonly text: string } {
  return locale === "ru"
    ? { subject: "Ваши заявки", text: `Здесь можно посмотреть свои заявки и написать нам:\n${url}` }
    : { subject: "Your requests", text: `Here you can see your requests and write to us:\n${url}` };
}
