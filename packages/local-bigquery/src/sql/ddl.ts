import type { Name, TypeNode } from './ast.ts';
import { castTo } from './cast.ts';
import { coerce } from './coerce.ts';
import { type Compiled, type Ddl, type Field, SqlError, type TableAlteration } from './contract.ts';
import { compileQuery } from './compile.ts';
import type { AlterAction, ColumnNode, DdlStatement } from './ddl-ast.ts';
import { columnOptions, schemaOptions, tableOptions, textOf } from './ddl-options.ts';
import { partitionBody } from './ddl-partition.ts';
import { defaultSql } from './default-value.ts';
import type { Environment } from './environment.ts';
import { typeOf } from './expression.ts';
import { notSupported, type Place } from './place.ts';
import { quoteIdentifier } from './quote.ts';
import { fieldType, scalarNamed, storageType, toField } from './types.ts';

type Body = Record<string, unknown>;
type Create = Extract<DdlStatement, { kind: 'createTable' }>;

/** Resolves a statement that changes the catalog into what the REST API would be sent for it. */
export function compileDdl(ddl: DdlStatement, at: Place, env: Environment): Compiled {
  switch (ddl.kind) {
    case 'createTable':
      return createTable(ddl, at, env);
    case 'createView':
      return createView(ddl, env);
    case 'createSchema': {
      const { orReplace, ifNotExists } = ddl;
      return plain('CREATE_SCHEMA', {
        kind: 'createSchema',
        orReplace,
        ifNotExists,
        path: texts(ddl.path),
        body: schemaOptions(ddl.options, env),
      });
    }
    case 'alterSchema':
      return plain('ALTER_SCHEMA', {
        kind: 'alterSchema',
        ifExists: ddl.ifExists,
        path: texts(ddl.path),
        body: schemaOptions(ddl.options, env),
      });
    case 'createPolicy': {
      const { orReplace, ifNotExists } = ddl;
      const grantees = ddl.grantees.map((expr) => textOf(expr, env));
      const policyId = ddl.name.text;
      return plain('CREATE_ROW_ACCESS_POLICY', {
        kind: 'createPolicy',
        orReplace,
        ifNotExists,
        path: texts(ddl.path),
        policyId,
        grantees,
        filterPredicate: ddl.text,
      });
    }
    case 'dropPolicy':
      return plain(ddl.name ? 'DROP_ROW_ACCESS_POLICY' : 'DROP_ALL_ROW_ACCESS_POLICIES', {
        kind: 'dropPolicy',
        ifExists: ddl.ifExists,
        path: texts(ddl.path),
        ...(ddl.name ? { policyId: ddl.name.text } : {}),
      });
    case 'alterTable':
      return plain('ALTER_TABLE', {
        kind: 'alterTable',
        ifExists: ddl.ifExists,
        path: texts(ddl.path),
        changes: ddl.actions.map((action) => alteration(action, env)),
      });
    case 'drop':
      return plain(`DROP_${ddl.what.replace(' ', '_')}`, { ...ddl, path: texts(ddl.path) });
  }
}

const texts = (path: readonly Name[]): string[] => path.map((name) => name.text);

const plain = (statementType: string, ddl: Ddl): Compiled => ({ kind: 'ddl', statementType, ddl, references: [] });

function createTable(ddl: Create, at: Place, env: Environment): Compiled {
  if (ddl.orReplace && ddl.ifNotExists) throw new SqlError('CREATE TABLE cannot have both OR REPLACE and IF NOT EXISTS', at);
  const query = ddl.query && compileQuery(ddl.query, env);
  if (ddl.columns.length === 0 && query === undefined && ddl.like === undefined)
    throw new SqlError('No column definition list or query in CREATE TABLE', at);
  const declared = ddl.columns.map((column) => columnBody(column, env));
  const fields = declared.length > 0 ? declared : (query?.fields ?? []).map(bodyOf);
  const select = query && selectInto(ddl, query, env);
  const { body: options, flags } = tableOptions(ddl.options, env);
  const partition = ddl.partitionBy ? partitionBody(ddl.partitionBy, env) : {};
  const body = {
    ...withPartitionExpiry(options, partition),
    ...(ddl.like ? {} : { schema: { fields } }),
    ...(ddl.clusterBy.length > 0 ? { clustering: { fields: texts(ddl.clusterBy) } } : {}),
    ...(ddl.primaryKey.length > 0 ? { tableConstraints: { primaryKey: { columns: texts(ddl.primaryKey) } } } : {}),
  };
  const { orReplace, ifNotExists } = ddl;
  return {
    kind: 'ddl',
    statementType: query ? 'CREATE_TABLE_AS_SELECT' : 'CREATE_TABLE',
    ddl: {
      kind: 'createTable',
      orReplace,
      ifNotExists,
      path: texts(ddl.path),
      body,
      flags,
      ...(ddl.like ? { like: texts(ddl.like) } : {}),
      ...(select ? { select } : {}),
    },
    references: query?.references ?? [],
  };
}

