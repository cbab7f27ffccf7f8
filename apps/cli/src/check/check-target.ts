import type { TableDescription, TableSpec, TargetKey } from '@bqsync/core';
import { compileRowPlan, primaryKeyFor, targetAttributes, targetGraphql } from '@bqsync/harper';
import type { Operations } from '../harper/operations.ts';
import { readTargetShape, targetRef } from '../harper/target-shape.ts';
import type { Finding } from './finding.ts';

/** Whether the target can hold the columns, and what it loses of them. */
export async function checkTarget(
  operations: Operations,
  table: TableSpec,
  description: TableDescription,
  key: TargetKey,
): Promise<readonly Finding[]> {
  const target = targetRef(table);
  const name = `${target.database}.${target.table}`;
  const finding = (rest: Omit<Finding, 'table'>): Finding => ({ table: table.id, ...rest });
  const fitting = targetGraphql(target, targetAttributes(description.columns, table.cursorColumn, key));
  const shape = await readTargetShape(operations, target);
  if (shape === undefined) {
    if (table.createTarget) {
      const created = finding({ level: 'ok', check: 'target', message: `${name} does not exist yet; it is created with lossless types` });
      return [created, ...newTargetFindings(table, description, key)];
    }
    return [
      finding({
        level: 'error',
        check: 'target',
        code: 'BQS_TARGET_MISSING',
        message: `${name} does not exist and createTables is off`,
        fix: `set createTables: true, or add to your schema: ${fitting}`,
      }),
    ];
  }
  const plan = compileRowPlan(description.columns, table.cursorColumn, key, shape);
  const findings: Finding[] = plan.problems.map((problem) =>
    finding({
      level: 'error',
      check: 'target',
      code: 'BQS_TARGET_INCOMPATIBLE',
      message: `${name}: ${problem}`,
      fix: `change its schema; one that fits: ${fitting}`,
    }),
  );
  if (findings.length === 0) {
    findings.push(finding({ level: 'ok', check: 'target', message: `${name} exists and holds every column` }));
  }
  for (const notice of plan.notices) findings.push(finding({ level: 'warning', check: 'types', message: notice }));
  return findings;
}

/** What a target that the plugin makes does not hold as BigQuery has it: names that Harper uses itself. */
export function newTargetFindings(table: TableSpec, { columns }: TableDescription, key: TargetKey): readonly Finding[] {
  const attributes = targetAttributes(columns, table.cursorColumn, key);
  const plan = compileRowPlan(columns, table.cursorColumn, key, { primaryKey: primaryKeyFor(key), attributes, sealed: false });
  return plan.notices.map((message) => ({ level: 'warning', check: 'types', table: table.id, message }));
}
