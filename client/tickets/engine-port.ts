import type { Ms } from "../../shared/kernel/clock.ts";
import type { TicketActor } from "../../shared/ticket/actor.ts";
import type { AnyItem } from "../../shared/ticket/attribution.ts";
import type { TicketContent } from "../../shared/ticket/content.ts";
import type { ChangeFault } from "../../shared/ticket/document.ts";
import type { FieldEdit } from "../../shared/ticket/edits.ts";
import type { FieldChange } from "../../shared/ticket/field-history.ts";
import type { KnowledgeAt, StateAt } from "../../shared/ticket/history.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import type { PhotoFault, TextFieldName } from "./port.ts";

/** Content after changes were taken. */
export type Taken = {
  readonly content: TicketContent;
  /** Changes (base64url) whose foundations are not here yet: to be offered again. */
  readonly waiting: readonly string[];
  /** Changes that cannot be taken at all; the server would not have them either. */
  readonly broken: readonly { readonly data: string; readonly fault: ChangeFault }[];
};

/** One change, the edits that it was made of, and the texts that they were made in, as they were before. */
export type MadeChange = {
  readonly data: string;
  readonly edits: readonly FieldEdit[];
  readonly from: Partial<Readonly<Record<TextFieldName, string>>>;
};

/** Edits as changes: one, or as many as their size asks for. `refused`: what no ticket can hold. */
export type Made = {
  readonly changes: readonly MadeChange[];
  readonly refused: readonly { readonly edit: FieldEdit; readonly fault: "schema" | "too-large" }[];
  readonly content: TicketContent;
};

/** A picture made small and upright. */
export type SmallPicture = { readonly blob: Blob; readonly width: number; readonly height: number };
export type PictureAnswer =
  | { readonly ok: true; readonly picture: SmallPicture }
  | { readonly ok: false; readonly fault: Extract<PhotoFault, "not-a-picture" | "too-large"> };

/** A thread's past, held under a key. Automerge is loaded only where its items have changes among them. */
export interface PastEngine {
  /** `items` in the order of `n`, the own unsent ones behind them. Answers when the server's knowledge changed. */
  openPast(
    key: string,
    given: { readonly items: readonly AnyItem[]; readonly type?: TicketType },
  ): Promise<readonly Ms[]>;
  stateAt(key: string, moment: Ms): Promise<StateAt>;
  stateAfter(key: string, n: number): Promise<StateAt>;
  knowledgeAt(key: string, moment: Ms): Promise<KnowledgeAt>;
  fieldHistory(key: string): Promise<readonly FieldChange[]>;
  dropPast(key: string): Promise<void>;
}

/**
 * Where Automerge is: a worker in the browser, in place in tests. Documents are held under keys; a call about a key that it does
 * not hold rejects with `lost` (the worker was begun anew), and the caller opens it again.
 */
export interface TicketEngine extends PastEngine {
  /** Begins to load Automerge: a ticket is about to be opened. */
  warm(): Promise<void>;
  /**
   * Holds the document of these changes under the key, in place of what was there. What is edited is edited as `actor`. Answers
   * as soon as the content can be read; Automerge takes the changes after that.
   */
  open(key: string, given: { readonly changes: readonly string[]; readonly actor: TicketActor }): Promise<Taken>;
  take(key: string, changes: readonly string[]): Promise<Taken>;
  edit(key: string, given: { readonly edits: readonly FieldEdit[]; readonly at: Ms }): Promise<Made>;
  drop(key: string): Promise<void>;
  /** Needs no Automerge. */
  shrinkPicture(file: Blob): Promise<PictureAnswer>;
  /** Ends the worker. */
  close(): void;
}

/** `unavailable`: the worker or Automerge could not be loaded now. `lost`: it knows no such document. */
export type EngineErrorCode = "unavailable" | "lost" | "failed";

export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, options?: { readonly cause?: unknown; readonly detail?: string }) {
    super(options?.detail === undefined ? code : `${code}: ${options.detail}`, { cause: options?.cause });
    this.code = code;
  }
}
