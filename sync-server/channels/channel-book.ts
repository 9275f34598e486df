import type { Json } from "../../shared/kernel/canonical.ts";
import { isItemId, itemDocId, makeThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import {
  type AsideRow,
  type ChannelBody,
  type ChannelHours,
  type ChannelPatch,
  type ChannelRow,
  type ChannelTest,
  type FailedRow,
} from "../../shared/protocol/channels.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { pause } from "../reactions/pause.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { type Effect, makeSystemItem } from "../reactions/reaction.ts";
import type { Lines } from "./lines.ts";
import { type ChannelWorld, ShelfError } from "./ports.ts";
import { type CheckedSettings, checkSettings, plainSettings } from "./settings-check.ts";

/** Why an admin's wish is not granted; with the field of the form, where it is one's. */
export type BookFault = { readonly code: "not-found" | "malformed" | "config"; readonly field?: string };

/** Channels as admins see and change them: what they say is kept in the channel's thread, secrets beside it, and in force at once. */
export type ChannelBook = {
  readonly list: () => Promise<readonly ChannelRow[]>;
  readonly create: (body: ChannelBody) => Promise<Result<ChannelRow, BookFault>>;
  readonly change: (channel: ThreadId, patch: ChannelPatch) => Promise<Result<ChannelRow, BookFault>>;
  readonly end: (channel: ThreadId) => Promise<boolean>;
  readonly test: (channel: ThreadId) => Promise<ChannelTest | undefined>;
  readonly testBody: (body: ChannelBody) => Promise<Result<ChannelTest, BookFault>>;
  readonly asides: (
    channel: ThreadId,
    before: string | undefined,
  ) => Promise<{ readonly rows: readonly AsideRow[]; readonly more: boolean } | undefined>;
  readonly failed: (
    channel: ThreadId,
    before: string | undefined,
  ) => { readonly rows: readonly FailedRow[]; readonly more: boolean } | undefined;
  /** Asks once more for all that failed or is unknown; how many. */
  readonly failedAgain: (channel: ThreadId) => Promise<number | undefined>;
};

type Parts = {
  readonly lines: Lines;
  readonly world: ChannelWorld;
  readonly heads: () => Iterable<DeviceHead>;
  readonly isTeam: (team: ThreadId) => boolean;
  readonly hookUrl: (channel: ThreadId) => string | undefined;
};

const PAGE = 50;
const RAW_SHOWN = 4_000;
const TRIES = 5;

export function makeChannelBook({ lines, world, heads, isTeam, hookUrl }: Parts): ChannelBook {
  const { records } = lines;

  const headOf = (channel: ThreadId): DeviceHead | undefined => {
    const head = world.head(channel);
    return head?.kind === "channel" && head.fields["removed"]?.value !== true ? head : undefined;
  };

  async function write(effect: Effect): Promise<void> {
    const item = makeSystemItem(effect);
    for (let attempt = 1; ; attempt += 1) {
      const [answer] = await world.arbiter.submit([{ item, actor: SYSTEM_ACTOR }]);
      if (answer?.answer === "ok" || answer?.answer === "dup") return;
      if (answer?.answer === "refused") throw new Error(`a channel's fields were refused: ${answer.code}`);
      if (attempt === TRIES) throw new ShelfError("the arbiter is busy");
      await pause(200 * attempt, new AbortController().signal);
    }
  }

  async function keptSettings(channel: ThreadId): Promise<CheckedSettings> {
    return { plain: plainSettings(headOf(channel)), secrets: await records.secrets(channel) };
  }

  async function present(head: DeviceHead): Promise<ChannelRow> {
    const value = (name: string): Json | undefined => head.fields[name]?.value;
    const channel = head._id;
    const address = lines.addressOf(channel);
    const hook = hookUrl(channel);
    const hours = value("hours") ?? null;
    const outsideTeam = value("outsideTeam") ?? null;
    return {
      id: channel,
      kind: value("kind") as ChannelRow["kind"], // written here, from a module
      name: wordOf(head, "name"),
      team: head.team ?? channel,
      paused: value("paused") === true,
      ...(hours === null ? {} : { hours: hours as unknown as ChannelHours }),
      ...(outsideTeam === null ? {} : { outsideTeam: outsideTeam as ThreadId }),
      settings: plainSettings(head),
      secrets: Object.keys(await records.secrets(channel)),
      ...(address === undefined ? {} : { address }),
      ...(hook === undefined ? {} : { hookUrl: hook }),
      health: lines.health(channel),
    };
  }

  async function presentAfter(channel: ThreadId): Promise<ChannelRow> {
    await lines.refresh(channel);
    const head = headOf(channel);
    if (head === undefined) throw new Error("a channel that was just written is not there");
    return present(head);
  }

  const faultOfTeams = ({ team, outsideTeam }: ChannelPatch): BookFault | undefined => {
    if (team !== undefined && !isTeam(team)) return { code: "malformed", field: "team" };
    const isBad = outsideTeam !== undefined && outsideTeam !== null && !isTeam(outsideTeam);
    return isBad ? { code: "malformed", field: "outsideTeam" } : undefined;
  };

  return {
    list: async () => {
      const rows: DeviceHead[] = [];
      for (const head of heads()) if (headOf(head._id) !== undefined) rows.push(head);
      rows.sort((a, b) => a.createdAt - b.createdAt);
      return Promise.all(rows.map(present));
    },

    create: async (body) => {
      const module = lines.moduleOf(body.kind);
      if (module === undefined) return fail({ code: "config", field: "kind" });
      const fault = faultOfTeams(body);
      if (fault !== undefined) return fail(fault);
      const checked = checkSettings(module.setup, { plain: {}, secrets: {} }, body.settings);
      if (!checked.ok) return fail({ code: "config", field: checked.error });
      const now = world.clock();
      const thread = makeThreadId("channel", now, world.random);
      // Secrets first: a channel that is there can be opened.
      await records.saveSecrets(thread, checked.value.secrets);
      await write({
        kind: "open",
        thread,
        cause: `channel:${thread}`,
        at: now,
        team: body.team,
        set: {
          kind: module.kind,
          name: body.name,
          paused: body.paused === true,
          settings: checked.value.plain,
          ...(body.hours === undefined || body.hours === null ? {} : { hours: body.hours }),
          ...(body.outsideTeam === undefined || body.outsideTeam === null ? {} : { outsideTeam: body.outsideTeam }),
        },
      });
      return ok(await presentAfter(thread));
    },

    change: async (channel, patch) => {
      const head = headOf(channel);
      const module = head === undefined ? undefined : lines.moduleOf(wordOf(head, "kind"));
      if (head === undefined || module === undefined) return fail({ code: "not-found" });
      const fault = faultOfTeams(patch);
      if (fault !== undefined) return fail(fault);
      const checked = checkSettings(module.setup, await keptSettings(channel), patch.settings ?? {});
      if (!checked.ok) return fail({ code: "config", field: checked.error });
      if (patch.settings !== undefined) await records.saveSecrets(channel, checked.value.secrets);
      const set: Record<string, Json> = {
        ...(patch.settings === undefined ? {} : { settings: checked.value.plain }),
        ...(patch.name === undefined ? {} : { name: patch.name }),
        ...(patch.paused === undefined ? {} : { paused: patch.paused }),
        ...(patch.hours === undefined ? {} : { hours: patch.hours }),
        ...(patch.outsideTeam === undefined ? {} : { outsideTeam: patch.outsideTeam }),
      };
      const cause = `channel-set:${channel}:${head.inc}.${head.n}`;
      const at = world.clock();
      if (Object.keys(set).length > 0) await write({ kind: "set-field", thread: channel, cause, at, set });
      const now = world.head(channel) ?? head;
      if (patch.team !== undefined && patch.team !== now.team) {
        const v = (await world.arbiter.head(channel))?.v ?? now.v;
        await write({ kind: "route", thread: channel, cause: `${cause}:team`, at, v, team: patch.team });
      }
      return ok(await presentAfter(channel));
    },

    end: async (channel) => {
      const head = headOf(channel);
      if (head === undefined) return false;
      const cause = `channel-end:${channel}:${head.inc}.${head.n}`;
      await write({ kind: "set-field", thread: channel, cause, at: world.clock(), set: { removed: true } });
      await lines.refresh(channel);
      // Nobody needs the keys any more.
      await records.saveSecrets(channel, {});
      return true;
    },

    test: async (channel) => {
      const head = headOf(channel);
      if (head === undefined) return undefined;
      const { plain, secrets } = await keptSettings(channel);
      const test = await lines.test(wordOf(head, "kind"), { ...plain, ...secrets });
      lines.named(channel, test);
      return test;
    },

    testBody: async (body) => {
      const module = lines.moduleOf(body.kind);
      if (module === undefined) return fail({ code: "config", field: "kind" });
      const checked = checkSettings(module.setup, { plain: {}, secrets: {} }, body.settings);
      if (!checked.ok) return fail({ code: "config", field: checked.error });
      return ok(await lines.test(body.kind, { ...checked.value.plain, ...checked.value.secrets }));
    },

    asides: async (channel, before) => {
      if (headOf(channel) === undefined) return undefined;
      const { rows, more } = await records.asides(channel, { before, limit: PAGE });
      return {
        more,
        rows: rows.map(({ id, at, reason, detail, raw }) => ({
          id,
          at,
          reason,
          raw: (typeof raw === "string" ? raw : JSON.stringify(raw)).slice(0, RAW_SHOWN),
          ...(detail === undefined ? {} : { detail }),
        })),
      };
    },

    failed: (channel, before) => {
      if (headOf(channel) === undefined) return undefined;
      const rows = failedRows(channel);
      const from = before === undefined ? 0 : rows.findIndex((row) => placeOf(row) === before) + 1;
      return { rows: rows.slice(from, from + PAGE), more: rows.length > from + PAGE };
    },

    failedAgain: async (channel) => {
      if (headOf(channel) === undefined) return undefined;
      const rows = failedRows(channel);
      for (const { thread, item, at } of rows) {
        if (!isItemId(item)) continue;
        const cause = `redeliver:${itemDocId(thread, item)}:${at}`;
        await write({ kind: "redeliver", thread, cause, at: world.clock(), of: item, act: "again" });
      }
      return rows.length;
    },
  };

  function failedRows(channel: ThreadId): readonly FailedRow[] {
    const rows: FailedRow[] = [];
    for (const thread of lines.dialogsOf(channel)) {
      for (const { id, outcome, code, detail, at } of world.head(thread)?.undelivered ?? []) {
        if (outcome === "again") continue;
        rows.push({
          thread,
          item: id,
          at,
          outcome,
          ...(code === undefined ? {} : { code }),
          ...(detail === undefined ? {} : { detail }),
        });
      }
    }
    return rows.sort((a, b) => b.at - a.at || (placeOf(a) < placeOf(b) ? 1 : -1));
  }
}

/** A field that holds a text; empty where it does not. */
function wordOf(head: DeviceHead, name: string): string {
  const value = head.fields[name]?.value;
  return typeof value === "string" ? value : "";
}

/** Where a row stands among the others: `before` of the next page. */
const placeOf = ({ at, item }: FailedRow): string => `${at}:${item}`;
