import { exampleConfig, parseConfig } from '@bqsync/config';
import { readsPerDay, usdOf } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { type PlannedQuery, type PlannedTable, tailCost } from '../plan/planned-table.ts';
import { priceFindings } from './price-findings.ts';

const GIB = 2 ** 30;
const [table] = parseConfig(exampleConfig(), 'x.yaml').tables;

function planned(pollBytes: number, prunable: boolean): PlannedTable {
  const query = (kind: PlannedQuery['kind'], bytes: number): PlannedQuery => ({
    kind,
    sql: 'SELECT 1',
    from: null,
    to: null,
    nulls: 'exclude',
    rows: null,
    bytes,
    billedBytes: bytes,
    byReadApi: false,
    usd: usdOf({ bytesBilled: bytes }),
  });
  const [poll, sweep] = [query('poll', pollBytes), query('sweep', pollBytes)];
  const { least, most } = readsPerDay(table!.sync);
  return {
    description: { prunable } as PlannedTable['description'],
    key: { kind: 'columns', columns: ['id'] },
    stage: 'new',
    next: [query('backfill', 4 * GIB)],
    windows: 1,
    backfill: [query('backfill', 4 * GIB)],
    poll,
    sweep,
    tail: { least: tailCost(least, poll, sweep, table!), most: tailCost(most, poll, sweep, table!) },
  };
}

describe('the price of a table', () => {
  it('is in order while a day of polls is cheap', () => {
    const findings = priceFindings(table!, planned(10 * 2 ** 20, true));
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok']);
    expect(findings[1]!.message).toContain('at most 2,880 of them a day, $0.17, $5.15 a month');
  });

  it('is a warning with what to do about it where polls scan a table whole', () => {
    const [, poll] = priceFindings(table!, planned(4 * GIB, false));
    expect(poll).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('$70.31'),
      fix: expect.stringContaining('partition the table on event_time'),
    });
  });

  it('is an error where a limit would never let the table be read', () => {
    const limited = { ...table!, cost: { maxBytesBilledPerQuery: GIB, maxBytesPerDay: 2 * GIB } };
    const errors = priceFindings(limited, planned(10 * 2 ** 20, true)).filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      { code: 'BQS_SOURCE_BYTES_LIMIT', message: 'the next query bills up to 4 GB, cost.maxBytesBilledPerQuery allows 1 GB' },
      { code: 'BQS_BUDGET_EXHAUSTED', message: expect.stringContaining('cost.maxBytesPerDay allows 2 GB') },
    ]);
  });
});
