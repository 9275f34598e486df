export type MailPrograms = { readonly dovecot: string; readonly smtpd: string };
export function ensureMailServers(): Promise<MailPrograms>;
export function findMailServers(): MailPrograms;
