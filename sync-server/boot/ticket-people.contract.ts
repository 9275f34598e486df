import { expect } from "vitest";
import type { ItemOf } from "../../shared/items/registry.ts";
import { makeThreadId, type TeamId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { UserItem } from "../../shared/protocol/chat.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { secureRandom } from "../platform/chance.ts";
import type { TestAgent, TestUser, World } from "./desk-world.contract.ts";

/** The head as the server has it; the thread must be there. */
export function headOf(world: World, thread: ThreadId): DeviceHead {
  const head = world.desk.core.gateway.head(thread);
  if (head === undefined) throw new Error(`no ${thread}`);
  return head;
}

/** A team of an admin's making. */
export async function makeTeam(admin: TestAgent, name: string): Promise<TeamId> {
  const thread = makeThreadId("team", Date.now(), secureRandom);
  expect(await admin.push(admin.item({ kind: "open", thread, set: { name } }))).toMatchObject([{ answer: "ok" }]);
  return thread;
}

/** A ticket from a user's dialog, in one act, as a device makes it. */
export async function makeTicket(
  by: TestAgent,
  user: TestUser,
  place: { readonly team: TeamId; readonly shared?: readonly TeamId[] },
): Promise<ThreadId> {
  const ticket = makeThreadId("ticket", Date.now(), secureRandom);
  const open = by.item({
    kind: "open",
    thread: ticket,
    team: place.team,
    user: user.id,
    dialog: user.thread,
    ...(place.shared === undefined ? {} : { shared: [...place.shared] }),
    set: { alias: "K-3" },
  });
  const link = by.item({ kind: "link", thread: user.thread, to: ticket, relation: "ticket" });
  expect(await by.push(open, link)).toMatchObject([{ answer: "ok" }, { answer: "ok" }]);
  return ticket;
}

/** The agent's command on a thread as it is now. */
export function base(world: World, thread: ThreadId): { readonly inc: number; readonly epoch: number } {
  const { inc, epoch } = headOf(world, thread);
  return { inc, epoch };
}

/** The owner gives a ticket a status; it must be won. */
export async function giveStatus(
  world: World,
  by: TestAgent,
  change: { readonly ticket: ThreadId; readonly status: string; readonly mode?: "online" | "offline" },
): Promise<void> {
  const { ticket: thread, status, mode } = change;
  const item = by.item({
    kind: "status",
    thread,
    base: base(world, thread),
    status,
    ...(mode === undefined ? {} : { mode }),
  });
  expect(await by.push(item)).toMatchObject([{ item: { stamp: { verdict: "won" } } }]);
}

/** What a user's dialog tells him now, from its beginning. */
export async function readAll(user: TestUser): Promise<readonly UserItem[]> {
  const stream = await user.stream(0);
  await stream.wait((event) => event.t === "ready");
  stream.stop();
  return stream.items();
}

/** The notices about tickets that he has. */
export const noticesOf = async (user: TestUser): Promise<readonly UserItem[]> =>
  (await readAll(user)).filter((item) => item.code?.startsWith("ticket-") === true);

/** The user's answer to "done, please check". */
export const answerTo = (
  user: TestUser,
  notice: Pick<UserItem, "id"> & { readonly via?: ThreadId },
  answer: NonNullable<ItemOf<"accept">["answer"]>,
  text?: string,
) =>
  user.item({
    kind: "accept",
    thread: user.thread,
    of: notice.id,
    ...(notice.via === undefined ? {} : { via: notice.via }),
    answer,
    ...(text === undefined ? {} : { text }),
  });
