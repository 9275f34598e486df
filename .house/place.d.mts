/** The project's top folder. */
export const projectRoot: string;
/** An absolute path inside the project. */
export function inProject(...parts: readonly string[]): string;
/** Ends the process with a clear message when this Node is too old. */
export function requireNode(): void;
