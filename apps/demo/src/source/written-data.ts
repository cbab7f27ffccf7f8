import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  buildScenario,
  isoMicros,
  metadataSnapshot,
  type Micros,
  type PositionSampling,
  portEvents,
  positions,
  type ScenarioData,
  type ScenarioName,
  type TableName,
  type TimeRange,
  toMicros,
} from '@bqsync/synthesizer';
import type { DemoState } from '../state/demo-state.ts';

/** How often positions are reported: as the scenario does, or as ships do while somebody watches. */
export type Rate = 'scenario' | 'live';

export interface Segment extends TimeRange {
  readonly rate: Rate;
}

/** Positions in a second of continuous running. */
const LIVE_ROWS_PER_SECOND: Readonly<Record<ScenarioName, number>> = { small: 2, realistic: 10, stress: 50 };

/**
 * All that the generator has written: the scenario's rows, and after them segments of continuous data. A function of what is recorded, so
 * that the verdict can make every row again.
 */
export class WrittenData {
  readonly scenario: ScenarioData;
  readonly #path: string;
  readonly #liveSampling: PositionSampling;
  #segments: readonly Segment[];
  #pending: Segment | undefined;

  constructor(state: DemoState, path: string) {
    this.scenario = buildScenario({ scenario: state.scenario, seed: state.seed, end: state.end });
    this.#liveSampling = { origin: this.scenario.range.end, period: 1_000_000, rows: LIVE_ROWS_PER_SECOND[state.scenario] };
    this.#path = path;
    const { segments, pending } = readRecord(path);
    this.#segments = segments;
    this.#pending = pending;
  }

  /** The instant up to which everything is written. */
  get position(): Micros {
    return this.#segments.at(-1)?.end ?? this.scenario.range.end;
  }

  /** A part whose writing began and was not acknowledged: written wholly, partly or not at all. */
  get pending(): Segment | undefined {
    return this.#pending;
  }

  get hasContinued(): boolean {
    return this.#segments.length > 0;
  }

  /** Records that a part is about to be written. */
  begin(segment: Segment): void {
    this.#pending = segment;
    this.#save();
  }

  /** Records that the part begun is written. */
  commit(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const last = this.#segments.at(-1);
    const joined = last?.rate === pending.rate && last.end === pending.start ? { ...pending, start: last.start } : undefined;
    this.#segments = joined === undefined ? [...this.#segments, pending] : [...this.#segments.slice(0, -1), joined];
    this.#pending = undefined;
    this.#save();
  }

  samplingOf(rate: Rate): PositionSampling {
    return rate === 'live' ? this.#liveSampling : this.scenario.sampling;
  }

  /** Every row that a table must have now. */
  *rows(table: TableName): Generator<object, void, undefined> {
    const { fleet, reported, range } = this.scenario;
    const continued = { start: range.end, end: this.position };
    if (table === 'vessel_metadata') {
      yield* metadataSnapshot(fleet, this.position - 1);
      return;
    }
    yield* this.scenario.rows(table);
    if (table === 'port_events') yield* portEvents(fleet, continued, reported);
    else for (const segment of this.#segments) yield* positions(fleet, segment, this.samplingOf(segment.rate));
  }

  #save(): void {
    const text = (segment: Segment) => ({ start: isoMicros(segment.start), end: isoMicros(segment.end), rate: segment.rate });
    const record = { segments: this.#segments.map(text), ...(this.#pending && { pending: text(this.#pending) }) };
    writeFileSync(`${this.#path}.new`, `${JSON.stringify(record)}\n`);
    renameSync(`${this.#path}.new`, this.#path);
  }
}

interface SegmentText {
  readonly start: string;
  readonly end: string;
  readonly rate: Rate;
}

function readRecord(path: string): { segments: readonly Segment[]; pending: Segment | undefined } {
  if (!existsSync(path)) return { segments: [], pending: undefined };
  const { segments, pending } = JSON.parse(readFileSync(path, 'utf8')) as { segments: SegmentText[]; pending?: SegmentText };
  const parse = ({ start, end, rate }: SegmentText): Segment => ({ start: toMicros(start), end: toMicros(end), rate });
  return { segments: segments.map(parse), pending: pending && parse(pending) };
}
