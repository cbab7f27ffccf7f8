import { CRASH_POINTS, type CrashPoint, SOURCE_FAULT_NAMES, type SourceFaultName } from './faults.ts';
import type { SimOutcome } from './many.ts';

/** What many schedules met, and which of them count. */
export class Summary {
  schedules = 0;
  /** Schedules with at least 2 workers, 3 windows, 200 rows and 3 faults that went off. */
  counted = 0;
  readonly failed: SimOutcome[] = [];
  readonly #workers = new Map<number, number>();
  readonly #windows = new Map<number, number>();
  readonly #rows = new Map<number, number>();
  readonly #faults = new Map<number, number>();
  readonly #crashes = new Map<CrashPoint, number>();
  readonly #others = new Map<string, number>();
  readonly #pairs = new Map<string, number>();

  add(outcome: SimOutcome): void {
    const { crashes, sourceFaults, others, changes, workers, windows, rows } = outcome;
    this.schedules += 1;
    if (isCounted(outcome)) this.counted += 1;
    if (outcome.violations.length > 0) this.failed.push(outcome);
    increase(this.#workers, workers);
    increase(this.#windows, windows);
    increase(this.#rows, rows);
    increase(this.#faults, crashes.length + sourceFaults.length + others.length);
    for (const point of new Set(crashes)) {
      increase(this.#crashes, point);
      for (const fault of new Set(sourceFaults)) increase(this.#pairs, pair(point, fault));
    }
    for (const other of new Set([...others, ...changes])) increase(this.#others, other);
  }

  /** How many schedules met a crash point and a source fault both. */
  met(point: CrashPoint, fault: SourceFaultName): number {
    return this.#pairs.get(pair(point, fault)) ?? 0;
  }

  /** The pair of a crash point and a source fault that was met least. */
  rarest(): { readonly point: CrashPoint; readonly fault: SourceFaultName; readonly count: number } {
    const [first, ...rest] = CRASH_POINTS.flatMap((point) =>
      SOURCE_FAULT_NAMES.map((fault) => ({ point, fault, count: this.met(point, fault) })),
    );
    if (first === undefined) throw new RangeError('there are no crash points');
    return rest.reduce((least, each) => (each.count < least.count ? each : least), first);
  }

  /** For people; with a rate if it is told how long it took. */
  lines(seconds?: number): string[] {
    const width = Math.max(...CRASH_POINTS.map((point) => point.length));
    const columns = SOURCE_FAULT_NAMES.map((name, i) => `  ${String(i + 1).padStart(2)} ${name}`);
    const { point, fault, count } = this.rarest();
    return [
      `${String(this.schedules)} schedules, ${String(this.counted)} counted, ${String(this.failed.length)} failed` +
        (seconds === undefined ? '' : `, ${(this.schedules / seconds).toFixed(0)} a second, ${seconds.toFixed(0)} s`),
      `medians: ${this.#medians()
        .map(([name, value]) => `${String(value)} ${name}`)
        .join(', ')}`,
      `also: ${[...this.#others]
        .sort((a, b) => b[1] - a[1])
        .map(([name, times]) => `${name} ${String(times)}`)
        .join(', ')}`,
      'schedules that met a crash point, and each source fault with it:',
      ...columns,
      `${''.padEnd(width)}     all ${SOURCE_FAULT_NAMES.map((_, i) => String(i + 1).padStart(6)).join('')}`,
      ...CRASH_POINTS.map((each) => {
        const cells = SOURCE_FAULT_NAMES.map((name) => String(this.met(each, name)).padStart(6));
        return `${each.padEnd(width)} ${String(this.#crashes.get(each) ?? 0).padStart(7)} ${cells.join('')}`;
      }),
      `rarest: ${point} with ${fault}, ${String(count)}`,
    ];
  }

  toJson(seconds: number, from: number): unknown {
    return {
      from,
      schedules: this.schedules,
      counted: this.counted,
      seconds,
      perSecond: this.schedules / seconds,
      medians: Object.fromEntries(this.#medians()),
      others: Object.fromEntries(this.#others),
      crashes: Object.fromEntries(this.#crashes),
      pairs: Object.fromEntries(this.#pairs),
      rarest: this.rarest(),
      failed: this.failed.map(({ seed, violations }) => ({ seed, violations })),
    };
  }

  #medians(): [string, number][] {
    return [
      ['workers', median(this.#workers)],
      ['windows', median(this.#windows)],
      ['rows', median(this.#rows)],
      ['faults', median(this.#faults)],
    ];
  }
}

export function isCounted({ workers, windows, rows, crashes, sourceFaults, others }: SimOutcome): boolean {
  return workers >= 2 && windows >= 3 && rows >= 200 && rows <= 10_000 && crashes.length + sourceFaults.length + others.length >= 3;
}

function pair(point: CrashPoint, fault: SourceFaultName): string {
  return `${point}/${fault}`;
}

function increase<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Of values given with how often each was met. */
function median(counts: ReadonlyMap<number, number>): number {
  let left = [...counts.values()].reduce((sum, count) => sum + count, 0) / 2;
  for (const [value, count] of [...counts].sort((a, b) => a[0] - b[0])) {
    left -= count;
    if (left < 0) return value;
  }
  return 0;
}
