export function findProgram(names: readonly string[]): string | undefined;
export function ensureProgram(wanted: {
  readonly names: readonly string[];
  readonly packages: readonly string[];
  readonly purpose: string;
}): Promise<string>;
