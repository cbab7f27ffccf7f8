import { v1 } from '@google-cloud/bigquery-storage';
import * as grpc from '@grpc/grpc-js';
import { tableFromIPC } from '@uwdata/flechette';
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
}

export async function openSession(client: ReadClient, options: SessionOptions): Promise<Session> {
  const [session] = await client.createReadSession({
    parent: `projects/${PROJECT}`,
    readSession: {
      table: `projects/${PROJECT}/datasets/${options.dataset ?? 'ds'}/tables/${options.table}`,
      dataFormat: 'ARROW',
      ...(options.snapshot ? { tableModifiers: { snapshotTime: options.snapshot } } : {}),
      readOptions: { selectedFields: [...(options.fields ?? [])], rowRestriction: options.restriction ?? '' },
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

export interface Delivery {
  readonly batches: readonly Uint8Array[];
  readonly rows: number;
}

/** All batches of a stream from an offset on. */
export async function readStream(client: ReadClient, readStream: string, offset = 0): Promise<Delivery> {
  const batches: Uint8Array[] = [];
  let rows = 0;
  for await (const response of client.readRows({ readStream, offset })) {
    // A copy: bytes inside a message lie at any address, typed arrays only at multiples of their width.
    batches.push(new Uint8Array(response.arrowRecordBatch.serializedRecordBatch as Uint8Array));
    rows += Number(response.rowCount);
  }
  return { batches, rows };
}

/** The rows of batches as objects; times as raw micros, whole numbers as bigint. */
export function decode(session: Session, deliveries: readonly Delivery[]): Record<string, unknown>[] {
  const batches = deliveries.flatMap((delivery) => delivery.batches);
  if (batches.length === 0) return [];
  const table = tableFromIPC([session.schema, ...batches], { useBigInt: true, useDecimalInt: true });
  return table.toArray();
}

export async function readAll(client: ReadClient, options: SessionOptions): Promise<Record<string, unknown>[]> {
  const session = await openSession(client, options);
  const deliveries = [];
  for (const stream of session.streams) deliveries.push(await readStream(client, stream));
  return decode(session, deliveries);
}