/** The API keeps the expiry of partitions with the partitioning. */
function withPartitionExpiry(options: Body, partition: Body): Body {
  const { partitionExpirationMs, ...rest } = options;
  const time = partition['timePartitioning'];
  if (partitionExpirationMs === undefined || time === undefined) return { ...rest, ...partition };
  return { ...rest, timePartitioning: { ...(time as Body), expirationMs: partitionExpirationMs } };
}

/** The query's columns as the declared ones, in their order. */
function selectInto(ddl: Create, query: Compiled & { kind: 'select' }, env: Environment): { sql: string; fields: readonly Field[] } {
  if (ddl.columns.length === 0) return { sql: query.sql, fields: query.fields };
  if (ddl.columns.length !== query.fields.length) {
    throw new SqlError(
      `The number of columns in the column definition list does not match the number of columns produced by the query: ${String(ddl.columns.length)} and ${String(query.fields.length)}`,
      ddl.query?.at,
    );
  }
  const alias = env.alias();
  const list = query.fields.map((field, i) => {
    const column = ddl.columns[i];
    if (column === undefined) throw new RangeError('each column has its node');
    const type = typeOf(column.type, true);
    const value = { type: fieldType(field), sql: `${alias}.${quoteIdentifier(field.name)}`, at: column.at, constant: false };
    if (coerce(value, type) === undefined)
      throw new SqlError(
        `Column ${column.name.text} has another type than the query's column ${field.name}, to which it cannot be coerced`,
        column.at,
      );
    return `CAST(${castTo(value, type, column.at).sql} AS ${storageType(type)}) AS ${quoteIdentifier(column.name.text)}`;
  });
  const fields = ddl.columns.map((column) => toField(column.name.text, typeOf(column.type, true)));
  return { sql: `SELECT ${list.join(', ')} FROM (${query.sql}) AS ${alias}`, fields };
}

function createView(ddl: Extract<DdlStatement, { kind: 'createView' }>, env: Environment): Compiled {
  const query = compileQuery(ddl.query, env);
  if (ddl.columns.length > 0 && ddl.columns.length !== query.fields.length)
    throw new SqlError('The view has another number of columns than its query', ddl.query.at);
  const fields = query.fields.map((field, i) => ({ ...field, name: ddl.columns[i]?.text ?? field.name }));
  const { body: options, flags } = tableOptions(ddl.options, env);
  if (flags.changeHistory !== undefined) throw new SqlError('A view has no option enable_change_history');
  const view = ddl.materialized ? { materializedView: { query: ddl.text } } : { view: { query: ddl.text, useLegacySql: false } };
  const { orReplace, ifNotExists } = ddl;
  const resolved: Ddl = { kind: 'createView', orReplace, ifNotExists, path: texts(ddl.path), body: { ...options, ...view }, fields };
  // What the query would read is not read now.
  return plain(ddl.materialized ? 'CREATE_MATERIALIZED_VIEW' : 'CREATE_VIEW', resolved);
}

