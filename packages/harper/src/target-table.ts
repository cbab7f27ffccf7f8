import type { Column, TableSpec, TargetKey } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardReads } from './guard-reads.ts';
import { DEFAULT_DATABASE, findTable, type HarperAttribute, type HarperRuntime, type HarperTable } from './harper-runtime.ts';
import { storedColumns, SYNCED_AT } from './row-plan.ts';
import { isStateTable } from './state-schema.ts';
import { isFreeAttribute } from './stored-name.ts';
import { inTableTurn } from './table-turn.ts';
import { isGraphqlName, targetGraphql } from './target-graphql.ts';

const POLL_MS = 25;
/** How much later each thread begins to make a target than the one before; making one takes some 20 to 30 ms. */
const HEAD_START_MS = 100;

export interface TargetName {
  readonly database: string;
  readonly table: string;
}

export function targetName(table: TableSpec): TargetName {
  return { database: table.target.database ?? DEFAULT_DATABASE, table: table.target.table };
}

/** The primary key of a target made here: the key column's own name, `id` where the key is made up. */
export function primaryKeyFor(key: TargetKey): string {
  const only = key.kind === 'columns' && key.columns.length === 1 ? key.columns[0] : undefined;
  return only === undefined || only === SYNCED_AT || !isGraphqlName(only) || !isFreeAttribute(only) ? 'id' : only;
}

/** Lossless declarations, so that every column can be searched and selected; undeclared where Harper does not take the name. */
export function targetAttributes(columns: readonly Column[], cursorColumn: string, key: TargetKey): HarperAttribute[] {
  const primaryKey = primaryKeyFor(key);
  const attributes: HarperAttribute[] = [{ name: primaryKey, type: 'ID', isPrimaryKey: true }];
  for (const { column, attribute } of storedColumns(columns, key, { primaryKey, attributes: [], sealed: false })) {
    if (!isGraphqlName(attribute)) continue;
    const indexed = column.name === cursorColumn;
    attributes.push({ name: attribute, type: losslessType(column), ...(indexed ? { indexed: true } : {}) });
  }
  attributes.push({ name: SYNCED_AT, type: 'String' });
  return attributes;
}

/**
 * Instants are declared as String: an index over `Any` is searched with values that Harper has guessed to be dates, and finds the wrong
 * rows. Types that cannot hold every value of the column are `Any`.
 */
function losslessType(column: Column): string {
  if (column.repeated) return 'Any';
  switch (column.type) {
    case 'BOOL':
      return 'Boolean';
    case 'FLOAT64':
      return 'Float';
    case 'BYTES':
      return 'Bytes';
    case 'INT64':
    case 'JSON':
    case 'RANGE':
    case 'STRUCT':
      return 'Any';
    default:
      return 'String';
  }
}

/** Rows in a state table would overwrite state, and be taken for it. */
export function refuseStateTable(table: TableSpec): void {
  const target = targetName(table);
  if (!isStateTable(target.table)) return;
  throw new BqsyncError(
    'BQS_TARGET_INCOMPATIBLE',
    `target "${target.database}.${target.table}" of table "${table.id}" is a table in which bqsync keeps its own state`,
    {
      hint: 'choose another target',
      context: { table: table.id, database: target.database, target: target.table },
    },
  );
}

export function missingTarget(table: TableSpec, attributes: readonly HarperAttribute[]): BqsyncError {
  const target = targetName(table);
  return new BqsyncError('BQS_TARGET_MISSING', `target "${target.database}.${target.table}" of table "${table.id}" does not exist`, {
    hint: `set createTables: true, or add to your schema: ${targetGraphql(target, attributes)}`,
    context: { table: table.id, database: target.database, target: target.table },
  });
}

