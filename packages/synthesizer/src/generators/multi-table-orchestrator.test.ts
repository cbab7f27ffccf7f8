import { type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TABLE_NAMES } from '../data/rows.ts';
import { createFleet } from '../fleet/fleet.ts';
import { timeRange } from '../time/micros.ts';
import { bigQueryTarget, type DataTarget } from '../writers/data-target.ts';
import { MultiTableOrchestrator } from './multi-table-orchestrator.ts';
import { PortEventsGenerator } from './port-events-generator.ts';
import { VesselMetadataGenerator } from './vessel-metadata-generator.ts';
import { VesselPositionsGenerator } from './vessel-positions-generator.ts';

const range = timeRange('2026-08-01', '2026-08-02');
const recordCounts = { vessel_positions: 1000, port_events: 50, vessel_metadata: 100 };
const yes = () => Promise.resolve(true);

let server: LocalBigQuery;
let target: DataTarget;
let datasets = 0;
beforeAll(async () => {
  server = await startLocalBigQuery();
});
afterAll(() => server.close());
beforeEach(() => {
  target = bigQueryTarget({ projectId: 'test-project', dataset: `o_${++datasets}`, apiEndpoint: server.url });
});

async function rows(orchestrator: MultiTableOrchestrator): Promise<(number | undefined)[]> {
  const stats = await orchestrator.getStats();
  return TABLE_NAMES.map((table) => stats[table]?.rows);
}

describe('the orchestrator', () => {
  it('writes all tables in exactly the wanted numbers of rows, once however often it is asked', async () => {
    const seen: string[] = [];
    const orchestrator = new MultiTableOrchestrator({
      target,
      batchRows: 300,
      onProgress: (table, { rowsWritten }) => seen.push(`${table} ${rowsWritten}`),
    });
    await orchestrator.initialize();
    const result = await orchestrator.generateAll(range, { recordCounts });
    expect(await rows(orchestrator)).toEqual([1000, 50, 100]);
    expect(seen).toEqual([
      'vessel_metadata 100',
      'port_events 50',
      'vessel_positions 300',
      'vessel_positions 600',
      'vessel_positions 900',
      'vessel_positions 1000',
    ]);
    expect(result.stats.vessel_positions).toEqual({ table: 'vessel_positions', rowsGenerated: 1000, rowsWritten: 1000, batchesWritten: 4 });
    expect(result.defects).toEqual([]);
    await orchestrator.generateAll(range, { recordCounts });
    expect(await rows(orchestrator)).toEqual([1000, 50, 100]);
  });

  it('goes on after a crash under the same run without a row twice', async () => {
    const stop = new AbortController();
    const options = { target, runId: 'run-1', batchRows: 200 };
    const first = new MultiTableOrchestrator({ ...options, onProgress: (_, { batchesWritten }) => batchesWritten === 3 && stop.abort() });
    await expect(first.generateAll(range, { recordCounts, signal: stop.signal })).rejects.toMatchObject({ code: 'BQS_ABORTED' });
    expect((await rows(first))[0]).toBe(600);
    const second = new MultiTableOrchestrator(options);
    await second.generateAll(range, { recordCounts });
    expect(await rows(second)).toEqual([1000, 50, 100]);
  });

  it('writes the tables that are asked for', async () => {
    const orchestrator = new MultiTableOrchestrator({ target, fleet: { vessels: 30 } });
    await orchestrator.generateAll(range, { tables: ['vessel_metadata'] });
    expect(await rows(orchestrator)).toEqual([0, 0, 30]);
  });

  it('lesson 23: deletes nothing that nobody agreed to', async () => {
    const orchestrator = new MultiTableOrchestrator({ target });
    await orchestrator.generateAll(range, { recordCounts });
    for (const confirm of [undefined, () => Promise.resolve(false)]) {
      const asked = new MultiTableOrchestrator({ target, confirm });
      await expect(asked.clearAll()).rejects.toMatchObject({ code: 'BQS_USAGE', hint: expect.stringContaining('--yes') });
      await expect(asked.dropAll()).rejects.toMatchObject({ code: 'BQS_USAGE' });
    }
    expect(await rows(orchestrator)).toEqual([1000, 50, 100]);
  });

  it('clears, writes again, and drops', async () => {
    const orchestrator = new MultiTableOrchestrator({ target, confirm: yes, runId: 'kept' });
    await orchestrator.generateAll(range, { recordCounts });
    await orchestrator.clearAll();
    expect(await rows(orchestrator)).toEqual([0, 0, 0]);
    await orchestrator.generateAll(range, { recordCounts });
    expect(await rows(orchestrator)).toEqual([1000, 50, 100]);
    await orchestrator.dropAll();
    expect((await orchestrator.getStats()).port_events?.exists).toBe(false);
  });

  it('writes dirty data as it says', async () => {
    const orchestrator = new MultiTableOrchestrator({ target });
    const { defects } = await orchestrator.generateAll(range, {
      recordCounts,
      dirty: { duplicates: 0.05, gaps: { share: 0.02, seconds: 1800 }, late: 0.1 },
    });
    const count = (table: string, kind: string): number =>
      defects.filter((defect) => defect.table === table && defect.kind === kind).length;
    expect(await rows(orchestrator)).toEqual(
      TABLE_NAMES.map((table) => recordCounts[table] + count(table, 'duplicate') - count(table, 'gap')),
    );
    expect(count('vessel_positions', 'late')).toBeGreaterThan(50);
  });
});

describe('a generator alone', () => {
  const fleet = createFleet({ seed: 7, vessels: 50, rotation: 'feeder' });
  const generators = [
    () =>
      new VesselPositionsGenerator({ fleet, batchRows: 20, sampling: { origin: range.start, period: range.end - range.start, rows: 90 } }),
    () => new PortEventsGenerator({ fleet, batchRows: 20 }),
    () => new VesselMetadataGenerator({ fleet, batchRows: 20 }),
  ] as const;

  it.each(generators)('makes batches, writes them once, counts and clears', async (make) => {
    const generator = make();
    await generator.initialize({ target, runId: 'a', confirm: yes });
    const sizes: number[] = [];
    for await (const batch of generator.generate(range)) {
      sizes.push(batch.length);
      await generator.write(batch as never[]);
      await generator.write(batch as never[]);
    }
    expect(sizes.slice(0, -1).every((size) => size === 20)).toBe(true);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(generator.getStats()).toEqual({
      table: generator.table.name,
      rowsGenerated: total,
      rowsWritten: 2 * total,
      batchesWritten: 2 * sizes.length,
    });
    expect((await target.stats(generator.table)).rows).toBe(total);
    await generator.clear();
    expect((await target.stats(generator.table)).rows).toBe(0);
    for await (const batch of generator.generate(range)) await generator.write(batch as never[]);
    expect((await target.stats(generator.table)).rows).toBe(total);
  });

  it('asks before it clears, and says when it is not connected', async () => {
    const generator = new PortEventsGenerator({ fleet });
    await expect(generator.write([])).rejects.toMatchObject({ code: 'BQS_USAGE', hint: expect.stringContaining('initialize') });
    await generator.initialize({ target });
    await expect(generator.clear()).rejects.toMatchObject({ code: 'BQS_USAGE' });
  });
});
