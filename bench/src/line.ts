import type { BenchRun } from './bench-run.ts';

/** What the ratio of a line must be. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

export interface Measurement {
  readonly value: number;
  /** Measured in the same run, or what the line is bound to. */
  readonly baseline: number;
  readonly ratio: number;
  /** What else there is to know of it, in a few words. */
  readonly note?: string | undefined;
}

/** One row of the table. */
export interface Line {
  /** As `--only` and `--json` have it. */
  readonly name: string;
  readonly title: string;
  readonly against: string;
  /** Of value and baseline. */
  readonly unit: string;
  readonly target: Target;
  /** What the rows are that it was measured with. */
  readonly rows: string;
  measure(run: BenchRun): Promise<Measurement>;
}

export interface Result extends Measurement {
  readonly line: Line;
  readonly met: boolean;
}

export function judge(line: Line, measurement: Measurement): Result {
  const { target } = line;
  const { ratio } = measurement;
  return { ...measurement, line, met: 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost };
}

/** Value over baseline. */
export function over(value: number, baseline: number, note?: string): Measurement {
  return { value, baseline, ratio: value / baseline, note };
}
