import { type Component, lazy } from "solid-js";
import type { Role } from "../../../shared/policy/actor.ts";
import type { Words } from "../../strings/en.ts";

/** A page of the settings. */
export type SettingsPage = {
  readonly name: string;
  readonly group: "you" | "desk";
  readonly title: (words: Words) => string;
  /** Who is shown it; absent: everybody. */
  readonly roles?: readonly Role[];
  readonly page: Component;
  /** Whether somebody should look at it; `field` reads the desk's settings. */
  readonly alarm?: (field: (name: string) => unknown) => boolean;
};

const LEADS: readonly Role[] = ["admin", "lead"];

/** All pages in their order: a new one is a file and a line here. */
export const SETTINGS_PAGES: readonly SettingsPage[] = [
  {
    name: "profile",
    group: "you",
    title: (w) => w.settings.profile.title,
    page: lazy(() => import("./profile.tsx").then((file) => ({ default: file.ProfilePage }))),
  },
  {
    name: "devices",
    group: "you",
    title: (w) => w.settings.devices.title,
    page: lazy(() => import("./devices.tsx").then((file) => ({ default: file.DevicesPage }))),
  },
  {
    name: "storage",
    group: "you",
    title: (w) => w.settings.storage.title,
    page: lazy(() => import("./storage.tsx").then((file) => ({ default: file.StoragePage }))),
  },
  {
    name: "members",
    group: "desk",
    title: (w) => w.settings.members.title,
    roles: LEADS,
    page: lazy(() => import("./members.tsx").then((file) => ({ default: file.MembersPage }))),
  },
  {
    name: "teams",
    group: "desk",
    title: (w) => w.settings.teams.title,
    page: lazy(() => import("./teams.tsx").then((file) => ({ default: file.TeamsPage }))),
  },
  {
    name: "channels",
    group: "desk",
    title: (w) => w.settings.channels,
    roles: LEADS,
    page: lazy(() => import("./channels/page.tsx").then((file) => ({ default: file.ChannelsPage }))),
  },
  {
    name: "widget",
    group: "desk",
    title: (w) => w.settings.widget,
    roles: LEADS,
    page: lazy(() => import("./widget/page.tsx").then((file) => ({ default: file.WidgetsPage }))),
  },
  {
    name: "links",
    group: "desk",
    title: (w) => w.settings.links.title,
    page: lazy(() => import("./links.tsx").then((file) => ({ default: file.LinksPage }))),
  },
  {
    name: "routing",
    group: "desk",
    title: (w) => w.settings.routing.title,
    page: lazy(() => import("./routing.tsx").then((file) => ({ default: file.RoutingPage }))),
  },
  {
    name: "systems",
    group: "desk",
    title: (w) => w.settings.systems,
    roles: ["admin"],
    page: lazy(() => import("./systems/page.tsx").then((file) => ({ default: file.SystemsPage }))),
  },
  {
    name: "api",
    group: "desk",
    title: (w) => w.settings.api,
    roles: ["admin"],
    alarm: (field) => {
      const stopped = field("stoppedWebhooks");
      return Array.isArray(stopped) && stopped.length > 0;
    },
    page: lazy(() => import("./api/page.tsx").then((file) => ({ default: file.ApiPage }))),
  },
  {
    name: "ticket-types",
    group: "desk",
    title: (w) => w.settings.ticketTypes,
    page: lazy(() => import("./ticket-types/page.tsx").then((file) => ({ default: file.TicketTypesPage }))),
  },
  {
    name: "card-fields",
    group: "desk",
    title: (w) => w.settings.cardFields,
    page: lazy(() => import("./card-fields/page.tsx").then((file) => ({ default: file.CardFieldsPage }))),
  },
];
