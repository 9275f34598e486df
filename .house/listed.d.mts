/** The three houses and the courtyard. */
export const houses: readonly string[];
/** Every source file of the houses, by its path from the top. */
export function listedSources(): readonly string[];
