import { SWEEPS_PER_LATENESS } from '../plan/decide.ts';
import { parseInstant } from '../plan/instant.ts';
import { isLeading, type Lead, leadAfter, leadAfterSweep, nextWholeSweepMs, NO_LEAD } from '../plan/lead.ts';
import type { OpenWindow, WindowRequest } from '../ports/source.ts';
import type { SyncOptions } from '../ports/table-spec.ts';
import type { Micros } from '../ports/time.ts';

/** When this process last looked for what, and where it found new rows: which window is due next. */
export class SweepPace {
  readonly #sync: SyncOptions;
  #openedAtMs: number | undefined;
  #sweptAtMs: number | undefined;
  #wholeSweptAtMs: number | undefined;
  #wholeSweepMs = 0;
  #lead: Lead = NO_LEAD;

  constructor(sync: SyncOptions) {
    this.#sync = sync;
  }

  observe(nowMs: number) {
    const since = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : nowMs - ms);
    const sinceWholeMs = since(this.#wholeSweptAtMs);
    return {
      sinceOpenMs: since(this.#openedAtMs),
      sinceSweepMs: since(this.#sweptAtMs),
      isLeading: isLeading(this.#lead),
      wholeSweepDue: sinceWholeMs === undefined || sinceWholeMs >= this.#wholeSweepMs,
    };
  }

  /** Up to where an open-ended window completes the table, if new rows come in ahead of the clock; undefined: up to its snapshot. */
  floorOf(request: WindowRequest, open: OpenWindow, least: string | null): Micros | undefined {
    const lead = this.#leadAfter(request, open, least);
    return isLeading(lead) ? lead.floor : undefined;
  }

  noteCompleted(request: WindowRequest, open: OpenWindow, least: string | null, isEndOfBackfill: boolean, nowMs: number): void {
    this.#lead = this.#leadAfter(request, open, least);
    this.#openedAtMs = nowMs;
    const isWhole = request.kind === 'sweep' || isEndOfBackfill;
    if (isWhole || request.kind === 'near-sweep') this.#sweptAtMs = nowMs;
    if (!isWhole) return;
    this.#wholeSweptAtMs = nowMs;
    const latenessMs = this.#sync.latenessSeconds * 1000;
    this.#wholeSweepMs = nextWholeSweepMs(this.#wholeSweepMs, this.#lead, open.snapshot, latenessMs, SWEEPS_PER_LATENESS);
  }

  #leadAfter({ kind }: WindowRequest, { snapshot, totalRows }: OpenWindow, leastText: string | null): Lead {
    const { latenessSeconds } = this.#sync;
    const least = leastText === null ? undefined : parseInstant(leastText);
    if (kind === 'tail') return leadAfter(this.#lead, { snapshot, rows: totalRows, least }, latenessSeconds);
    return leadAfterSweep(this.#lead, { least }, latenessSeconds);
  }
}
