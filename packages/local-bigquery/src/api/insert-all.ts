import type { DuckDBValue } from '@duckdb/node-api';
import type { Table } from '../catalog/table.ts';
import { invalid, notImplemented } from '../http/api-error.ts';
import { isObject, readText } from '../http/body.ts';
import type { Call, Reply, Router } from '../http/router.ts';
import { isSet } from '../http/values.ts';
import { parseLossless } from '../rows/lossless-json.ts';
import { type RowEncoder, RowError, rowEncoder } from '../rows/row-encoder.ts';
import { DefaultStage } from '../rows/default-stage.ts';
import type { ApiContext } from './context.ts';
import { InsertIds } from './insert-ids.ts';
import { find } from './tables.ts';

interface InsertError {
  readonly index: number;
  readonly errors: readonly { readonly reason: string; readonly location: string; readonly debugInfo: string; readonly message: string }[];
}

interface EncodedRow {
  readonly insertId: string | undefined;
  readonly given: Readonly<Record<string, unknown>>;
  readonly values: readonly DuckDBValue[];
}

const KNOWN = new Set(['rows', 'skipInvalidRows', 'ignoreUnknownValues', 'kind']);

export function insertAllRoutes(router: Router, context: ApiContext): void {
  const ids = new WeakMap<Table, InsertIds>();
  router.on('POST', '/projects/:project/datasets/:dataset/tables/:table/insertAll', (call) => insertAll(context, ids, call));
}

/** Streams rows in: each request is one commit, a row whose insertId was seen lately is not written again. */
async function insertAll(context: ApiContext, ids: WeakMap<Table, InsertIds>, call: Call): Promise<Reply> {
  const table = find(context, call);
  table.requireRows();
  const body = parseBody(await readText(call.request));
  for (const [key, value] of Object.entries(body)) if (!KNOWN.has(key) && isSet(value)) throw notImplemented(`insertAll option ${key}`);
  const rows = body['rows'];
  if (!Array.isArray(rows) || rows.length === 0) throw invalid('No rows present in the request.', 'rows');
  const encode = rowEncoder(table.fields, { ignoreUnknownValues: body['ignoreUnknownValues'] === true, jsonStrings: 'parse' });
  const { good, errors } = encodeRows(rows, encode);
  if (errors.length > 0 && body['skipInvalidRows'] !== true) {
    const stopped = rows.flatMap((_, index) =>
      errors.some((error) => error.index === index) ? [] : [insertError(index, 'stopped', '', '')],
    );
    // BigQuery names the rows at fault first.
    return answer([...errors, ...stopped]);
  }
  let seen = ids.get(table);
  if (!seen) ids.set(table, (seen = new InsertIds(context.insertIdTtlMs)));
  await write(context, table, good, seen);
  return answer(errors);
}

function parseBody(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = parseLossless(text);
  } catch (error) {
    throw invalid(`The request body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(body)) throw invalid('The request body must be a JSON object');
  return body;
}

function encodeRows(rows: readonly unknown[], encode: RowEncoder): { good: EncodedRow[]; errors: InsertError[] } {
  const good: EncodedRow[] = [];
  const errors: InsertError[] = [];
  for (const [index, row] of rows.entries()) {
    try {
      good.push(encodeRow(row, encode));
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      errors.push(insertError(index, 'invalid', error.location, error.message));
    }
  }
  return { good, errors };
}

function encodeRow(row: unknown, encode: RowEncoder): EncodedRow {
  const json = isObject(row) ? row['json'] : undefined;
  if (!isObject(row) || !isObject(json)) throw new RowError('', 'a row needs an object "json"');
  const insertId = row['insertId'];
  return { insertId: typeof insertId === 'string' && insertId !== '' ? insertId : undefined, given: json, values: encode(json) };
}

async function write(context: ApiContext, table: Table, rows: readonly EncodedRow[], ids: InsertIds): Promise<void> {
  const claimed: string[] = [];
  const isNew = ({ insertId }: EncodedRow): boolean => {
    if (insertId === undefined) return true;
    if (!ids.claim(insertId, Date.now())) return false;
    claimed.push(insertId);
    return true;
  };
  const names = table.fields.map((field) => field.name);
  try {
    await context.database.use((connection) =>
      DefaultStage.use(connection, table.fields, (stage) =>
        context.catalog.changeRows(
          () => context.catalog.table(table.record.project, table.record.dataset, table.record.table),
          async (_connection, current, micros) => {
            if (current !== table || table.fields.length !== names.length)
              throw invalid(`Table ${table.key} was changed while rows were inserted`);
            for (const row of rows) if (isNew(row)) stage.add(row.values, row.given);
            stage.flush();
            // A row may show itself later than its commit time, as those of a pending stream do.
            const lag = BigInt(Math.round(context.behaviour.current.commitVisibilityMs * 1000));
            return lag > 0n
              ? stage.insert(connection, table.shape, micros + lag, { stampMicros: micros })
              : stage.insert(connection, table.shape, micros);
          },
          connection,
          true,
        ),
      ),
    );
  } catch (error) {
    ids.release(claimed);
    throw error;
  }
}

function insertError(index: number, reason: string, location: string, message: string): InsertError {
  return { index, errors: [{ reason, location, debugInfo: '', message }] };
}

function answer(insertErrors: readonly InsertError[]): Reply {
  return { status: 200, body: { kind: 'bigquery#tableDataInsertAllResponse', ...(insertErrors.length > 0 ? { insertErrors } : {}) } };
}
