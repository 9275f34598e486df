import type { FileRef } from "../../shared/items/base.ts";
import type { UserDraft } from "./items.ts";

/** What the page may do. */
export interface ChatEngine {
  /** Durable on the device when resolved. Rejects when the device is full; nothing is half kept. */
  write(drafts: readonly UserDraft[]): Promise<void>;
  keepFile(ref: FileRef, blob: Blob): Promise<void>;
  file(sha: string, item: string): Promise<Blob | undefined>;
  forget(seq: number): Promise<void>;
  typing(on: boolean): void;
  /** The person has the chat before his eyes. */
  readAll(): void;
  close(): void;
}
