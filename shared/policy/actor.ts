import type { AuthorId, TeamId } from "../kernel/ids.ts";

export type Role = "agent" | "lead" | "admin" | "technician";

/** Who asks, as the server knows him at this moment; never as the device tells it. */
export type Actor =
  | {
      readonly kind: "agent";
      readonly id: AuthorId;
      readonly role: Role;
      readonly teams: readonly TeamId[];
    }
  | { readonly kind: "user"; readonly id: AuthorId }
  | { readonly kind: "system"; readonly id: AuthorId };
