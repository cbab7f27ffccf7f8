import { TABLE_NAMES, type TableName } from '@bqsync/synthesizer';
import type { Cost } from './usage.ts';
import type { Verdict } from './verdict/verdict.ts';

interface TableSummary {
  readonly sourceRows: number;
  readonly targetRows: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  readonly quarantined: number;
}

/** The last line of a run with `--exit --json`. */
export interface Summary extends Cost {
  readonly event: 'summary';
  readonly ok: boolean;
  readonly elapsedMs: number;
  readonly tables: Readonly<Record<TableName, TableSummary>>;
}

export function summaryOf(verdict: Verdict, cost: Cost, elapsedMs: number): Summary {
  const tables = TABLE_NAMES.map((name): [TableName, TableSummary] => {
    const { sourceRows, targetRows, target, quarantined } = verdict.tables[name];
    const { missing, extra, different } = target;
    return [name, { sourceRows, targetRows, missing, extra, different, quarantined }];
  });
  return {
    event: 'summary',
    ok: verdict.exact,
    elapsedMs: Math.round(elapsedMs),
    ...cost,
    tables: Object.fromEntries(tables) as Record<TableName, TableSummary>,
  };
}
