import { randomUUID } from 'node:crypto';
import type { Field as ArrowField } from '@uwdata/flechette';
import type { Access } from '../access/access-book.ts';
import type { ApiContext } from '../api/context.ts';
import { ApiError, invalid, notFound, notImplemented } from '../http/api-error.ts';
import type { Field } from '../sql/contract.ts';
import { compileRestriction } from '../sql/restriction.ts';
import { POSITION } from '../storage/versioned-table.ts';
import { arrowFields } from './arrow-schema.ts';
import { openSource, type RowSource, type SourceSize } from './row-source.ts';
import type { SessionRequest } from './session-request.ts';

/** A stream is worth opening for this many rows; a caller that asks for more streams gets them all the same. */
const ROWS_PER_STREAM = 100_000;
const MAX_STREAMS = 1000;
/** How long it is known of a session that it has expired. */
const REMEMBERED_MS = 86_400_000;
/** DuckDB's name of the relation in a session's statements. */
const ALIAS = '"bq rows"';

/** Rows of a session whose places lie in one range; each row is in one stream. */
export interface ReadStream {
  readonly name: string;
  readonly session: ReadSession;
  readonly first: number;
  readonly last: number;
  /** Rows that it will deliver. */
  readonly rows: number;
  /** Its part of the bytes that the session scans. */
  readonly bytes: number;
}

/** A fixed set of rows, divided into streams. */
export interface ReadSession {
  readonly name: string;
  readonly table: string;
  /** Later only by a fault that lets it expire. */
  expiresMs: number;
  readonly source: RowSource;
  readonly fields: readonly Field[];
  readonly arrow: readonly ArrowField[];
  readonly where: string;
  readonly size: SourceSize;
  readonly traceId: string;
  readonly streams: readonly ReadStream[];
}

/** Read sessions, in memory only: a restart ends them. */
export class ReadSessions {
  readonly #context: ApiContext;
  readonly #streams = new Map<string, ReadStream>();

  constructor(context: ApiContext) {
    this.#context = context;
  }

  async create(request: SessionRequest, access: Access): Promise<ReadSession> {
    this.#forget();
    const { path } = request;
    const source = await openSource(this.#context, path, request.snapshotMicros, access);
    const fields = select(source.table.fields, request.selectedFields);
    const restriction = compileRestriction(request.restriction, source.table, ALIAS, this.#context.clock.now(), access.principal.email);
    for (const { name } of fields) source.table.checkColumn?.(name);
    const columns = [...new Set([...fields.map(({ name }) => name), ...restriction.columns])];
    const size = await source.size(columns, restriction.partitions);
    const session = {
      name: `projects/${request.project}/locations/${source.location.toLowerCase()}/sessions/${randomUUID().replaceAll('-', '')}`,
      table: `projects/${path.project}/datasets/${path.dataset}/tables/${path.table}`,
      expiresMs: Date.now() + this.#context.sessionExpiryMs,
      source,
      fields,
      arrow: arrowFields(fields),
      where: restriction.where,
      size,
      traceId: request.traceId,
      streams: [] as ReadStream[],
    };
    for (const stream of await divide(session, request)) {
      session.streams.push(stream);
      this.#streams.set(stream.name, stream);
    }
    this.#context.jobs.usage.openSession();
    return session;
  }

  /** A stream by its name; `notFound` when there is none, `sessionExpired` when its session has ended. */
  stream(name: string): ReadStream {
    const stream = this.#streams.get(name);
    if (!stream) throw notFound(`Not found: stream '${name}'`);
    const { expiresMs } = stream.session;
    if (expiresMs > Date.now()) return stream;
    throw new ApiError(
      'sessionExpired',
      `there was an error operating on '${name}': session expired at ${new Date(expiresMs).toISOString()}`,
    );
  }

  /** Ends the session of a stream now. */
  expire(name: string): void {
    const session = this.#streams.get(name)?.session;
    if (session) session.expiresMs = Date.now();
  }

  /** Sessions live equally long, so the first that is young ends the search. */
  #forget(): void {
    const now = Date.now();
    for (const [name, { session }] of this.#streams) {
      if (session.expiresMs + REMEMBERED_MS > now) return;
      this.#streams.delete(name);
    }
  }
}

/** DuckDB statement: the rows of a stream from an offset on, in their order. */
export function streamStatement({ session, first, last }: ReadStream, relation: string, offset: number): string {
  const columns = session.fields.map(({ name }) => `${ALIAS}."${name.replaceAll('"', '""')}"`).join(', ');
  const range = `${ALIAS}.${POSITION} BETWEEN ${first} AND ${last}`;
  // DuckDB scans a table in the order of its rows, and keeps it.
  return `SELECT ${columns} FROM ${relation} AS ${ALIAS} WHERE ${range} AND (${session.where})${offset > 0 ? ` OFFSET ${offset}` : ''}`;
}

function select(fields: readonly Field[], selected: readonly string[]): readonly Field[] {
  if (selected.length === 0) return fields;
  const names = new Set<string>();
  for (const name of selected) {
    if (name.includes('.')) throw notImplemented(`read_options.selected_fields with the nested field ${name}`);
    if (!fields.some((field) => field.name.toLowerCase() === name.toLowerCase())) {
      throw invalid(`request failed: The following selected fields do not exist in the table schema: ${name}`);
    }
    names.add(name.toLowerCase());
  }
  return fields.filter(({ name }) => names.has(name.toLowerCase()));
}

/** Ranges of places of about one length. A source without rows has no stream, as in BigQuery. */
async function divide(session: ReadSession, request: SessionRequest): Promise<ReadStream[]> {
  if (session.size.rows === 0) return [];
  const wanted = Math.min(MAX_STREAMS, session.size.rows, Math.max(Math.ceil(session.size.rows / ROWS_PER_STREAM), request.minStreams));
  const count = request.maxStreams === 0 ? wanted : Math.min(Math.max(wanted, request.maxStreams), request.maxStreams, session.size.rows);
  const place = `${ALIAS}.${POSITION}`;
  const rows = await session.source.use(async (connection, relation) => {
    const from = `FROM ${relation} AS ${ALIAS} WHERE (${session.where})`;
    const [bounds = []] = (await connection.runAndReadAll(`SELECT min(${place})::DOUBLE, max(${place})::DOUBLE ${from}`)).getRows();
    const [low = null, high = null] = bounds as (number | null)[];
    if (low === null || high === null) return [];
    const width = Math.ceil((high - low + 1) / count);
    const counted = await connection.runAndReadAll(
      `SELECT ((${place} - ${low}) // ${width})::DOUBLE AS stream, count(*)::DOUBLE ${from} GROUP BY 1 ORDER BY 1`,
    );
    return (counted.getRows() as [number, number][]).map(([index, inRange]) => ({
      first: low + index * width,
      last: low + (index + 1) * width - 1,
      rows: inRange,
    }));
  });
  const total = rows.reduce((sum, range) => sum + range.rows, 0);
  // Rows that were looked at and did not pass were scanned all the same: one stream without rows carries their price.
  const ranges = rows.length === 0 ? [{ first: 0, last: -1, rows: 0 }] : rows;
  return ranges.map((range, index) => ({
    ...range,
    name: `${session.name}/streams/${index}`,
    session,
    bytes: session.size.bytes * (total === 0 ? 1 : range.rows / total),
  }));
}
