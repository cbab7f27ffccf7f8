import type { Column, Page, RejectedRow } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { type BatchDecoder, compileBatchDecoder, OtherSchema } from '../arrow/decoder.ts';
import { CorruptBatch } from '../arrow/vector.ts';
import { isRefusal } from '../credentials.ts';
import type { Decoded } from '../decoder.ts';
import type { Place } from '../errors.ts';
import type { StorageClient } from './client.ts';
import type { ReadRowsResponse } from './protocol.ts';
import type { RowStream } from './row-stream.ts';
import type { SessionSchemas } from './session-schemas.ts';

const MAX_PAGE_ROWS = 10_000;

/** Learns what is wrong with a stream, before it is thrown. */
export interface StreamFaults {
  /** A batch stays corrupt. */
  corrupt(error: BqsyncError): void;
  /** The stream has another number of rows than the window. */
  short(error: BqsyncError): void;
  /** The columns are not the described ones. */
  columns(error: BqsyncError): void;
  /** The session was made, but may not be read. True: the window is to be read in another way. */
  denied(error: BqsyncError): boolean;
}

/** What is left of one stream of a read session. */
export interface StreamPart {
  readonly faults: StreamFaults;
  readonly schemas: SessionSchemas;
  readonly stream: string;
  readonly columns: readonly Column[];
  /** Name of one more column, with ordinals. */
  readonly ordinal: string | undefined;
  /** Rows read before; at most as many as were read of the stream. */
  readonly fromRow: number;
  /** Undefined: where the stream ends. */
  readonly endRow: number | undefined;
  readonly place: Place;
}

interface Batch extends Decoded {
  readonly bytes: number;
}

/**
 * Pages of a stream to its end, of about `pageBytes`. Batches of a corrupt message are asked for once more; the same again is an error.
 */
export async function* readStream(client: StorageClient, part: StreamPart, pageBytes: number, signal: AbortSignal): AsyncGenerator<Page> {
  let at = part.fromRow;
  let corruptAt = -1;
  let isRenewed = false;
  while (at !== part.endRow) {
    const rows = await client.readRows(part.stream, at, part.place, signal);
    const schema = (): Promise<Uint8Array> => schemaOf(client, part, signal);
    try {
      for await (const page of pagesOf(rows, schema, part, at, pageBytes)) {
        at += page.rows.length;
        if (part.endRow !== undefined && at > part.endRow) throw miscounted(part, `${at} rows came where ${part.endRow} were expected`);
        yield page;
        signal.throwIfAborted();
      }
      break;
    } catch (error) {
      if (isRefusal(error) && !isRenewed && !signal.aborted) {
        isRenewed = true;
        await client.renew(part.place);
        continue;
      }
      if (!(error instanceof CorruptBatch)) throw translated(error, part, signal);
      if (corruptAt === at) {
        const failure = protocol(part, `a batch after row ${at} is corrupt, read again too: ${error.message}`, error);
        part.faults.corrupt(failure);
        throw failure;
      }
      corruptAt = at;
    } finally {
      rows.cancel();
    }
  }
  if (part.endRow !== undefined && at !== part.endRow) throw miscounted(part, `the stream ends after ${at} of ${part.endRow} rows`);
}

/** Yields what is whole before it throws, so that it is known where to resume. */
async function* pagesOf(
  rows: RowStream,
  schemaOfSession: () => Promise<Uint8Array>,
  part: StreamPart,
  fromRow: number,
  pageBytes: number,
): AsyncGenerator<Page> {
  let decode: BatchDecoder | undefined;
  let firstRow = fromRow;
  let batches: Batch[] = [];
  let rowsHeld = 0;
  let bytesHeld = 0;
  let failure: { readonly error: unknown } | undefined;
  for (;;) {
    let batch: Batch | undefined;
    try {
      const response = await next(rows, fromRow, decode === undefined);
      if (decode === undefined && response !== undefined) {
        const own = response.arrowSchema?.serializedSchema;
        if (own) part.schemas.note(part.stream, own);
        decode = compileBatchDecoder(own ?? (await schemaOfSession()), part.columns, part.ordinal);
      }
      batch = response && batchOf(response, decode);
    } catch (error) {
      failure = { error };
    }
    if (batch !== undefined) {
      batches.push(batch);
      rowsHeld += batch.rows.length;
      bytesHeld += batch.bytes;
    }
    if (rowsHeld > 0 && (rowsHeld >= MAX_PAGE_ROWS || bytesHeld >= pageBytes || batch === undefined)) {
      yield pageOf(firstRow, batches);
      firstRow += rowsHeld;
      batches = [];
      rowsHeld = 0;
      bytesHeld = 0;
    }
    if (failure !== undefined) throw failure.error;
    if (batch === undefined) return;
  }
}

