export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** The smallest value that at least the share of all are not above. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export interface Timed {
  readonly ours: () => unknown;
  readonly theirs: () => unknown;
}

/** Medians in milliseconds of two tasks in turn, after one round that is not counted: what else the machine does hits both. */
export async function inTurn({ ours, theirs }: Timed, rounds: number): Promise<{ readonly oursMs: number; readonly theirsMs: number }> {
  const times: { ours: number; theirs: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const first = round % 2 === 0 ? await timed(ours) : await timed(theirs);
    const second = round % 2 === 0 ? await timed(theirs) : await timed(ours);
    times.push(round % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first });
  }
  const counted = times.slice(1);
  return { oursMs: median(counted.map(({ ours: ms }) => ms)), theirsMs: median(counted.map(({ theirs: ms }) => ms)) };
}

async function timed(task: () => unknown): Promise<number> {
  const started = performance.now();
  await task();
  return performance.now() - started;
}