/** On a cluster a Harper whose reads cannot be guarded may die of a table that is opened: better no table than no node. */
function refuseUnguarded(runtime: HarperRuntime, table: TableSpec, attributes: readonly HarperAttribute[]): void {
  if (guardReads(runtime.databases) || (runtime.server.nodes ?? []).length === 0) return;
  const target = targetName(table);
  throw new BqsyncError(
    'BQS_TARGET_MISSING',
    `target "${target.database}.${target.table}" of table "${table.id}" lacks declarations, which bqsync does not make here: this version of Harper is not known to survive it while it replicates`,
    {
      hint: `add to the schema of every node: ${targetGraphql(target, attributes)}`,
      context: { table: table.id, database: target.database, target: target.table },
    },
  );
}

/**
 * Makes the target, or waits at most `waitMs` until it is there. One table may be made by several threads at a time, so each begins a little later
 * than the one before: thread 0 at once, and the others find what it made, or make it if it was not thread 0's to make. That it exists by then is
 * success. Returns whether this call made it. Throws `BQS_TARGET_MISSING` where making tables is not safe, `BQS_TARGET_UNAVAILABLE`.
 */
export async function createTarget(
  runtime: HarperRuntime,
  table: TableSpec,
  attributes: readonly HarperAttribute[],
  waitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const target = targetName(table);
  const headStartMs = (runtime.server.workerIndex ?? 0) * HEAD_START_MS;
  if (headStartMs > 0 && (await appears(runtime, target, Math.min(headStartMs, waitMs), signal))) return false;
  refuseUnguarded(runtime, table, attributes);
  let isMade = false;
  let failure: unknown;
  await inTableTurn(runtime, signal, async () => {
    if (findTable(runtime, target.database, target.table) !== undefined) return;
    try {
      await makeTable(runtime, target, attributes);
      isMade = true;
    } catch (error) {
      failure = error;
    }
  });
  if (await appears(runtime, target, waitMs, signal)) return isMade;
  throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `target "${target.database}.${target.table}" of table "${table.id}" could not be made`, {
    hint: `create it by hand: ${targetGraphql(target, attributes)}`,
    context: { table: table.id, database: target.database, target: target.table },
    cause: failure,
  });
}

async function makeTable(runtime: HarperRuntime, { database, table }: TargetName, attributes: readonly HarperAttribute[]): Promise<void> {
  await runtime.server.operation(
    {
      operation: 'create_table',
      database,
      table,
      primary_key: attributes.find((attribute) => attribute.isPrimaryKey)?.name ?? 'id',
      attributes: attributes.map(({ name, type, indexed }) => ({ name, type, ...(indexed === true ? { indexed } : {}) })),
    },
    { user: null },
    false,
  );
}

async function appears(runtime: HarperRuntime, target: TargetName, waitMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  while (findTable(runtime, target.database, target.table) === undefined) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS, undefined, { signal });
  }
  return true;
}

/**
 * Declares what is missing: the cursor's index, since index flags do not travel to other nodes with the table, and, where bqsync made the
 * table (it declares `_syncedAt`), columns that the source got later. Returns the names of the attributes added or indexed.
 */
export async function addMissingAttributes(
  runtime: HarperRuntime,
  table: HarperTable,
  spec: TableSpec,
  attributes: readonly HarperAttribute[],
  signal: AbortSignal,
): Promise<string[]> {
  const declared = new Map(table.attributes.map((attribute) => [attribute.name, attribute]));
  const isOurs = declared.has(SYNCED_AT);
  const missing = attributes.filter(({ name, indexed }) =>
    indexed === true ? !declared.get(name)?.indexed : isOurs && !declared.has(name),
  );
  if (missing.length === 0) return [];
  refuseUnguarded(runtime, spec, attributes);
  const wanted = missing.map((attribute) => ({ ...attribute, type: declared.get(attribute.name)?.type ?? attribute.type }));
  // The declaration is made at once. An index over many rows fills for long, between other work: the next table need not wait for that.
  const { filled } = await inTableTurn(runtime, signal, () => ({ filled: table.addAttributes(wanted) }));
  await filled;
  return missing.map(({ name }) => name);
}
