import type { Json } from "../../../shared/kernel/canonical.ts";

type Encryption = "tls" | "starttls" | "none";
type Server = { readonly host: string; readonly port: number; readonly encryption: Encryption; readonly user: string };

/** A mailbox as it was set up; the form's values with what follows from them. */
export type MailSettings = {
  /** In lower case. */
  readonly address: string;
  readonly domain: string;
  readonly fromName: string;
  readonly fromForm: "agent-desk" | "agent" | "desk";
  readonly imap: Server & { readonly password: string };
  readonly smtp: Server & { readonly password: string };
  readonly oauthToken?: string;
  readonly folder: string;
  readonly moveTo?: string;
  readonly idle: boolean;
  readonly pollMs: number;
  readonly firstDays: number;
  /** Whose Authentication-Results are believed. */
  readonly authServer?: string;
  readonly signature: string;
  readonly loop: { readonly count: number; readonly withinMs: number };
};

/** Reads the form's values; what is not there is as the form would have it. */
export function readMailSettings(values: Readonly<Record<string, Json>>): MailSettings {
  const text = (name: string): string => {
    const value = values[name];
    return typeof value === "string" ? value.trim() : "";
  };
  const figure = (name: string, otherwise: number): number => {
    const value = Number(values[name] ?? otherwise);
    return Number.isFinite(value) ? value : otherwise;
  };
  const encryption = (name: string): Encryption => {
    const value = text(name);
    return value === "starttls" || value === "none" ? value : "tls";
  };
  const address = text("address").toLowerCase();
  const user = text("user") || address;
  const password = secretOf(values["password"]);
  const fromForm = text("fromForm");
  const lines = values["signature"];
  const signature = Array.isArray(lines) ? lines.map(String).join("\n") : text("signature");
  return {
    address,
    domain: address.slice(address.lastIndexOf("@") + 1) || "localhost",
    fromName: text("fromName"),
    fromForm: fromForm === "agent" || fromForm === "desk" ? fromForm : "agent-desk",
    imap: { host: text("imapHost"), port: figure("imapPort", 993), encryption: encryption("imapTls"), user, password },
    smtp: {
      host: text("smtpHost"),
      port: figure("smtpPort", 465),
      encryption: encryption("smtpTls"),
      user: text("smtpUser") || user,
      password: secretOf(values["smtpPassword"]) || password,
    },
    ...(secretOf(values["oauthToken"]) === "" ? {} : { oauthToken: secretOf(values["oauthToken"]) }),
    folder: text("folder") || "INBOX",
    ...(text("moveTo") === "" ? {} : { moveTo: text("moveTo") }),
    idle: values["idle"] !== false,
    pollMs: Math.max(0.05, figure("pollSeconds", 60)) * 1000,
    firstDays: Math.max(0, figure("firstDays", 1)),
    ...(text("authServer") === "" ? {} : { authServer: text("authServer").toLowerCase() }),
    signature: signature.trim(),
    loop: { count: Math.max(1, figure("loopCount", 20)), withinMs: Math.max(1, figure("loopMinutes", 10)) * 60_000 },
  };
}

/** A secret as it was given: white space may belong to it. */
const secretOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
