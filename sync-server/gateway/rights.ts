import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Ring } from "./ring.ts";
import { noScopes, type Scopes, sameScopes, type Viewer, viewerOf } from "./viewer.ts";

/**
 * What each person was last seen to be allowed. A difference goes into the ring, so that his devices are told what came
 * into sight and what left it, whichever of them asks first.
 */
export class Rights {
  readonly #ring: Ring;
  readonly #known = new Map<AuthorId, Scopes>();

  constructor(ring: Ring) {
    this.#ring = ring;
  }

  /** What a person of a request or connection may do at this moment; nothing: he has no rights now. */
  note(author: AuthorId, actor: Actor | undefined): Viewer {
    const after = actor === undefined ? noScopes : viewerOf(actor).scopes;
    const before = this.#known.get(author);
    if (before === undefined || !sameScopes(before, after)) {
      this.#known.set(author, after);
      if (before !== undefined) this.#ring.addRights(author, { before, after });
    }
    return { author, scopes: after };
  }

  /** His rights changed; nothing: he has none any more. Whoever never asked has no device to be told. */
  change(author: AuthorId, actor: Actor | undefined): void {
    if (this.#known.has(author)) this.note(author, actor);
  }

  /** As last heard. */
  now(author: AuthorId): Viewer {
    return { author, scopes: this.#known.get(author) ?? noScopes };
  }
}
