import { BqsyncError } from '@bqsync/errors';
import type { Fleet } from '../fleet/fleet.ts';
import { hash32, type SeedWords, STREAM } from '../random/hash.ts';
import { modulo, permutation } from '../random/permutation.ts';
import { type Micros, SECOND, type TimeRange } from '../time/micros.ts';

/**
 * When positions are reported: time is cut from `origin` on, in both directions, into slots, `rows` of them in each `period`. Every slot
 * has one report, at an instant in it that is drawn by its number, of the vessel whose turn it is. So a range that begins and ends
 * at slots holds exactly as many rows as slots, and no two rows tie.
 */
export interface PositionSampling {
  readonly origin: Micros;
  readonly period: Micros;
  readonly rows: number;
}

/** One report of each vessel in 60,000 s: 144,000 rows a day for 100,000 vessels. */
export function defaultSampling(fleet: Fleet): PositionSampling {
  return { origin: 0, period: 60_000 * SECOND, rows: fleet.size };
}

/** `rows` reports in the range, evenly, going on at the same rate before and after it. */
export function samplingOf(range: TimeRange, rows: number): PositionSampling {
  return { origin: range.start, period: range.end - range.start, rows };
}

interface SlotClock {
  /** The number of the slot that holds an instant. */
  slotOf(at: Micros): number;
  startOf(slot: number): Micros;
}

function slotClock({ origin, period, rows }: PositionSampling): SlotClock {
  if (!Number.isInteger(rows) || rows < 1 || rows > 50_000_000 || !Number.isSafeInteger(period) || period < rows)
    throw new BqsyncError('BQS_USAGE', `${rows} positions do not fit into ${period} microseconds`, {
      hint: 'give a whole number of rows from 1 to 50,000,000 and at least a microsecond for each',
    });
  const whole = Math.floor(period / rows);
  const rest = period - whole * rows;
  // Exact for rows below 2^26: every product stays under 2^53.
  const startOf = (slot: number): Micros => {
    const turn = Math.floor(slot / rows);
    const inTurn = slot - turn * rows;
    return origin + turn * period + inTurn * whole + Math.floor((inTurn * rest) / rows);
  };
  return {
    startOf,
    slotOf(at) {
      const turn = Math.floor((at - origin) / period);
      let slot = turn * rows + Math.floor(((at - origin - turn * period) / period) * rows);
      while (startOf(slot) > at) slot--;
      while (startOf(slot + 1) <= at) slot++;
      return slot;
    },
  };
}

/**
 * The reports of a range one after another, in order of time: which vessel, and when. `next` moves on and says whether there is one.
 *
 * @throws BqsyncError `BQS_USAGE` if the sampling has no whole number of rows or less than a microsecond for each.
 */
export class ReportCursor {
  vessel = 0;
  at: Micros = 0;
  readonly #range: TimeRange;
  readonly #clock: SlotClock;
  readonly #words: SeedWords;
  readonly #size: number;
  readonly #vesselAt: (turn: number) => number;
  #slot: number;
  #start: Micros;

  constructor(fleet: Fleet, range: TimeRange, sampling: PositionSampling) {
    this.#range = range;
    this.#clock = slotClock(sampling);
    this.#words = fleet.words;
    this.#size = fleet.size;
    this.#vesselAt = permutation(fleet.words, STREAM.sampleOrder, fleet.size);
    this.#slot = this.#clock.slotOf(range.start);
    this.#start = this.#clock.startOf(this.#slot);
  }

  next(): boolean {
    const { start, end } = this.#range;
    while (this.#start < end) {
      const slot = this.#slot++;
      const from = this.#start;
      this.#start = this.#clock.startOf(slot + 1);
      const at = from + (hash32(this.#words, STREAM.sampleJitter, slot, 0) % (Math.min(this.#start - from, 0xffffffff) >>> 0));
      if (at < start || at >= end) continue;
      this.at = at;
      this.vessel = this.#vesselAt(modulo(slot, this.#size));
      return true;
    }
    return false;
  }
}
