import { readFile } from 'node:fs/promises';
import { BqsyncError } from '@bqsync/errors';
import type { HarperAttribute, TargetShape } from '@bqsync/harper';
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  GraphQLError,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type TypeNode,
} from 'graphql';
import type { TargetRef } from '../harper/operations.ts';

/** A target as a file of the application's schema declares it. */
export interface DeclaredTarget extends TargetRef {
  readonly file: string;
  readonly shape: TargetShape;
  readonly exported: boolean;
}

/**
 * Every table that files of a Harper application's schema declare.
 *
 * @throws `BQS_CONFIG_UNREADABLE`, or `BQS_CONFIG_INVALID` with the place that is not GraphQL.
 */
export async function readSchemaFiles(files: readonly string[]): Promise<readonly DeclaredTarget[]> {
  const read: { readonly file: string; readonly type: ObjectTypeDefinitionNode }[] = [];
  for (const file of files) for (const type of await objectTypes(file)) read.push({ file, type });
  const types = new Map(read.map(({ type }) => [type.name.value, type]));
  return read.flatMap(({ file, type }) => {
    const table = directive(type, 'table');
    if (table === undefined) return [];
    const attributes = (type.fields ?? []).map((field) => attributeOf(field, types));
    return [
      {
        file,
        database: argument(table, 'database') ?? argument(table, 'schema') ?? 'data',
        table: argument(table, 'table') ?? type.name.value,
        shape: {
          primaryKey: attributes.find(({ isPrimaryKey }) => isPrimaryKey === true)?.name ?? 'id',
          attributes,
          sealed: directive(type, 'sealed') !== undefined,
        },
        exported: directive(type, 'export') !== undefined,
      },
    ];
  });
}

async function objectTypes(file: string): Promise<readonly ObjectTypeDefinitionNode[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new BqsyncError('BQS_CONFIG_UNREADABLE', `the schema file ${file} cannot be read (${errno})`, {
      hint: 'check its path and permissions; bqsync schema prints one',
      cause,
    });
  }
  try {
    return parse(text).definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    const { line, column } = cause.locations?.[0] ?? { line: 1, column: 1 };
    throw new BqsyncError('BQS_CONFIG_INVALID', `${file}:${line}:${column} is not GraphQL: ${cause.message}`, {
      hint: 'correct the file; bqsync schema prints a valid one',
      context: { file, line, column },
      cause,
    });
  }
}

type Types = ReadonlyMap<string, ObjectTypeDefinitionNode>;

function attributeOf(field: FieldDefinitionNode, types: Types, within: readonly string[] = []): HarperAttribute {
  const has = (name: string): true | undefined => (directive(field, name) === undefined ? undefined : true);
  return {
    ...typed(field.name.value, field.type, types, within),
    isPrimaryKey: has('primaryKey'),
    indexed: has('indexed'),
    assignCreatedTime: has('createdTime'),
    assignUpdatedTime: has('updatedTime'),
    relationship: has('relationship'),
    computed: has('computed'),
  };
}

function typed(name: string, type: TypeNode, types: Types, within: readonly string[]): HarperAttribute {
  if (type.kind === Kind.NON_NULL_TYPE) return { ...typed(name, type.type, types, within), nullable: false };
  if (type.kind === Kind.LIST_TYPE) return { name, type: 'array', elements: typed('', type.type, types, within) };
  const typeName = type.name.value;
  const definition = types.get(typeName);
  // A type may hold itself; what it declares within itself again says nothing more.
  if (definition === undefined || within.includes(typeName)) return { name, type: typeName };
  return { name, type: typeName, properties: (definition.fields ?? []).map((field) => attributeOf(field, types, [...within, typeName])) };
}

function directive(node: ObjectTypeDefinitionNode | FieldDefinitionNode, name: string): ConstDirectiveNode | undefined {
  return node.directives?.find((each) => each.name.value === name);
}

function argument(node: ConstDirectiveNode, name: string): string | undefined {
  const value = node.arguments?.find((each) => each.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
