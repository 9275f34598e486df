import { createHmac } from "node:crypto";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { ChannelBody } from "../../shared/protocol/channels.ts";
import { FIRST_TEAM } from "../boot/first-desk.ts";
import type { Desk } from "../boot/open-desk.ts";
import type { FakeFile } from "../channels/fake.ts";
import type { Log } from "../platform/log.ts";
import { type AnyFake, FAKE_KINDS, type FakeKind, openChannelFake, settingsOf } from "./channel-fakes.ts";
import { drawPictures } from "./demo-pictures.ts";

/** Other sides of channels that answer by themselves. */
export type DemoChannels = { readonly close: () => Promise<void> };

/** What users of a channel write when it is new, and what they answer; each says his lines once. */
type Script = {
  readonly name: string;
  readonly team: number;
  readonly first: readonly {
    readonly user: string;
    readonly text: string;
    readonly picture?: "freeze" | "vpn" | "garbled";
  }[];
};

const SCRIPTS: Readonly<Record<FakeKind, Script>> = {
  telegram: {
    name: "Бот поддержки",
    team: 0,
    first: [
      { user: "Марина", text: "Ноутбук виснет на этом окне, уже третий раз за утро", picture: "freeze" },
      { user: "Олег", text: "VPN не подключается из гостиницы" },
    ],
  },
  email: {
    name: "support@desk.example",
    team: 0,
    first: [
      {
        user: "pavel",
        text: "Добрый день! Не приходит письмо для сброса пароля от портала. Проверил спам.\n\nС уважением,\nПавел",
      },
    ],
  },
  vk: {
    name: "Сообщество ВКонтакте",
    team: 1,
    first: [{ user: "Дарья", text: "Подскажите, до которого часа работает офис на Лесной?" }],
  },
  max: {
    name: "Бот в MAX",
    team: 0,
    first: [{ user: "Игорь", text: "Принтер на третьем этаже печатает полосами", picture: "garbled" }],
  },
  whatsapp: {
    name: "WhatsApp",
    team: 0,
    first: [{ user: "Anna", text: "Hello! My access badge stopped working this morning." }],
  },
  api: {
    name: "Учётная система",
    team: 1,
    first: [{ user: "Виктор", text: "Из учётной системы: не проводится накладная 1042, ошибка прав доступа" }],
  },
};

const ANSWERS = ["Спасибо, сейчас попробую", "Да, так и сделал, но ничего не изменилось", "Помогло, большое спасибо!"];
const PHONE = { name: "АТС", secret: "demo signing key" };
/** How often the other sides look at what was said to them, and how long they think. */
const LOOK_MS = 1_500;
const THINK_MS = 4_000;

/**
 * Switches the other sides of all channels on, on this machine: adds the channels when the desk has none of them, has their users
 * write for the first time, and lets them answer the desk's answers. A later start finds its channels and gives them the new ports.
 */
export async function openDemoChannels(desk: Desk, log: Log): Promise<DemoChannels> {
  const { book } = desk.channels;
  const fakes = new Map<FakeKind, AnyFake>();
  const timers = new Set<NodeJS.Timeout>();
  // The first is the one that a new desk begins with.
  const teams = [FIRST_TEAM, ...desk.core.directory.teams().filter((team) => team !== FIRST_TEAM)];
  const known = await book.list();
  let isClosed = false;

  /** The channel by its kind and name: the one that is there with new settings, or a new one. */
  async function keep(
    body: Omit<ChannelBody, "team"> & { readonly team: number },
  ): Promise<{ readonly id: ThreadId; readonly isNew: boolean } | undefined> {
    const team = teams[body.team] ?? FIRST_TEAM;
    const found = known.find((row) => row.kind === body.kind && row.name === body.name);
    const kept =
      found === undefined
        ? await book.create({ ...body, team })
        : await book.change(found.id, { settings: body.settings });
    if (kept.ok) return { id: kept.value.id, isNew: found === undefined };
    log.warn({ kind: body.kind, fault: kept.error }, "a channel of the demo could not be added");
    return undefined;
  }

  const later = (ms: number, act: () => Promise<unknown>): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!isClosed) act().catch((error: unknown) => log.warn({ err: error }, "somebody of the demo was not heard"));
    }, ms);
    timers.add(timer);
  };

  /** Each answer of the desk is answered once, as long as there are lines. */
  function converse(fake: AnyFake, kind: FakeKind): void {
    let seen = 0;
    const said = new Map<string, number>();
    const look = async (): Promise<void> => {
      const all = fake.sent();
      for (const { to, external } of all.slice(seen)) {
        const count = said.get(to) ?? 0;
        const text = ANSWERS[count];
        said.set(to, count + 1);
        // A mail stays in its dialog by what it answers.
        const answered = kind === "email" ? { replyTo: external } : {};
        if (text !== undefined) later(THINK_MS, () => fake.userWrites({ user: to, text, ...answered }));
      }
      seen = all.length;
      later(LOOK_MS, look);
    };
    later(LOOK_MS, look);
  }

  async function open(kind: FakeKind, pictures: ReadonlyMap<string, FakeFile>): Promise<void> {
    const script = SCRIPTS[kind];
    // Ids of an earlier run must not come again: what has been heard once is heard no more.
    const fake = await openChannelFake(kind, Math.floor(Date.now() / 1000));
    fakes.set(kind, fake);
    const channel = await keep({ kind, name: script.name, team: script.team, settings: settingsOf(fake) });
    if (channel === undefined) return;
    fake.hookUrl?.(`${desk.url}/api/hooks/${channel.id}`);
    converse(fake, kind);
    if (!channel.isNew) return;
    for (const { user, text, picture } of script.first) {
      const file = picture === undefined ? undefined : pictures.get(picture);
      await fake.userWrites({ user, text, ...(file === undefined ? {} : { files: [file] }) });
    }
  }

  /** Two calls of the exchange: one that nobody took, one that was spoken. */
  async function openPhone(): Promise<void> {
    const channel = await keep({ kind: "phone", name: PHONE.name, team: 0, settings: { secret: PHONE.secret } });
    if (channel === undefined || !channel.isNew) return;
    for (const call of [
      { event: "missed", id: "demo-1", from: "+79161234567", to: "+74950000000", name: "Вера Орлова" },
      {
        event: "ended",
        id: "demo-2",
        from: "+79167654321",
        to: "+74950000000",
        seconds: 74,
        outcome: "answered",
        name: "Степан Ильин",
      },
    ]) {
      const body = JSON.stringify(call);
      const seconds = String(Math.floor(Date.now() / 1000));
      const signature = createHmac("sha256", PHONE.secret).update(`${seconds}.${body}`).digest("hex");
      await fetch(`${desk.url}/api/hooks/${channel.id}/`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-otklik-timestamp": seconds,
          "x-otklik-signature": `sha256=${signature}`,
        },
        body,
      });
    }
  }

  const drawn = await drawPictures();
  const pictures = new Map(
    [...drawn].map(([name, { ref, bytes }]) => [name, { name: ref.name, type: ref.type, bytes }] as const),
  );
  for (const kind of FAKE_KINDS) {
    await open(kind, pictures).catch((error: unknown) =>
      log.warn({ err: error, kind }, "a channel of the demo was not opened"),
    );
  }
  await openPhone().catch((error: unknown) => log.warn({ err: error }, "the demo's exchange was not heard"));

  return {
    close: async () => {
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([...fakes.values()].map((fake) => fake.close()));
    },
  };
}
