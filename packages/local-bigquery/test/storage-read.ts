import type { Job } from '@google-cloud/bigquery';
import { v1 } from '@google-cloud/bigquery-storage';
import * as grpc from '@grpc/grpc-js';
import { type DataType, type Field, tableFromIPC, Type } from '@uwdata/flechette';
import { PassThroughClient } from 'google-auth-library';
import type { LocalBigQuery } from '../src/index.ts';
import { PROJECT } from './support.ts';

type ReadClient = v1.BigQueryReadClient;

/** The official client on the local server. */
export function connectReads(server: LocalBigQuery): ReadClient {
  return new v1.BigQueryReadClient({
    projectId: PROJECT,
    apiEndpoint: '127.0.0.1',
    port: server.storagePort,
    sslCreds: grpc.credentials.createInsecure(),
    authClient: new PassThroughClient() as never,
  });
}

export interface Session {
  readonly name: string;
  readonly streams: readonly string[];
  readonly schema: Uint8Array;
  readonly rows: number;
  readonly bytes: number;
}

interface SessionOptions {
  readonly table: string;
  readonly dataset?: string;
  readonly fields?: readonly string[];
  readonly restriction?: string;
  readonly snapshot?: { readonly seconds: number; readonly nanos: number };
  readonly maxStreams?: number;
  readonly traceId?: string;
}

export async function openSession(client: ReadClient, options: SessionOptions): Promise<Session> {
  const [session] = await client.createReadSession({
    parent: `projects/${PROJECT}`,
    readSession: {
      table: `projects/${PROJECT}/datasets/${options.dataset ?? 'ds'}/tables/${options.table}`,
      dataFormat: 'ARROW',
      ...(options.snapshot ? { tableModifiers: { snapshotTime: options.snapshot } } : {}),
      readOptions: { selectedFields: [...(options.fields ?? [])], rowRestriction: options.restriction ?? '' },
      traceId: options.traceId ?? '',
    },
    maxStreamCount: options.maxStreams ?? 0,
  });
  return {
    name: session.name!,
    streams: session.streams!.map((stream) => stream.name!),
    schema: session.arrowSchema!.serializedSchema as Uint8Array,
    rows: Number(session.estimatedRowCount),
    bytes: Number(session.estimatedTotalBytesScanned),
  };
}

/** Where the result of a query lies, as the client sees it. */
export async function resultTable(job: Job): Promise<{ readonly datasetId: string; readonly tableId: string }> {
  const [metadata] = await job.getMetadata();
  return (metadata as { configuration: { query: { destinationTable: { datasetId: string; tableId: string } } } }).configuration.query
    .destinationTable;
}

export interface Delivery {
  readonly batches: readonly Uint8Array[];
  readonly rows: number;
}

/** Without it the client repeats a read that fails before its first answer, whatever the status, for seven seconds. */
export const NO_RETRIES = { retryRequestOptions: { retries: 0, noResponseRetries: 0 } };

/** All batches of a stream from an offset on. */
export async function readStream(client: ReadClient, readStream: string, offset = 0): Promise<Delivery> {
  const batches: Uint8Array[] = [];
  let rows = 0;
  for await (const response of client.readRows({ readStream, offset }, NO_RETRIES)) {
    // A copy: bytes inside a message lie at any address, typed arrays only at multiples of their width.
    batches.push(new Uint8Array(response.arrowRecordBatch.serializedRecordBatch as Uint8Array));
    rows += Number(response.rowCount);
  }
  return { batches, rows };
}

/** The Arrow fields of a session. */
export function schemaOf(session: Session): readonly Field[] {
  return tableFromIPC(session.schema).schema.fields;
}

/**
 * The rows of batches as plain objects, of the bytes as they were sent: times and decimals as whole numbers of their unit, an
 * interval as months, days and nanoseconds.
 */
export function decode(session: Session, deliveries: readonly Delivery[]): Record<string, unknown>[] {
  const fields = schemaOf(session);
  return deliveries.flatMap(({ batches }) =>
    batches.flatMap((batch) => {
      const table = tableFromIPC([session.schema, batch]);
      const columns = fields.map((_, index) => column(table.getChildAt(index).data[0]!));
      return Array.from({ length: table.numRows }, (_, row) =>
        Object.fromEntries(fields.map(({ name }, index) => [name, columns[index]?.[row]])),
      );
    }),
  );
}

interface RawBatch {
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly validity: Uint8Array;
  readonly values?: Uint8Array;
  readonly offsets: Int32Array;
  readonly children?: readonly RawBatch[];
}

function column(batch: unknown): unknown[] {
  const { type, length, nullCount, validity, values, offsets, children } = batch as RawBatch;
  const nested = (children ?? []).map(column);
  const bytes = values ?? new Uint8Array();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (row: number): Uint8Array => bytes.slice(offsets[row], offsets[row + 1]);
  const wide = (at: number, words: number): bigint => {
    let sum = 0n;
    for (let word = words - 1; word >= 0; word -= 1) sum = (sum << 64n) | view.getBigUint64(at + word * 8, true);
    return BigInt.asIntN(words * 64, sum);
  };
  const value = (row: number): unknown => {
    switch (type.typeId) {
      case Type.Utf8:
        return new TextDecoder().decode(text(row));
      case Type.Binary:
        return text(row);
      case Type.Bool:
        return ((bytes[row >> 3]! >> (row & 7)) & 1) === 1;
      case Type.Float:
        return view.getFloat64(row * 8, true);
      case Type.Date:
        return view.getInt32(row * 4, true);
      case Type.Decimal:
        return wide((row * type.bitWidth) / 8, type.bitWidth / 64);
      case Type.Interval:
        return [view.getInt32(row * 16, true), view.getInt32(row * 16 + 4, true), wide(row * 16 + 8, 1)];
      case Type.List:
        return nested[0]!.slice(offsets[row], offsets[row + 1]);
      case Type.Struct:
        return Object.fromEntries(type.children.map(({ name }, index) => [name, nested[index]![row]]));
      default:
        return wide(row * 8, 1);
    }
  };
  return Array.from({ length }, (_, row) => (nullCount > 0 && ((validity[row >> 3]! >> (row & 7)) & 1) === 0 ? null : value(row)));
}

export async function readAll(client: ReadClient, options: SessionOptions): Promise<Record<string, unknown>[]> {
  const session = await openSession(client, options);
  const deliveries = [];
  for (const stream of session.streams) deliveries.push(await readStream(client, stream));
  return decode(session, deliveries);
}
