import type { Item } from "../../shared/items/registry.ts";
import { sha256Hex } from "../../shared/kernel/hash.ts";
import {
  type AuthorId,
  derivedThreadId,
  personOfUser,
  type ThreadId,
  userIdOfSecret,
} from "../../shared/kernel/ids.ts";
import type {
  PortalEvent,
  PortalItem,
  PortalMe,
  PortalTicket,
  PortalTicketAnswer,
} from "../../shared/protocol/portal.ts";
import { TEAM } from "../../shared/testing/thread-world.ts";
import { DEFAULT_TICKET_TYPE, statusOf } from "../../shared/ticket/type.ts";
import { type ChatTwin, json, presented } from "../chat/chat-twin.contract.ts";

type Door = "open" | "link-expired" | "link-revoked" | "link-unknown";

/**
 * The portal of the desk that a `ChatTwin` is: the calls of `shared/protocol/portal.ts` over its threads. Its tickets are
 * those that name the user; a request makes one, as the desk's reaction does.
 */
export class PortalTwin {
  door: Door = "open";
  readonly desk: ChatTwin;
  readonly calls: string[] = [];
  readonly #made = new Set<ThreadId>();
  readonly #lines = new Set<(event: PortalEvent | "end") => void>();

  constructor(desk: ChatTwin) {
    this.desk = desk;
    desk.onCommit = (thread) => {
      this.#makeRequested(thread);
      for (const { head } of this.desk.threads.values()) {
        const isOf = head._id === thread || head.links.some((link) => link.to === thread);
        if (head.kind === "ticket" && isOf) for (const say of this.#lines) say({ t: "changed", ticket: head._id });
      }
    };
  }

  hangUp(): void {
    for (const say of this.#lines) say("end");
    this.#lines.clear();
  }

  readonly fetch = (path: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(path, "http://desk");
    if (!url.pathname.startsWith("/api/portal")) return this.desk.fetch(path, init);
    const place = url.pathname.replace("/api/portal", "");
    this.calls.push(`${init.method ?? "GET"} ${place}`);
    if (this.desk.weather === "down") return Promise.reject(new TypeError("network"));
    try {
      return Promise.resolve(this.#answer(place, init));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new TypeError("network"));
    }
  };

  #answer(place: string, init: RequestInit): Response {
    if (this.door !== "open") return json({ code: this.door, ref: "" }, this.door === "link-unknown" ? 404 : 410);
    const headers = new Headers(init.headers);
    const user = userIdOfSecret(headers.get("authorization")?.replace("Bearer ", "") ?? "");
    if (place === "") return json(this.#me(user));
    if (place === "/stream") return this.#stream(init.signal ?? undefined);
    if (place === "/items") {
      const { items } = JSON.parse(typeof init.body === "string" ? init.body : "{}") as { items: Item[] };
      return this.desk.receive(user, items);
    }
    const etag = headers.get("if-none-match");
    if (place === "/tickets") return once({ tickets: this.tickets(user) }, etag);
    const ticket = place.replace("/tickets/", "") as ThreadId; // absent: answered below
    if (!this.tickets(user).some((one) => one.ticket === ticket)) return json({ code: "not-found", ref: "" }, 404);
    return once(this.#ticket(user, ticket), etag);
  }

  #me(user: AuthorId): PortalMe {
    const link = derivedThreadId("link", "door");
    const opening = { team: TEAM, teamName: "IT", link, person: personOfUser(user) };
    return { user, by: "secret", desk: "Desk", opening, now: Date.now() };
  }

  tickets(user: AuthorId): readonly PortalTicket[] {
    const own = [...this.desk.threads.values()].filter(({ head }) => head.kind === "ticket" && head.user === user);
    return own.map(({ head }, index): PortalTicket => {
      const title = head.fields["title"]?.value;
      const status = statusOf(DEFAULT_TICKET_TYPE, head.status);
      if (status === undefined) throw new Error("a status of the default type");
      const dialog = head.links.find((link) => link.relation === "dialog")?.to;
      return {
        ticket: head._id,
        number: 1_001 + index,
        title: typeof title === "string" ? title : "",
        status: { id: status.id, ...status.name, category: status.category },
        createdAt: head.createdAt,
        ...(dialog === undefined ? {} : { dialog }),
      };
    });
  }

  #ticket(user: AuthorId, id: ThreadId): Omit<PortalTicketAnswer, "now"> {
    const ticket = this.tickets(user).find((one) => one.ticket === id);
    const { dialog } = ticket ?? {};
    if (ticket === undefined || dialog === undefined) throw new Error("a ticket with a dialog");
    const said = this.desk.thread(dialog).items.flatMap((item): PortalItem[] => {
      const shown = presented(item, user);
      return shown === undefined ? [] : [{ ...shown, dialog }];
    });
    const asks = said.findLast((item) => item.code === "ticket-done");
    const isOpen = ticket.status.category === "done" && asks !== undefined;
    return {
      ticket,
      fields: [],
      history: [{ what: "created", at: ticket.createdAt }],
      items: said,
      ...(isOpen ? { check: { dialog, notice: asks.id } } : {}),
    };
  }

  #makeRequested(thread: ThreadId): void {
    const found = this.desk.threads.get(thread);
    if (found?.head.fields["request"]?.value !== true) return;
    const ticket = derivedThreadId("ticket", `request:${thread}`);
    const hasMessage = found.items.some((item) => item.kind === "message");
    if (!hasMessage || this.#made.has(ticket)) return;
    this.#made.add(ticket);
    this.desk.openTicket(ticket, thread);
  }

  #stream(signal: AbortSignal | undefined): Response {
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const say = (event: PortalEvent | "end"): void => {
          if (event === "end") controller.close();
          else controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`));
        };
        signal?.addEventListener("abort", () => {
          if (this.#lines.delete(say)) controller.error(new DOMException("aborted", "AbortError"));
        });
        this.#lines.add(say);
        say({ t: "ready", now: Date.now() });
      },
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }
}

function once(shown: object, etag: string | null): Response {
  const tag = `"${sha256Hex(JSON.stringify(shown))}"`;
  if (etag === tag) return new Response(null, { status: 304 });
  const answer = json({ ...shown, now: Date.now() });
  answer.headers.set("etag", tag);
  return answer;
}
