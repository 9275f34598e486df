import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { PushAnswer } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Who } from "../identity/port.ts";

/** What the desk's socket asks of the gateway. */
export interface DeskDoor {
  /** Reads, checks and decides items: an answer an item, in order, and the heads of their threads as he may see them. */
  push(items: readonly unknown[], who: Who): Promise<PushAnswer>;
  /** Frames of what changes for this person from a ring position on, as JSON text, none before the next turn. */
  connect(
    who: Who,
    fromRing: string | null,
    send: (frame: string) => void,
  ): { readonly ring: string; readonly resumed: boolean; close(): void };
  /** A thread's head as devices get it. */
  head(thread: ThreadId): DeviceHead | undefined;
}

/** Somebody is writing in a thread, or has stopped. Nothing of it is kept. */
export type Typing = { readonly thread: ThreadId; readonly author: AuthorId; readonly on: boolean };

/** The users' side of typing: what agents write is shown to the user, and the other way round. */
export interface TypingLine {
  fromAgent(typing: Typing): void;
  onUser(listener: (typing: Typing) => void): () => void;
}
