import { BqsyncError } from '@bqsync/errors';
import type { ClientOptions, grpc } from 'google-gax';
import { PassThroughClient } from 'google-auth-library';
import type { Connection } from '../connection.ts';
import { type CredentialsHolder, type Identity, isRefusal } from '../credentials.ts';
import { callError, type Place } from '../errors.ts';
import type { CreateReadSessionRequest, ReadRowsResponse, ReadSessionResource } from './protocol.ts';
import { RowStream } from './row-stream.ts';
import { type SourceWait, type StorageTimeouts, whileWaiting } from './timeouts.ts';

/** Calls of the Storage Read API. One call is one request. */
export interface StorageClient {
  createReadSession(request: CreateReadSessionRequest, timeoutMs: number, place: Place, signal: AbortSignal): Promise<ReadSessionResource>;
  /** Rows of a stream from an offset on, which must be at most what was read of it before. To be cancelled by who asked for it. */
  readRows(stream: string, offset: number, place: Place, signal: AbortSignal): Promise<RowStream>;
  /** After a refusal of the credentials in a stream: has them read again for the next call. */
  renew(place: Place): Promise<void>;
}

/** The two methods of the client's gRPC stub that are used. */
interface Stub {
  createReadSession(
    request: CreateReadSessionRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    done: (error: grpc.ServiceError | null, session?: ReadSessionResource) => void,
  ): grpc.ClientUnaryCall;
  readRows(
    request: { readonly readStream: string; readonly offset: number },
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
  ): grpc.ClientReadableStream<ReadRowsResponse>;
}

interface Loaded {
  readonly grpc: typeof grpc;
  readonly stub: Stub;
  readonly identity: Identity;
  close(): Promise<void>;
}

/** A client whose credentials were replaced is kept for as long as a session lives: streams of it may still be read. */
const RETIRED_MS = 6 * 3_600_000;

export interface StorageClientOptions {
  readonly connection: Connection;
  readonly credentials: CredentialsHolder;
  readonly timeouts: StorageTimeouts;
  /** How much of a stream is taken from the server before it is asked for. */
  readonly aheadBytes: number;
  readonly onWait?: ((wait: SourceWait) => void) | undefined;
}

/**
 * The official client, loaded with the first call: it takes a third of a second and some tens of megabytes. Its calls are made on the
 * gRPC stub below it, which neither repeats a call nor buffers its answers: what is tried again, and how much is read ahead, is decided here.
 */
export function createStorageClient(options: StorageClientOptions): StorageClient {
  const { connection, credentials, timeouts, aheadBytes, onWait = () => undefined } = options;
  let loading: { readonly identity: Identity; readonly loaded: Promise<Loaded> } | undefined;
  const loaded = async (place: Place): Promise<Loaded> => {
    const identity = await credentials.current();
    if (loading?.identity !== identity) {
      retire(loading?.loaded);
      loading = { identity, loaded: load(connection, identity) };
    }
    const { loaded: own } = loading;
    return own.catch((error: unknown) => {
      if (loading?.loaded === own) loading = undefined;
      throw callError(error, place);
    });
  };
  return {
    async createReadSession(request, timeoutMs, place, signal) {
      const send = ({ grpc: lib, stub }: Loaded): Promise<ReadSessionResource> =>
        whileWaiting(place, timeouts, onWait, () => createSession(lib, stub, request, place, timeoutMs, signal));
      const first = await loaded(place);
      try {
        return await send(first);
      } catch (error) {
        if (!isRefusal(error) || signal.aborted) throw error;
        await credentials.renew(first.identity);
        return send(await loaded(place)).catch((again: unknown) => {
          throw credentials.explained(again);
        });
      }
    },
    async renew(place) {
      const { identity } = await loaded(place);
      await credentials.renew(identity);
    },
    async readRows(stream, offset, place, signal) {
      const { grpc: lib, stub } = await loaded(place);
      signal.throwIfAborted();
      return new RowStream(
        lib,
        (options) => stub.readRows({ readStream: stream, offset }, routed(lib, 'read_stream', stream), options),
        { timeouts, aheadBytes, onWait, place },
        signal,
      );
    },
  };
}

function retire(loaded: Promise<Loaded> | undefined): void {
  loaded?.then(
    (old) => setTimeout(() => void old.close(), RETIRED_MS).unref(),
    () => undefined,
  );
}

async function load(connection: Connection, identity: Identity): Promise<Loaded> {
  // Only the reading client: the package's own entry brings writers, older versions of the API and apache-arrow, too.
  const [gax, { BigQueryReadClient }] = await Promise.all([
    import('google-gax'),
    import('@google-cloud/bigquery-storage/build/src/v1/big_query_read_client.js'),
  ]);
  const client = new BigQueryReadClient({ ...optionsOf(connection, identity, gax.grpc), libName: 'bqsync' });
  return { grpc: gax.grpc, stub: (await client.initialize()) as unknown as Stub, identity, close: () => client.close() };
}

/** A peer that is gone is noticed after about this long, while a call waits; Google's servers allow a ping every 30 s. */
const KEEP_ALIVE = { 'grpc.keepalive_time_ms': 60_000, 'grpc.keepalive_timeout_ms': 20_000 };

function optionsOf({ projectId, credentials, storageEndpoint }: Connection, { key }: Identity, lib: typeof grpc): ClientOptions {
  const url = storageEndpoint === undefined ? undefined : new URL(storageEndpoint);
  const insecure = url?.protocol === 'http:';
  const anonymous = credentials.kind === 'anonymous';
  return {
    projectId,
    ...KEEP_ALIVE,
    ...(url === undefined
      ? {}
      : { apiEndpoint: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port === '' ? (insecure ? 80 : 443) : url.port) }),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated for keys from others; this one is of a file that the user's own configuration names
    ...(key === undefined ? {} : { credentials: { ...key } }),
    ...(anonymous || insecure
      ? {
          // The client may bring another copy of the library: its types differ by name alone.
          authClient: new PassThroughClient() as unknown as NonNullable<ClientOptions['authClient']>,
          sslCreds: insecure ? lib.credentials.createInsecure() : lib.credentials.createSsl(),
        }
      : {}),
  };
}

function createSession(
  lib: typeof grpc,
  stub: Stub,
  request: CreateReadSessionRequest,
  place: Place,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ReadSessionResource> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(aborted(place));
      return;
    }
    const metadata = routed(lib, 'read_session.table', request.readSession.table);
    const call = stub.createReadSession(request, metadata, { deadline: Date.now() + timeoutMs }, (error, session) => {
      signal.removeEventListener('abort', onAbort);
      if (session !== undefined && error === null) resolve(session);
      else reject(signal.aborted ? aborted(place) : callError(error, place));
    });
    const onAbort = (): void => call.cancel();
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** By this header the request finds the servers of its table's location. */
function routed(lib: typeof grpc, name: string, value: string): grpc.Metadata {
  const metadata = new lib.Metadata();
  metadata.set('x-goog-request-params', `${name}=${encodeURIComponent(value)}`);
  return metadata;
}

function aborted(place: Place): BqsyncError {
  return new BqsyncError('BQS_ABORTED', `stopped while trying to ${place.doing}`);
}
