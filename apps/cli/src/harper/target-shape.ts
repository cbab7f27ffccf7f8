import type { TableSpec } from '@bqsync/core';
import type { HarperAttribute, TargetShape } from '@bqsync/harper';
import { isRecord, type Operations, type TargetRef } from './operations.ts';

const DEFAULT_DATABASE = 'data';

export function targetRef(table: TableSpec): TargetRef {
  return { database: table.target.database ?? DEFAULT_DATABASE, table: table.target.table };
}

/**
 * How the target is declared; undefined if it does not exist. The operations API shows element and property types one level deep: what is
 * declared further down counts as undeclared.
 */
export async function readTargetShape(operations: Operations, target: TargetRef): Promise<TargetShape | undefined> {
  const described = await operations.call({ operation: 'describe_table', ...target });
  if (!isRecord(described)) return undefined;
  const attributes = Array.isArray(described['attributes']) ? described['attributes'].filter(isRecord).map(attributeOf) : [];
  return {
    primaryKey: typeof described['hash_attribute'] === 'string' ? described['hash_attribute'] : 'id',
    attributes,
    sealed: described['sealed'] === true,
  };
}

function attributeOf(shown: Readonly<Record<string, unknown>>): HarperAttribute {
  const name = text(shown['attribute']) ?? '';
  const elements = text(shown['elements']);
  const properties = Array.isArray(shown['properties']) ? shown['properties'].filter(isRecord) : undefined;
  // Harper keeps the times of creation and update in these where a table was made without a schema.
  const createdTime = shown['assigned_created_time'] === true || name === '__createdtime__';
  const updatedTime = shown['assigned_updated_time'] === true || name === '__updatedtime__';
  return {
    name,
    type: text(shown['type']),
    isPrimaryKey: shown['is_primary_key'] === true,
    indexed: shown['indexed'],
    nullable: typeof shown['nullable'] === 'boolean' ? shown['nullable'] : undefined,
    assignCreatedTime: createdTime,
    assignUpdatedTime: updatedTime,
    computed: shown['computed'],
    properties: properties?.map((property) => ({ name: text(property['name']) ?? '', type: text(property['type']) })),
    elements: elements === undefined ? undefined : { name: '', type: elements },
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
