import { compileRowPlan, declareTarget, targetGraphql, type TargetShape } from '@bqsync/harper';
import type { CheckedTarget } from './check-target.ts';
import type { Finding } from './finding.ts';

/** What a target's declaration means for the columns: errors where it cannot hold them, warnings where something is lost or cannot be queried. */
export function shapeFindings({ table, description, key }: CheckedTarget, name: string, shape: TargetShape): Finding[] {
  const finding = (rest: Omit<Finding, 'table'>): Finding => ({ table: table.id, ...rest });
  const { target, attributes } = declareTarget(table, description.columns, key);
  const plan = compileRowPlan(description.columns, table.cursorColumn, key, shape);
  const findings: Finding[] = plan.problems.map((problem) =>
    finding({
      level: 'error',
      check: 'target',
      code: 'BQS_TARGET_INCOMPATIBLE',
      message: `${name}: ${problem}`,
      fix: `change its schema; one that fits: ${targetGraphql(target, attributes)}`,
    }),
  );
  if (findings.length === 0) {
    findings.push(finding({ level: 'ok', check: 'target', message: `${name} holds every column` }));
  }
  for (const notice of plan.notices) findings.push(finding({ level: 'warning', check: 'types', message: notice }));

  const declarable = new Set(attributes.map((attribute) => attribute.name));
  const declared = new Map(shape.attributes.map((attribute) => [attribute.name, attribute]));
  const lacking = plan.columns
    .map(({ attribute }) => attribute)
    .filter((attribute) => declarable.has(attribute) && !declared.has(attribute));
  if (lacking.length > 0 && !shape.sealed) {
    findings.push(
      finding({
        level: 'warning',
        check: 'schema',
        message: `${name} does not declare ${lacking.map((attribute) => `"${attribute}"`).join(', ')}: stored, but no query can filter or sort by it`,
        fix: `bqsync schema ${table.id} prints a declaration of every column`,
      }),
    );
  }
  const { cursor } = plan;
  if (cursor !== undefined && declared.has(cursor) && !isIndexed(declared.get(cursor)?.indexed) && !table.createTarget) {
    findings.push(
      finding({
        level: 'warning',
        check: 'schema',
        message: `${name} has no index on "${cursor}", and with createTables off the plugin does not add one`,
        fix: `declare it with @indexed, as bqsync schema ${table.id} does`,
      }),
    );
  }
  return findings;
}

function isIndexed(indexed: unknown): boolean {
  return indexed !== undefined && indexed !== null && indexed !== false;
}
