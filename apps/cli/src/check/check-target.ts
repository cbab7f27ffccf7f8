import type { TableDescription, TableSpec, TargetKey } from '@bqsync/core';
import { compileRowPlan, targetAttributes, targetGraphql } from '@bqsync/harper';
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
    return [
      table.createTarget
        ? finding({ level: 'ok', check: 'target', message: `${name} does not exist yet; it is created with lossless types` })
        : finding({
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
