/** The value below which the share `at` (0 to 1) of the samples lies, between two neighbours by linear interpolation. */
export function quantile(samples: readonly number[], at: number): number {
  if (samples.length === 0) throw new RangeError("no samples");
  const sorted = [...samples].sort((a, b) => a - b);
  const place = (sorted.length - 1) * at;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);
/** The 10th percentile: what a sample costs when nothing else runs. */
export const p10 = (samples: readonly number[]): number => quantile(samples, 0.1);
/** The 95th percentile. */
export const p95 = (samples: readonly number[]): number => quantile(samples, 0.95);
/** The 99th percentile. */
export const p99 = (samples: readonly number[]): number => quantile(samples, 0.99);

/** Something that can be measured once more: resolves with a sample. */
export type Probe = () => Promise<number>;

/**
 * Measures every probe in turn, `rounds` times: A B C A B C ..., so that a machine that slows down slows all of them. The
 * first `warmUp` rounds are thrown away. A round begins with another probe than the one before, so that none always
 * comes after the same neighbour.
 */
export async function measureInTurn<Name extends string>(
  probes: Readonly<Record<Name, Probe>>,
  { rounds, warmUp = 1 }: { readonly rounds: number; readonly warmUp?: number },
): Promise<Record<Name, number[]>> {
  const names = Object.keys(probes) as Name[]; // the record's own keys
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds + warmUp; round += 1) {
    for (let i = 0; i < names.length; i += 1) {
      const name = names[(i + round) % names.length];
      if (name === undefined) continue;
      const sample = await probes[name]();
      if (round >= warmUp) samples[name].push(sample);
    }
  }
  return samples;
}
