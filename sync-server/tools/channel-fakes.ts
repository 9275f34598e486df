import type { Json } from "../../shared/kernel/canonical.ts";
import { openApiFake } from "../channels/api/fake.ts";
import { openFakeMail } from "../channels/email/fake.ts";
import type { ChannelFake } from "../channels/fake.ts";
import { openMaxFake } from "../channels/max/fake.ts";
import { openTelegramFake } from "../channels/telegram/fake.ts";
import { openVkFake } from "../channels/vk/fake.ts";
import { openWhatsappFake } from "../channels/whatsapp/fake.ts";

/** Kinds of channels whose other side can stand on this machine. */
export const FAKE_KINDS = ["telegram", "email", "vk", "max", "whatsapp", "api"] as const;
export type FakeKind = (typeof FAKE_KINDS)[number];

/** What a fake can do beside what all can: a contact is shared, a deep link opened. */
export type AnyFake = ChannelFake & {
  readonly userSharesContact?: (user: string, phone: string) => Promise<void>;
  readonly userStarts?: (user: string, payload?: string) => Promise<void>;
};

const OPEN: Readonly<Record<FakeKind, (from: number) => Promise<AnyFake>>> = {
  telegram: (from) => openTelegramFake("poll", from),
  email: (from) => openFakeMail(from),
  vk: (from) => openVkFake("poll", from),
  max: (from) => openMaxFake("poll", from),
  whatsapp: openWhatsappFake,
  api: openApiFake,
};

/** Opens the other side of a channel on loopback. `from`: its ids begin above this number, so that those of an earlier one do not come again. */
export const openChannelFake = (kind: FakeKind, from = 0): Promise<AnyFake> => OPEN[kind](from);

/** Settings by which the desk reaches a fake, as its form takes them. */
export const settingsOf = (fake: ChannelFake): Readonly<Record<string, string | number | boolean | string[]>> =>
  Object.fromEntries(
    Object.entries(fake.settings).flatMap(([name, value]) => (isSetting(value) ? [[name, value]] : [])),
  );

const isSetting = (value: Json): value is string | number | boolean | string[] =>
  ["string", "number", "boolean"].includes(typeof value) ||
  (Array.isArray(value) && value.every((one) => typeof one === "string"));
