import type { BigQueryDescription } from '@bqsync/bigquery';
import type { TableSpec, TargetKey } from '@bqsync/core';
import type { Finding } from './finding.ts';

/** What of a table this account may not see, or not as it is now, and what that means for the copy. */
export function exactnessFindings(table: TableSpec, description: BigQueryDescription, key: TargetKey): Finding[] {
  const { filtered, notices = [], rowPolicies, guardedColumns, maxStaleness } = description;
  const finding = (rest: Omit<Finding, 'table' | 'check'>): Finding => ({ table: table.id, check: 'exactness', ...rest });
  const needed = [table.cursorColumn, ...(key.kind === 'columns' ? key.columns : [])];
  const findings = notices.map((message) => finding({ level: 'warning', message, fix: fixOf(message, table, maxStaleness) }));
  const guarded = guardedColumns.filter((name) => needed.includes(name));
  if (guarded.length > 0) {
    findings.push(
      finding({
        level: 'warning',
        message: `${guarded.join(', ')} ${guarded.length === 1 ? 'finds or identifies' : 'find or identify'} rows: where it comes masked, rows are missed or taken for others`,
        fix: 'give this account roles/datacatalog.categoryFineGrainedReader on the policy tag, or name other columns',
      }),
    );
  }
  if (rowPolicies === 'unknown') {
    findings.push(
      finding({
        level: 'ok',
        message:
          'whether row access policies filter its rows is not known yet: this account may not list them (bigquery.rowAccessPolicies.list); the first query tells',
      }),
    );
  } else if (filtered !== true && notices.length === 0) {
    findings.push(
      finding({ level: 'ok', message: 'no row access policies, masked columns or staleness: the copy is all that the table holds' }),
    );
  }
  return findings;
}

function fixOf(notice: string, table: TableSpec, maxStaleness: bigint): string | undefined {
  if (notice.startsWith('row access'))
    return 'verify compares what this account may see; give it a policy with the filter TRUE for all rows';
  if (notice.includes('data policy') || notice.includes('policy tag') || notice.includes('masked'))
    return 'leave these columns out under columns, or give this account the fine-grained reader role';
  if (maxStaleness > 0n && notice.includes('maxStaleness'))
    return `have changes raise ${table.cursorColumn}; bqsync verify finds what did not`;
  return undefined;
}