/** Of a session whose answer brings none, as one that resumes may: known from before, or brought by the first answer of its stream. */
async function schemaOf(client: StorageClient, { schemas, stream, place }: StreamPart, signal: AbortSignal): Promise<Uint8Array> {
  const known = schemas.of(stream);
  if (known !== undefined) return known;
  const rows = await client.readRows(stream, 0, place, signal);
  try {
    const schema = (await rows.next())?.arrowSchema?.serializedSchema;
    if (!schema) throw new CorruptBatch('the first answer has no schema');
    schemas.note(stream, schema);
    return schema;
  } finally {
    rows.cancel();
  }
}

/** An offset at the end of a stream is answered with no rows, or as out of range: both are its end. */
async function next(rows: RowStream, fromRow: number, isFirst: boolean): Promise<ReadRowsResponse | undefined> {
  try {
    return await rows.next();
  } catch (error) {
    if (isFirst && fromRow > 0 && error instanceof BqsyncError && error.context.grpc === 'OUT_OF_RANGE') return undefined;
    throw error;
  }
}

function batchOf({ arrowRecordBatch, rowCount }: ReadRowsResponse, decode: BatchDecoder | undefined): Batch {
  const bytes = arrowRecordBatch?.serializedRecordBatch;
  if (decode === undefined || !bytes) return { rows: [], rejected: new Map(), ordinals: undefined, bytes: 0 };
  return { ...decode(bytes, Number(rowCount ?? 0)), bytes: bytes.length };
}

function pageOf(firstRow: number, batches: readonly Batch[]): Page {
  const [only] = batches;
  if (only !== undefined && batches.length === 1) return { firstRow, ...only };
  const rejected = new Map<number, RejectedRow>();
  const contents = new Map<number, string>();
  let before = 0;
  for (const batch of batches) {
    for (const [at, row] of batch.rejected) rejected.set(before + at, row);
    for (const [at, content] of batch.contents ?? []) contents.set(before + at, content);
    before += batch.rows.length;
  }
  const ordinals = only?.ordinals === undefined ? undefined : batches.flatMap((batch) => batch.ordinals ?? []);
  return {
    firstRow,
    rows: batches.flatMap(({ rows }) => rows),
    rejected,
    ordinals,
    ...(contents.size > 0 ? { contents } : {}),
    bytes: batches.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function translated(error: unknown, part: StreamPart, signal: AbortSignal): unknown {
  if (signal.aborted) return new BqsyncError('BQS_ABORTED', `stopped while trying to ${part.place.doing}`);
  if (error instanceof OtherSchema) {
    const failure = expired(
      part,
      `the columns of ${part.place.table ?? 'the table'} are not those that were described: ${error.message}`,
      error,
    );
    part.faults.columns(failure);
    return failure;
  }
  if (!(error instanceof BqsyncError)) return error;
  const { grpc } = error.context;
  if ((grpc === 'PERMISSION_DENIED' || isRefusal(error)) && part.faults.denied(error)) return expired(part, error.message, error);
  if (grpc !== 'NOT_FOUND' && grpc !== 'FAILED_PRECONDITION') return error;
  return expired(part, `the read session is gone, which BigQuery keeps for some hours: ${error.message}`, error);
}

function expired(part: StreamPart, message: string, cause: unknown): BqsyncError {
  const context = { table: part.place.table, stream: part.stream };
  return new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', message, { hint: 'the window is opened again', context, cause });
}

function miscounted(part: StreamPart, what: string): BqsyncError {
  const failure = protocol(part, what);
  part.faults.short(failure);
  return failure;
}

function protocol(part: StreamPart, what: string, cause?: unknown): BqsyncError {
  return new BqsyncError('BQS_SOURCE_PROTOCOL', `could not ${part.place.doing} of ${part.place.table ?? ''}: ${what}`, {
    hint: 'the window is opened and read again',
    context: { table: part.place.table, stream: part.stream },
    cause,
  });
}
