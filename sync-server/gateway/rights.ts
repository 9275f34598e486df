import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Ring } from "./ring.ts";
import { noScopes, sameScopes, type Scopes, type Viewer, viewerOf } from "./viewer.ts";

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

  /** The person of a request, with his rights of this moment. */
  viewer(actor: Actor): Viewer {
    return this.noted(actor.id, actor);
  }

  /** The person of a connection; nothing: he has no rights now. */
  noted(author: AuthorId, actor: Actor | undefined): Viewer {
    this.#note(author, actor === undefined ? noScopes : viewerOf(actor).scopes);
    return this.now(author);
  }

  /** His rights changed; nothing: he has none any more. Whoever never asked has no device to be told. */
  change(author: AuthorId, actor: Actor | undefined): void {
    if (this.#known.has(author)) this.#note(author, actor === undefined ? noScopes : viewerOf(actor).scopes);
  }

  /** As last heard. */
  now(author: AuthorId): Viewer {
    return { author, scopes: this.#known.get(author) ?? noScopes };
  }

  #note(author: AuthorId, after: Scopes): void {
    const before = this.#known.get(author);
    if (before !== undefined && sameScopes(before, after)) return;
    this.#known.set(author, after);
    if (before !== undefined) this.#ring.addRights(author, { before, after });
  }
}
