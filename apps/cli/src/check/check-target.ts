import type { TableDescription, TableSpec, TargetKey } from '@bqsync/core';
import { compileRowPlan, declareTarget, primaryKeyFor, targetAttributes, targetGraphql } from '@bqsync/harper';
import type { Operations } from '../harper/operations.ts';
import { readServedPaths } from '../harper/served-paths.ts';
import { readTargetShape, targetRef } from '../harper/target-shape.ts';
import type { Finding } from './finding.ts';
import type { DeclaredTarget } from './schema-files.ts';
import { shapeFindings } from './shape-findings.ts';

export interface CheckedTarget {
  readonly table: TableSpec;
  readonly description: TableDescription;
  readonly key: TargetKey;
  /** The GraphQL type under which `bqsync schema` declares it. */
  readonly typeName: string;
}

/** Whether the target in Harper can hold the columns, what it loses of them, and whether it can be queried. */
export async function checkTarget(operations: Operations, target: CheckedTarget): Promise<readonly Finding[]> {
  const { table, typeName } = target;
  const ref = targetRef(table);
  const name = `${ref.database}.${ref.table}`;
  const shape = await readTargetShape(operations, ref);
  const served = (await readServedPaths(operations)).has(`/${typeName}/`);
  const findings =
    shape === undefined
      ? [missing(target, name), ...(table.createTarget ? newTargetFindings(target) : [])]
      : shapeFindings(target, name, shape);
  if (!served) {
    findings.push({
      level: 'warning',
      table: table.id,
      check: 'schema',
      message: `${name} is not exported: Harper answers GET /${typeName}/ with 404${shape === undefined && table.createTarget ? ', also once the plugin has created it' : ''}`,
      fix: schemaFix(table),
    });
  }
  return findings;
}

/** The same of a schema that is not in Harper yet. */
export function checkDeclared(declared: readonly DeclaredTarget[], files: readonly string[], target: CheckedTarget): readonly Finding[] {
  const { table } = target;
  const ref = targetRef(table);
  const found = declared.find((each) => each.database === ref.database && each.table === ref.table);
  const name = `${ref.database}.${ref.table}`;
  const finding = (message: string): Finding => ({ level: 'warning', table: table.id, check: 'schema', message, fix: schemaFix(table) });
  if (found === undefined) {
    const made = table.createTarget
      ? 'the plugin creates it, and Harper does not serve such a table over REST or GraphQL'
      : 'createTables is off';
    return [finding(`${files.join(', ')} does not declare ${name}: ${made}`)];
  }
  const findings = shapeFindings(target, `${found.file}: ${name}`, found.shape);
  if (!found.exported) findings.push(finding(`${found.file}: ${name} is not exported: Harper serves it neither over REST nor GraphQL`));
  return findings;
}

function missing({ table, description, key }: CheckedTarget, name: string): Finding {
  if (table.createTarget) {
    return { level: 'ok', table: table.id, check: 'target', message: `${name} does not exist yet; it is created with lossless types` };
  }
  const { target, attributes } = declareTarget(table, description.columns, key);
  return {
    level: 'error',
    table: table.id,
    check: 'target',
    code: 'BQS_TARGET_MISSING',
    message: `${name} does not exist and createTables is off`,
    fix: `set createTables: true, or add to your schema: ${targetGraphql(target, attributes)}`,
  };
}

function schemaFix({ id }: TableSpec): string {
  return `put what bqsync schema ${id} prints into the application's schema`;
}

/** What a target that the plugin makes does not hold as BigQuery has it: names that Harper uses itself. */
export function newTargetFindings({ table, description: { columns }, key }: CheckedTarget): readonly Finding[] {
  const attributes = targetAttributes(columns, table.cursorColumn, key);
  const plan = compileRowPlan(columns, table.cursorColumn, key, { primaryKey: primaryKeyFor(key), attributes, sealed: false });
  return plan.notices.map((message) => ({ level: 'warning', check: 'types', table: table.id, message }));
}
