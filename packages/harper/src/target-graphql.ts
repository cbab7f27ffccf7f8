import { DEFAULT_DATABASE, type HarperAttribute } from './harper-runtime.ts';
import type { TargetName } from './target-table.ts';

/** What a GraphQL type of Harper cannot be named: its scalar types, of which it would take the place, and the paths that it serves itself. */
export const RESERVED_TYPES: ReadonlySet<string> = new Set([
  ...['ID', 'Int', 'Float', 'Long', 'String', 'Boolean', 'Date', 'Bytes', 'Any', 'BigInt', 'Blob'],
  ...['graphql', 'openapi'],
]);

/** Whether GraphQL and Harper take the name as one of a type's or an attribute's. */
export function isGraphqlName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== '__proto__';
}

/** The GraphQL type of a target that no other stands beside. */
export function targetType({ database, table }: TargetName): string {
  return isGraphqlName(table) && !RESERVED_TYPES.has(table) ? table : `${database}_${table}`.replaceAll(/[^A-Za-z0-9_]/g, '_');
}

/** `type PortEvents @table @export`: a table that Harper serves over REST and GraphQL under the type's name. */
export function tableType({ database, table }: TargetName, typeName: string): string {
  const options = [
    ...(database === DEFAULT_DATABASE ? [] : [`database: "${database}"`]),
    ...(table === typeName ? [] : [`table: "${table}"`]),
  ];
  return `type ${typeName} @table${options.length === 0 ? '' : `(${options.join(', ')})`} @export`;
}

export function attributeText({ name, type, isPrimaryKey, indexed }: HarperAttribute): string {
  const directive = isPrimaryKey === true ? ' @primaryKey' : indexed === true ? ' @indexed' : '';
  return `${name}: ${type ?? 'Any'}${directive}`;
}

/** A declaration on one line, for hints. */
export function targetGraphql(target: TargetName, attributes: readonly HarperAttribute[]): string {
  return `${tableType(target, targetType(target))} { ${attributes.map(attributeText).join(', ')} }`;
}
