import type { Column, Row, TableSpec } from '../src/index.ts';
import { parseInstant, type SyncEvent, TableSyncEngine, type Worker } from '../src/index.ts';
import type { MemorySource, MemoryTarget } from '../src/memory/index.ts';

export const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'STRING', repeated: false, required: true },
  { name: 'ts', type: 'TIMESTAMP', repeated: false, required: false },
  { name: 'value', type: 'INT64', repeated: false, required: false },
];

export const SYNC = {
  initialBatchSize: 100,
  catchupBatchSize: 50,
  steadyBatchSize: 20,
  pollIntervalMs: 1000,
  catchupThresholdSeconds: 3600,
  steadyThresholdSeconds: 300,
  latenessSeconds: 3600,
};

export function specOf(changes: Partial<TableSpec> = {}): TableSpec {
  return {
    id: 'ports',
    source: { project: 'p', dataset: 'd', table: 'ports' },
    cursorColumn: 'ts',
    columns: 'all',
    target: { table: 'Ports' },
    primaryKey: ['id'],
    duplicates: 'collapse',
    createTarget: true,
    mode: 'timestamp',
    sync: SYNC,
    cost: {},
    ...changes,
  };
}

const WORKER: Worker = { workerId: 'host-0', nodeId: 7, bootId: 'boot-1' };

export function engineOf(
  source: MemorySource,
  target: MemoryTarget,
  options: Partial<ConstructorParameters<typeof TableSyncEngine>[0]> = {},
) {
  const events: SyncEvent[] = [];
  const engine = new TableSyncEngine({
    table: specOf(),
    source,
    sink: target,
    state: target,
    worker: WORKER,
    thorough: true,
    telemetry: { event: (event) => events.push(event) },
    retry: { initialDelayMs: 1, maxDelayMs: 2, slowDelayMs: 2 },
    ...options,
  });
  return { engine, events };
}

/** The text of an instant `seconds` after 2026-01-01, to the microsecond. */
export function at(seconds: number, microsText = '000000'): string {
  return `${new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().slice(0, 19)}.${microsText}Z`;
}

export function row(id: string, ts: string | null, value = 0): Row {
  return { id, ts, value };
}

export function instant(text: string) {
  const value = parseInstant(text);
  if (value === undefined) throw new Error(text);
  return value;
}

export function sorted(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
}
