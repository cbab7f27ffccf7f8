import { TABLE_NAMES, type TableName } from '@bqsync/synthesizer';
import { type Run, step } from '../run.ts';
import { allRows, type RowsWritten, type SourceWriter } from '../source/source-writer.ts';
import type { WrittenData } from '../source/written-data.ts';
import type { StateStore } from '../state/demo-state.ts';
import { count } from '../view/format.ts';

export interface History {
  readonly store: StateStore;
  readonly writer: SourceWriter;
  readonly written: WrittenData;
}

/**
 * Brings BigQuery to what the state says: the scenario's rows by load jobs, unless they are there, and what an interrupted run had begun to
 * write. A run that does not end also writes what happened since it last ran.
 */
export async function writeHistory(run: Run, { store, writer, written }: History): Promise<void> {
  const { options, signal, output } = run;
  if (!store.current.loaded) {
    const rows = await step(
      run,
      'synthesizer writes the history',
      async () => {
        const loaded: Record<TableName, number> = { vessel_positions: 0, port_events: 0, vessel_metadata: 0 };
        await writer.writeScenario((table, more) => {
          loaded[table] += more;
        }, signal);
        return loaded;
      },
      (loaded) => TABLE_NAMES.map((table) => `${table} ${count(loaded[table])}`).join(', '),
    );
    store.update({ loaded: true });
    output.event('loaded', { tables: rows });
  }
  if (written.pending !== undefined) {
    const rows = await step(run, 'synthesizer finishes what was interrupted', () => writer.finishPending(), rowsWritten);
    output.event('resumed', { rows });
  }
  if (!options.exit) {
    const wall = Date.now() * 1000;
    const gap = written.hasContinued || wall - written.position > CATCH_UP_FROM;
    if (!gap) return;
    await step(run, 'synthesizer writes what happened meanwhile', () => writer.writeUpTo(wall, 'scenario'), rowsWritten);
  }
}

/** Microseconds: a state this fresh has nothing to catch up with that the continuous part would not write at once. */
const CATCH_UP_FROM = 120_000_000;

function rowsWritten(rows: RowsWritten): string {
  return `${count(allRows(rows))} rows`;
}
