import { CRASH_POINTS, type CrashPoint, SOURCE_FAULT_NAMES, type SourceFaultName } from './faults.ts';
import type { SimResult } from './simulation.ts';

/** What many schedules met, and which of them count. */
export class Summary {
  schedules = 0;
  /** Schedules with at least 2 workers, 3 windows, 200 rows and 3 faults that went off. */
  counted = 0;
  readonly failed: SimResult[] = [];
  readonly #windows: number[] = [];
  readonly #rows: number[] = [];
  readonly #faults: number[] = [];
  readonly #crashes = new Map<CrashPoint, number>();
  readonly #others = new Map<string, number>();
  readonly #pairs = new Map<string, number>();

  add(result: SimResult): void {
    const { crashes, sourceFaults, others } = result;
    const faults = crashes.length + sourceFaults.length + others.length;
    this.schedules += 1;
    if (isCounted(result)) this.counted += 1;
    if (result.violations.length > 0) this.failed.push(result);
    this.#windows.push(result.windows);
    this.#rows.push(result.rows);
    this.#faults.push(faults);
    for (const point of new Set(crashes)) {
      increase(this.#crashes, point);
      for (const fault of new Set(sourceFaults)) increase(this.#pairs, pair(point, fault));
    }
    for (const other of new Set(others)) increase(this.#others, other);
  }

  /** How many schedules met a crash point and a source fault both. */
  met(point: CrashPoint, fault: SourceFaultName): number {
    return this.#pairs.get(pair(point, fault)) ?? 0;
  }

  lines(seconds: number): string[] {
    const width = Math.max(...CRASH_POINTS.map((point) => point.length));
    const columns = SOURCE_FAULT_NAMES.map((name, i) => `  ${String(i + 1)} ${name}`);
    return [
      `${String(this.schedules)} schedules, ${String(this.counted)} counted, ${String(this.failed.length)} failed, ` +
        `${(this.schedules / seconds).toFixed(0)} a second`,
      `medians: ${String(median(this.#windows))} windows, ${String(median(this.#rows))} rows, ${String(median(this.#faults))} faults`,
      `also: ${[...this.#others].map(([name, count]) => `${name} ${String(count)}`).join(', ')}`,
      'schedules that met a crash point, and each source fault with it:',
      ...columns,
      `${''.padEnd(width)}     all ${SOURCE_FAULT_NAMES.map((_, i) => String(i + 1).padStart(5)).join('')}`,
      ...CRASH_POINTS.map((point) => {
        const cells = SOURCE_FAULT_NAMES.map((fault) => String(this.met(point, fault)).padStart(5));
        return `${point.padEnd(width)} ${String(this.#crashes.get(point) ?? 0).padStart(7)} ${cells.join('')}`;
      }),
    ];
  }
}

export function isCounted({ workers, windows, rows, crashes, sourceFaults, others }: SimResult): boolean {
  return workers >= 2 && windows >= 3 && rows >= 200 && rows <= 10_000 && crashes.length + sourceFaults.length + others.length >= 3;
}

function pair(point: CrashPoint, fault: SourceFaultName): string {
  return `${point}/${fault}`;
}

function increase<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
