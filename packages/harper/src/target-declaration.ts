import type { Column, TableSpec, TargetKey } from '@bqsync/core';
import type { HarperAttribute } from './harper-runtime.ts';
import { type StoredColumn, storedColumns, SYNCED_AT } from './row-plan.ts';
import { attributeText, isGraphqlName, RESERVED_TYPES, tableType, targetType } from './target-graphql.ts';
import { primaryKeyFor, targetAttributes, type TargetName, targetName } from './target-table.ts';

/** A target as a Harper application's schema declares it. */
export interface TargetDeclaration {
  readonly target: TargetName;
  /** The GraphQL type. Harper serves the rows under its name, `/PortEvents/`. */
  readonly typeName: string;
  readonly attributes: readonly HarperAttribute[];
  /** Columns under names that GraphQL does not take. They are stored all the same. */
  readonly undeclared: readonly StoredColumn[];
  /** Several lines without an end of line. */
  readonly graphql: string;
}

/**
 * The GraphQL type of each table's target, by the table's id: the target's own name where GraphQL takes it and no other target has it. The
 * same tables give the same names.
 */
export function targetTypeNames(tables: readonly TableSpec[]): ReadonlyMap<string, string> {
  const targets = tables.map((table) => ({ id: table.id, target: targetName(table) }));
  const taken = new Set(RESERVED_TYPES);
  const names = new Map<string, string>();
  // Targets that keep their own name come first, so that none of them loses it to another's substitute.
  for (const { id, target } of targets) {
    if (!isGraphqlName(target.table) || taken.has(target.table)) continue;
    taken.add(target.table);
    names.set(id, target.table);
  }
  for (const { id, target } of targets) {
    if (names.has(id)) continue;
    const wanted = `${target.database}_${target.table}`.replaceAll(/[^A-Za-z0-9_]/g, '_');
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
    taken.add(name);
    names.set(id, name);
  }
  return names;
}

/**
 * Declares a target with every column, losslessly, its cursor indexed, and has Harper serve it over REST and GraphQL.
 *
 * @example
 * const { graphql } = declareTarget(table, columns, key, targetTypeNames(config.tables).get(table.id));
 */
export function declareTarget(
  table: TableSpec,
  columns: readonly Column[],
  key: TargetKey,
  typeName = targetType(targetName(table)),
): TargetDeclaration {
  const target = targetName(table);
  const primaryKey = primaryKeyFor(key);
  const attributes = targetAttributes(columns, table.cursorColumn, key);
  const stored = storedColumns(columns, key, { primaryKey, attributes: [], sealed: false });
  const undeclared = stored.filter(({ attribute }) => !isGraphqlName(attribute));
  const remarks = new Map(stored.map((each) => [each.attribute, remarkOf(each)]));
  remarks.set(primaryKey, keyRemark(key, primaryKey, columns));
  remarks.set(SYNCED_AT, "when BigQuery had the row like this: the snapshot of the row's last write");
  const { project, dataset, table: name } = table.source;
  const graphql = [
    `# ${project}.${dataset}.${name}${typeName === target.table ? '' : `; served as /${typeName}/`}`,
    `${tableType(target, typeName)} {`,
    ...attributes.map((attribute) => `  ${attributeText(attribute)}${remarkText(remarks.get(attribute.name))}`),
    ...undeclared.flatMap((each, index) => [
      ...(index === 0 ? ['  # Stored, too, but not declared, since GraphQL does not take their names:'] : []),
      `  # ${JSON.stringify(each.attribute)}${remarkText(remarkOf(each))}`,
    ]),
    '}',
  ].join('\n');
  return { target, typeName, attributes, undeclared, graphql };
}

function remarkText(remark: string | undefined): string {
  return remark === undefined ? '' : ` # ${remark}`;
}

/** BigQuery's type, and its name where the attribute has another. */
function remarkOf({ column, attribute }: StoredColumn): string {
  const type = typeOf(column);
  return attribute === column.name ? type : `column ${JSON.stringify(column.name)}, ${type}`;
}

function keyRemark(key: TargetKey, primaryKey: string, columns: readonly Column[]): string {
  if (key.kind !== 'columns') return "a hash of the row's content";
  const [only, second] = key.columns;
  const column = columns.find(({ name }) => name === only);
  if (second !== undefined || only !== primaryKey) return `made of ${key.columns.map((name) => JSON.stringify(name)).join(', ')}`;
  return column === undefined ? 'the key' : typeOf(column);
}

function typeOf({ type, repeated }: Column): string {
  return repeated ? `ARRAY<${type}>` : type;
}
