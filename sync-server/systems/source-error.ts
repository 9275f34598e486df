import type { SourceFault } from "../../shared/protocol/systems.ts";

/** A source could not be read: why, for the admin. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly code: SourceFault;
  constructor(code: SourceFault, detail: string) {
    super(detail);
    this.code = code;
  }
}
