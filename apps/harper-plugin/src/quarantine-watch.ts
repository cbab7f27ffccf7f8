import type { SyncEvent, TableSpec, TableStatus } from '@bqsync/core';
import type { QuarantineCause } from '@bqsync/harper';
import type { HarperLogger } from './harper.ts';
import { judgeQuarantine, type QuarantineView } from './quarantine-health.ts';
import type { TableCounts } from './table-counts.ts';

/**
 * Says in the log which tables have rows in quarantine, and which are degraded by it: one line for each cause when it is new, and one when a
 * table is no longer degraded. Never a row.
 */
export class QuarantineWatch {
  readonly #logger: HarperLogger;
  /** When the count of each table may have changed, since it was last looked at, in monotonic milliseconds. */
  readonly #changed = new Map<string, number>();
  /** By table: what was said, and whether it was degraded then. */
  readonly #said = new Map<string, { readonly lines: Set<string>; degraded: boolean }>();
  #looking: Promise<void> | undefined;

  constructor(logger: HarperLogger) {
    this.#logger = logger;
  }

  event(event: SyncEvent): void {
    const { tableId } = event;
    const isRejection = event.type === 'committed' && event.outcome.rejected.length > 0;
    // Rows that came make the limit rise, a repair empties the quarantine.
    const isChange = event.type === 'window-completed' && this.#said.has(tableId);
    if (event.type === 'started' || isRejection || isChange) this.#changed.set(tableId, performance.now());
  }

  /** Looks at those of the tables whose count may have changed. Not to be awaited by who has more to do: one look at a time. */
  look(tables: readonly TableSpec[], counts: TableCounts, stageOf: (tableId: string) => TableStatus['stage']): Promise<void> {
    this.#looking ??= this.#look(
      tables.filter(({ id }) => this.#changed.has(id)),
      counts,
      stageOf,
    ).finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(tables: readonly TableSpec[], counts: TableCounts, stageOf: (tableId: string) => TableStatus['stage']): Promise<void> {
    if (tables.length === 0) return;
    const counted = await counts.of(tables);
    for (const { id, quarantine } of tables) {
      const count = counted.get(id);
      // A large table is counted rarely: a later look will have a newer count.
      if (count === undefined || count.begunAtMs < (this.#changed.get(id) ?? 0)) continue;
      this.#changed.delete(id);
      this.#say(id, judgeQuarantine(count, quarantine, stageOf(id)), count.rows ?? 0);
    }
  }

  #say(tableId: string, view: QuarantineView, rows: number): void {
    const said = this.#said.get(tableId) ?? { lines: new Set<string>(), degraded: false };
    if (view.rows > 0) this.#said.set(tableId, said);
    else this.#said.delete(tableId);
    if (said.degraded && !view.degraded) this.#logger.warn?.(`bqsync ${tableId}: no longer degraded, ${ofAll(view, rows)}`);
    if (said.degraded !== view.degraded) said.lines.clear();
    said.degraded = view.degraded;
    for (const cause of view.causes) {
      const name = causeText(cause);
      if (said.lines.has(name)) continue;
      said.lines.add(name);
      const text = `${ofAll(view, rows)}; ${cause.rows} by ${name}; bqsync audit --table ${tableId} shows them`;
      if (view.degraded) this.#logger.error?.(`bqsync ${tableId}: degraded: ${text}`);
      else this.#logger.warn?.(`bqsync ${tableId}: ${text}`);
    }
  }
}

function ofAll({ rows, limit }: QuarantineView, stored: number): string {
  return `${rows} of ${rows + stored} rows ${rows === 1 ? 'is' : 'are'} in quarantine (limit ${limit})`;
}

function causeText({ reason, column }: QuarantineCause): string {
  return column === undefined ? reason : `${reason} of column "${column}"`;
}
