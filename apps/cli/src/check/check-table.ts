import { type TableSpec, targetKeyOf } from '@bqsync/core';
import { toBqsyncError } from '@bqsync/errors';
import type { BigQuerySource } from '@bqsync/bigquery';
import type { Operations } from '../harper/operations.ts';
import { readProgress } from '../harper/stored-progress.ts';
import { formatBytes, plural } from '../output/format.ts';
import { keyText } from '../plan/key-text.ts';
import { type PlannedTable, planTable } from '../plan/planned-table.ts';
import { accessFindings } from './access-findings.ts';
import { checkDeclared, checkTarget, newTargetFindings } from './check-target.ts';
import { cursorFindings } from './cursor-findings.ts';
import { exactnessFindings } from './exactness-findings.ts';
import { failure, type Finding } from './finding.ts';
import { priceFindings } from './price-findings.ts';
import { rescanFindings } from './rescan-findings.ts';
import type { DeclaredTarget } from './schema-files.ts';

export interface CheckedTable {
  readonly table: TableSpec;
  readonly findings: readonly Finding[];
  /** Absent where the source failed. */
  readonly plan?: PlannedTable | undefined;
}

/** What the tables of a check share. */
export interface CheckSetting {
  /** That pays for the queries. */
  readonly projectId: string;
  readonly operations: Operations | undefined;
  /** Files of the application's schema, and the tables that they declare. */
  readonly files: readonly string[];
  readonly declared: readonly DeclaredTarget[];
  /** By table id. */
  readonly typeNames: ReadonlyMap<string, string>;
}

/** Looks at one table from its source to its target. What fails is a finding; only an interrupt rejects. */
export async function checkTable(
  source: BigQuerySource,
  table: TableSpec,
  setting: CheckSetting,
  signal: AbortSignal,
): Promise<CheckedTable> {
  const { projectId, operations, typeNames, files, declared } = setting;
  const findings: Finding[] = [];
  const guard = async <T>(check: Finding['check'], work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      const known = toBqsyncError(error);
      if (known.code === 'BQS_ABORTED') throw known;
      findings.push(failure(check, table.id, known));
      return undefined;
    }
  };
  const description = await guard('source', () => source.describe(table, signal));
  if (description === undefined) return { table, findings };
  const { probe, layout, location, columns } = description;
  findings.push({
    level: 'ok',
    table: table.id,
    check: 'source',
    message: `${plural(probe.rowCount, 'row')}, ${formatBytes(probe.bytes)}, ${plural(columns.length, 'column')}, ${layout}, in ${location}${
      table.source.project === projectId ? '' : `, of project ${table.source.project}, paid for by ${projectId}`
    }`,
  });
  const key = await guard('key', () => Promise.resolve(targetKeyOf(table, description)));
  if (key === undefined) return { table, findings };
  findings.push(...((await guard('access', () => accessFindings(source, table, description, signal))) ?? []));
  findings.push(...exactnessFindings(table, description, key));
  findings.push(...keyFindings(table, key));

  const plan = await guard('price', async () => {
    const progress = operations === undefined ? undefined : await readProgress(operations, table.id);
    return planTable({ source, table, description, progress, signal });
  });
  if (plan !== undefined) findings.push(...cursorFindings(table, plan), ...rescanFindings(table, plan), ...priceFindings(table, plan));
  const target = { table, description, key, typeName: typeNames.get(table.id) ?? table.target.table };
  if (files.length > 0) findings.push(...checkDeclared(declared, files, target));
  if (operations === undefined) findings.push(...newTargetFindings(target));
  else findings.push(...((await guard('target', () => checkTarget(operations, target))) ?? []));
  return { table, findings, plan };
}

function keyFindings(table: TableSpec, key: ReturnType<typeof targetKeyOf>): Finding[] {
  const finding = (rest: Omit<Finding, 'table' | 'check'>): Finding => ({ table: table.id, check: 'key', ...rest });
  if (key.kind === 'columns') {
    return [
      finding({
        level: 'ok',
        message: `${keyText(key)} (${table.primaryKey === undefined ? 'declared in BigQuery' : 'configured'})${readAlong(table, key.columns)}`,
      }),
    ];
  }
  return [
    finding({
      level: 'warning',
      message: `no key: rows are told apart by ${keyText(key)}, so an update in BigQuery becomes a further row, and ${
        key.ordinal ? 'identical rows are kept' : 'identical rows collapse into one'
      }`,
      fix: 'name the identifying columns under primaryKey, if rows are ever updated',
    }),
  ];
}

/** Key columns that the configuration does not list. */
function readAlong({ columns }: TableSpec, key: readonly string[]): string {
  const unlisted = columns === 'all' ? [] : key.filter((name) => !columns.includes(name));
  return unlisted.length === 0 ? '' : `; ${unlisted.join(', ')} is read along, though columns leaves it out`;
}