function alteration(action: AlterAction, env: Environment): TableAlteration {
  switch (action.kind) {
    case 'addColumn':
      return { kind: 'addColumn', ifNotExists: action.ifNotExists, field: columnBody(action.column, env) };
    case 'dropColumn':
      return { kind: 'dropColumn', ifExists: action.ifExists, name: action.name.text };
    case 'renameColumn':
      return { kind: 'renameColumn', ifExists: action.ifExists, name: action.name.text, to: action.to.text };
    case 'renameTo':
      return { kind: 'renameTo', name: action.name.text };
    case 'setOptions':
      return { kind: 'setOptions', ...tableOptions(action.options, env) };
    case 'addPrimaryKey':
      return { kind: 'setPrimaryKey', columns: texts(action.columns), ifExists: false };
    case 'dropPrimaryKey':
      return { kind: 'setPrimaryKey', columns: undefined, ifExists: action.ifExists };
    case 'alterColumn': {
      const { ifExists, change } = action;
      const name = action.name.text;
      if (change.kind === 'setType') return { kind: 'setType', ifExists, name, field: fieldBody(name, change.type, env) };
      if (change.kind === 'setDefault') return { kind: 'setDefault', ifExists, name, text: change.text };
      if (change.kind === 'dropDefault') return { kind: 'setDefault', ifExists, name, text: undefined };
      if (change.kind === 'dropNotNull') return { kind: 'dropNotNull', ifExists, name };
      return { kind: 'setColumnOptions', ifExists, name, field: columnOptions(change.options, env) };
    }
  }
}

function columnBody(column: ColumnNode, env: Environment): Body {
  const body = fieldBody(column.name.text, column.type, env, column.notNull);
  if (column.notNull && body['mode'] === 'REPEATED')
    throw new SqlError(`NOT NULL cannot be set on the ARRAY column ${column.name.text}`, column.at);
  if (column.defaultText !== undefined) {
    const field = toField(column.name.text, typeOf(column.type, true));
    // Says what is wrong with it now, not when the first row is stored.
    defaultSql({ ...field, defaultValue: column.defaultText }, env.options.nowMicros, env.options.sessionUser);
  }
  return {
    ...body,
    ...columnOptions(column.options, env),
    ...(column.defaultText === undefined ? {} : { defaultValueExpression: column.defaultText }),
  };
}

/** A field as the REST API has it. */
function fieldBody(name: string, type: TypeNode, env: Environment, notNull = false): Body {
  const mode = notNull ? 'REQUIRED' : 'NULLABLE';
  switch (type.kind) {
    case 'array':
      if (type.element.kind === 'array') throw new SqlError('Arrays of arrays are not supported', type.at);
      return { ...fieldBody(name, type.element, env), mode: 'REPEATED' };
    case 'struct':
      return {
        name,
        type: 'RECORD',
        mode,
        fields: type.fields.map((field) => {
          if (field.name === undefined) throw new SqlError(`A field of the STRUCT column ${name} has no name`, type.at);
          return { ...fieldBody(field.name, field.type, env, field.notNull ?? false), ...columnOptions(field.options ?? [], env) };
        }),
      };
    case 'range': {
      const element = typeOf(type.element).kind;
      return { name, type: 'RANGE', mode, rangeElementType: { type: element } };
    }
    case 'scalar': {
      const scalar = scalarNamed(type.name);
      if (scalar === undefined) throw new SqlError(`Type not found: ${type.name}`, type.at);
      return { name, type: scalar.kind, mode, ...parameterBody(scalar.kind, type) };
    }
  }
}

function parameterBody(kind: string, { parameters = [], name, at }: Extract<TypeNode, { kind: 'scalar' }>): Body {
  const [first, second] = parameters;
  if (first === undefined) return {};
  if ((kind === 'STRING' || kind === 'BYTES') && second === undefined) return { maxLength: String(first) };
  if ((kind === 'NUMERIC' || kind === 'BIGNUMERIC') && parameters.length <= 2) {
    const [digits, scale] = kind === 'NUMERIC' ? [29n, 9n] : [38n, 38n];
    const places = second ?? 0n;
    if (first < 1n || places > scale || first - places > digits)
      throw new SqlError(`Invalid parameters of ${name}: (${parameters.join(', ')})`, at);
    if (kind === 'BIGNUMERIC') throw notSupported('BIGNUMERIC with parameters', at);
    return { precision: String(first), ...(second === undefined ? {} : { scale: String(second) }) };
  }
  throw new SqlError(`${name} does not support type parameters`, at);
}

/** A result's column as the REST API has it. */
function bodyOf(field: Field): Body {
  return {
    name: field.name,
    type: field.type,
    mode: field.mode === 'REPEATED' ? 'REPEATED' : 'NULLABLE',
    ...(field.fields ? { fields: field.fields.map(bodyOf) } : {}),
    ...(field.rangeElementType ? { rangeElementType: { type: field.rangeElementType } } : {}),
  };
}
