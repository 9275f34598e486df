import type { FileRef } from "../items/base.ts";
import type { Item } from "../items/registry.ts";
import type { Json } from "../kernel/canonical.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, Random, TeamId, ThreadId } from "../kernel/ids.ts";
import {
  agentAuthor,
  derivedThreadId,
  makeDeviceId,
  personOfUser,
  SYSTEM,
  SYSTEM_DEVICE,
  userIdOfSecret,
} from "../kernel/ids.ts";
import {
  AGENTS,
  type AgentKey,
  ARTICLES,
  EQUIPMENT,
  type EquipmentKey,
  LAPTOPS,
  PEOPLE,
  TEAMS,
  TEMPLATES,
  type TeamKey,
} from "./company-words.ts";
import type { FactoryDevice, ItemFactory } from "./item-factory.ts";
import { between, pick } from "./random.ts";
import { TICKET_KINDS, type TicketKindKey } from "./ticket-kinds.ts";

export type ExampleAgent = FactoryDevice & {
  readonly key: AgentKey;
  readonly name: string;
  readonly email: string;
  readonly role: "agent" | "lead" | "technician";
  readonly thread: ThreadId;
  readonly teams: readonly TeamId[];
};
export type ExamplePerson = FactoryDevice & {
  readonly name: string;
  readonly thread: ThreadId;
  readonly secret: string;
  readonly room: string;
  readonly asset: ThreadId;
};
export type ExampleCompany = {
  readonly teams: Readonly<Record<TeamKey, TeamId>>;
  readonly links: Readonly<Record<TeamKey, ThreadId>>;
  readonly agents: readonly ExampleAgent[];
  readonly people: readonly ExamplePerson[];
  readonly equipment: Readonly<Record<EquipmentKey, ThreadId>>;
  readonly ticketTypes: Readonly<Record<TicketKindKey, ThreadId>>;
  /** Items that make the directory, in an order in which they can be admitted, written by the desk itself. */
  readonly items: readonly Item[];
  /** Texts of the library's files, by SHA-256: the store of files must be given them. */
  readonly files: readonly { readonly ref: FileRef; readonly text: string }[];
};

/** Makes the example company; `sha` hashes the texts of its library files. */
export function makeCompany(tools: {
  readonly random: Random;
  readonly now: Ms;
  readonly make: ItemFactory;
  readonly sha: (text: string) => string;
  readonly bytes: (text: string) => number;
  readonly signFor?: (device: string) => (text: string) => string;
  /** Ids that a team is to have, e.g. that of the team that a new desk begins with. */
  readonly teamIds?: Partial<Record<TeamKey, TeamId>>;
}): ExampleCompany {
  const { random, now, make } = tools;
  const began = now - 400 * 86_400_000;
  const desk: FactoryDevice = { author: SYSTEM, device: SYSTEM_DEVICE };
  const items: Item[] = [];
  const create = (thread: ThreadId, set: Record<string, Json>, team?: TeamId): void => {
    items.push(make(desk, began, { kind: "open", thread, set, ...(team === undefined ? {} : { team }) }));
  };

  const teams = Object.fromEntries(
    TEAMS.map((team) => [team.key, tools.teamIds?.[team.key] ?? derivedThreadId("team", `example:${team.key}`)]),
  ) as Record<TeamKey, TeamId>; // one entry for each key of TEAMS
  const links = Object.fromEntries(
    TEAMS.map((team) => [team.key, derivedThreadId("link", `example:${team.key}`)]),
  ) as Record<TeamKey, ThreadId>; // as above
  for (const team of TEAMS) {
    create(teams[team.key], {
      name: team.name,
      "title.ru": team.ru,
      "title.en": team.en,
      alarmMinutes: team.alarmMinutes,
      reopenHours: 168,
    });
    create(links[team.key], { token: `example-${team.key}`, title: team.ru }, teams[team.key]);
  }

  // One of them stands on a site.
  const site = {
    origins: ["*"],
    colours: { accent: "#0b6b5b" },
    position: "right",
    theme: "auto",
    texts: { launcher: "" },
  };
  const chat = { token: "example-site", title: "Помощь на сайте", widget: site };
  create(derivedThreadId("link", "example:site"), chat, teams[TEAMS[0].key]);

  const agents = AGENTS.map((agent): ExampleAgent => {
    const thread = derivedThreadId("agent", `example:${agent.key}`);
    const device = makeDeviceId(random);
    const inTeams = agent.teams.map((key) => teams[key]);
    create(thread, {
      name: agent.name,
      email: agent.email,
      role: agent.role,
      teams: inTeams,
      active: true,
      field: agent.role === "technician",
    });
    const sign = tools.signFor?.(device);
    return {
      ...agent,
      thread,
      author: agentAuthor(thread),
      device,
      teams: inTeams,
      ...(sign === undefined ? {} : { sign }),
    };
  });

  const people = PEOPLE.map(([name, department, room], index): ExamplePerson => {
    const secret = `example-person-${index}-`.padEnd(43, "0"); // as long as a return link wants it
    const author: AuthorId = userIdOfSecret(secret);
    const thread = personOfUser(author);
    const asset = derivedThreadId("asset", `example:${index}`);
    const model = pick(random, LAPTOPS);
    create(asset, {
      name: `Ноутбук ${1000 + index}`,
      model,
      serial: `OT-${between(random, 10_000, 99_999)}`,
      room,
      person: thread,
    });
    create(thread, {
      name,
      department,
      room,
      phone: `+7 495 000-${String(between(random, 10, 99))}-${String(between(random, 10, 99))}`,
      email: `person${index + 1}@company.example`,
      assets: [asset],
      locale: /^[A-Z]/.test(name) ? "en" : "ru",
    });
    return { name, thread, secret, room, asset, author, device: makeDeviceId(random) };
  });

  const equipment = Object.fromEntries(
    EQUIPMENT.map(({ key }) => [key, derivedThreadId("asset", `example:${key}`)]),
  ) as Record<EquipmentKey, ThreadId>; // one entry for each key of EQUIPMENT
  for (const { key, ...facts } of EQUIPMENT) create(equipment[key], { ...facts, serial: `OT-${key.toUpperCase()}` });
  const ticketTypes = Object.fromEntries(
    TICKET_KINDS.map(({ key }) => [key, derivedThreadId("ticket-type", `example:${key}`)]),
  ) as Record<TicketKindKey, ThreadId>; // as above
  for (const { key, type } of TICKET_KINDS) create(ticketTypes[key], { ...type });

  for (const template of TEMPLATES)
    create(derivedThreadId("template", `example:${template.shortcut}`), { ...template });
  const files = ARTICLES.map((article) => {
    const ref: FileRef = {
      sha: tools.sha(article.text),
      name: article.file,
      type: "text/plain",
      size: tools.bytes(article.text),
    };
    create(derivedThreadId("article", `example:${article.file}`), {
      title: article.title,
      text: article.text,
      files: [{ ...ref }],
    });
    return { ref, text: article.text };
  });
  return { teams, links, agents, people, equipment, ticketTypes, items, files };
}
