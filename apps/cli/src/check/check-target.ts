import type { TableDescription, TableSpec, TargetKey } from '@bqsync/core';
import { compileRowPlan, SYNCED_AT } from '@bqsync/harper';
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
            fix: `create it with an ID as its primary key and the attribute ${SYNCED_AT}, or set createTables: true`,
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
      fix: 'change the declaration; an undeclared attribute, or one of the type Any, holds every value exactly',
    }),
  );
  if (findings.length === 0) {
    findings.push(finding({ level: 'ok', check: 'target', message: `${name} exists and holds every column` }));
    // Its index is what makes targets searchable by time; the sink adds it, so that a missing one is no fault.
  }
  for (const notice of plan.notices) findings.push(finding({ level: 'warning', check: 'types', message: notice }));
  return findings;
}
