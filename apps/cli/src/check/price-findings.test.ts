import { exampleConfig, parseConfig } from '@bqsync/config';
import { readsPerDay, usdOf } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { type PlannedQuery, type PlannedTable, tailCost } from '../plan/planned-table.ts';
import { priceNotes } from '../plan/price-notes.ts';
import { priceFindings } from './price-findings.ts';
import { rescanFindings } from './rescan-findings.ts';

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
    isRescan: false,
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

  it('says what it leaves out, and whose prices it goes by', () => {
    const own = { ...table!, cost: { usdPerTiB: 0 } };
    expect(priceNotes([table!], ['US', 'US', 'EU'])).toMatch(
      /^Prices are list prices on demand, \$6\.25 .* \$1\.10 .* egress .* outside of US, EU\. Under editions .* 0\.$/,
    );
    expect(priceNotes([own], ['EU'])).toContain('Prices are the prices of cost.usdPerTiB. ');
    expect(priceNotes([own, table!], ['EU'])).toContain('where they are set, else list prices');
  });

  it('is said before a table that was synced is read again whole', () => {
    const plan = planned(GIB, true);
    const wholeRead = { bytesBilled: 2 ** 40, bytesByReadApi: 2 ** 40 };
    const again = { ...plan, isRescan: true, description: { ...plan.description, wholeRead } };
    expect(rescanFindings(table!, plan)).toEqual([]);
    expect(rescanFindings(table!, again)).toMatchObject([
      { level: 'warning', message: expect.stringContaining('read again whole: up to 1 TB, $1.10') },
    ]);
    expect(rescanFindings({ ...table!, cost: { usdPerTiBReadApi: 3 } }, again)[0]!.message).toContain('$3.00');
  });
});
