import {
  type handleUnaryCall,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Access } from '../access/access-book.ts';
import type { ApiContext } from '../api/context.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import type { ReadFault, ReadMethod } from '../faults/fault-spec.ts';
import { ApiError, notImplemented } from '../http/api-error.ts';
import { SqlError } from '../sql/contract.ts';
import { schemaMessage } from './arrow-message.ts';
import { readBatches, type RowBatch } from './batch-reader.ts';
import { type ReadSession, ReadSessions, type ReadStream } from './read-session.ts';
import { type CreateReadSessionRequest, parseSessionRequest } from './session-request.ts';

interface ReadRowsRequest {
  readonly readStream: string;
  readonly offset: string;
}

interface SplitReadStreamRequest {
  readonly name: string;
}

const STATUSES: Readonly<Record<string, status>> = {
  notFound: status.NOT_FOUND,
  notImplemented: status.UNIMPLEMENTED,
  outOfRange: status.OUT_OF_RANGE,
  sessionExpired: status.FAILED_PRECONDITION,
  accessDenied: status.PERMISSION_DENIED,
  invalid: status.INVALID_ARGUMENT,
  invalidQuery: status.INVALID_ARGUMENT,
};

interface ServiceOptions {
  readonly faults: FaultBook;
  /** What time has done to the data is seen to before a session is made. */
  readonly before: () => Promise<void>;
  /** Resets the connection of a peer. */
  readonly reset: (peer: string) => void;
  readonly onFault: (error: unknown, call: string) => void;
}

interface ReadHandlers {
  readonly handlers: UntypedServiceImplementation;
  /** Resolves when no call works any more. */
  readonly idle: () => Promise<void>;
}

/** The handlers of the Storage Read API. */
export function readHandlers(context: ApiContext, options: ServiceOptions): ReadHandlers {
  const sessions = new ReadSessions(context);
  const working = new Set<Promise<void>>();
  const track = (rpc: ReadMethod, work: Promise<void>): void => {
    const tracked = work
      .catch((error: unknown) => options.onFault(error, rpc))
      .finally(() => {
        working.delete(tracked);
      });
    working.add(tracked);
  };
  const unary =
    <T>(rpc: ReadMethod, handle: (request: T, access: Access) => Promise<unknown>): handleUnaryCall<T, unknown> =>
    (call, done) => {
      const answer = async (): Promise<unknown> => {
        const [authorization] = call.metadata.get('authorization');
        const fault = await options.faults.read(rpc, authorization?.toString());
        if (fault && !isAfter(fault)) await applyFault(fault, call, options);
        await options.before();
        const reply = await handle(call.request, context.access.of(authorization?.toString()));
        if (fault && isAfter(fault)) await applyFault(fault, call, options);
        return reply;
      };
      track(
        rpc,
        answer().then(
          (reply) => done(null, reply),
          (error: unknown) => done(grpcError(error, (fault) => options.onFault(fault, rpc))),
        ),
      );
    };
  const handlers: UntypedServiceImplementation = {
    createReadSession: unary('CreateReadSession', async (request: CreateReadSessionRequest, access) =>
      sessionResource(await sessions.create(parseSessionRequest(request), access)),
    ),
    readRows: (call: ServerWritableStream<ReadRowsRequest, unknown>) => {
      track(
        'ReadRows',
        new StreamReply(context, sessions, call, options).run().then(
          () => void call.end(),
          (error: unknown) => {
            call.emit(
              'error',
              grpcError(error, (fault) => options.onFault(fault, `ReadRows ${call.request.readStream}`)),
            );
          },
        ),
      );
    },
    splitReadStream: unary('SplitReadStream', ({ name }: SplitReadStreamRequest) =>
      Promise.reject(notImplemented(`SplitReadStream (of ${name})`)),
    ),
  };
  return {
    handlers,
    idle: async () => {
      await Promise.all(working);
    },
  };
}

function sessionResource(session: ReadSession): unknown {
  const { name, table, expiresMs, size, streams } = session;
  const bytes = String(Math.round(size.bytes));
  return {
    name,
    table,
    dataFormat: 'ARROW',
    expireTime: { seconds: String(Math.floor(expiresMs / 1000)), nanos: (expiresMs % 1000) * 1_000_000 },
    arrowSchema: { serializedSchema: schemaMessage(session.arrow) },
    streams: streams.map((stream) => ({ name: stream.name })),
    estimatedTotalBytesScanned: bytes,
    estimatedTotalPhysicalFileSize: bytes,
    estimatedRowCount: String(size.rows),
  };
}

/** One ReadRows call. */
class StreamReply {
  readonly #context: ApiContext;
  readonly #sessions: ReadSessions;
  readonly #call: ServerWritableStream<ReadRowsRequest, unknown>;
  readonly #options: ServiceOptions;
  #batches = 0;

  constructor(context: ApiContext, sessions: ReadSessions, call: ServerWritableStream<ReadRowsRequest, unknown>, options: ServiceOptions) {
    this.#context = context;
    this.#sessions = sessions;
    this.#call = call;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { readStream, offset: asked } = this.#call.request;
    const [authorization] = this.#call.metadata.get('authorization');
    let fault = await this.#options.faults.read('ReadRows', authorization?.toString());
    const isDue = (): boolean => fault !== undefined && fault.kind !== 'corrupt' && this.#batches >= (fault.afterBatches ?? 0);
    const strike = async (): Promise<void> => {
      const due = fault;
      fault = undefined;
      if (due?.kind === 'expire') this.#sessions.expire(readStream);
      else if (due) await applyFault(due, this.#call, this.#options);
      this.#sessions.stream(readStream);
    };
    if (isDue()) await strike();
    const stream = this.#sessions.stream(readStream);
    const offset = Number(asked);
    if (offset < 0 || offset > stream.rows) {
      const end = `beyond the last row of '${readStream}', which has ${stream.rows}`;
      throw new ApiError('outOfRange', `request failed: row offset ${asked} is ${end}`);
    }
    if (stream.rows === 0) this.#context.jobs.usage.countRead(stream.bytes, stream.session);
    let at = offset;
    await readBatches(stream, offset, this.#context.readBatchBytes, async (batch) => {
      if (isDue()) await strike();
      const damaged = fault?.kind === 'corrupt' && this.#batches >= (fault.afterBatches ?? 0);
      if (damaged) fault = undefined;
      const going = await this.#write(
        stream,
        damaged ? { ...batch, message: batch.message.subarray(0, batch.message.length >> 1) } : batch,
        at,
      );
      at += batch.rows;
      return going;
    });
    if (fault && fault.kind !== 'corrupt') await strike();
  }

  /** Sends a batch that begins at a row; false when nobody takes it any more. */
  async #write({ session, rows, bytes }: ReadStream, batch: RowBatch, at: number): Promise<boolean> {
    const call = this.#call;
    const { usage } = this.#context.jobs;
    usage.countRead((bytes * batch.rows) / rows, session);
    usage.countRows('storage', session.source.tables, batch.rows);
    const response = {
      arrowRecordBatch: { serializedRecordBatch: batch.message, rowCount: String(batch.rows) },
      rowCount: String(batch.rows),
      stats: { progress: { atResponseStart: at / rows, atResponseEnd: (at + batch.rows) / rows } },
      throttleState: { throttlePercent: 0 },
      uncompressedByteSize: String(batch.message.length),
      ...(this.#batches === 0 ? { arrowSchema: { serializedSchema: schemaMessage(session.arrow) } } : {}),
    };
    this.#batches += 1;
    if (!isGone(call) && !call.write(response)) await drained(call);
    return !isGone(call);
  }
}

/** Whether a fault of a unary call comes when the call has been handled. */
function isAfter(fault: ReadFault): boolean {
  return fault.kind === 'reset' && fault.when === 'after';
}

async function applyFault(
  fault: ReadFault,
  call: Pick<ServerUnaryCall<unknown, unknown>, 'getPeer'>,
  options: ServiceOptions,
): Promise<void> {
  if (fault.kind === 'latency') await options.faults.sleep(fault.ms);
  if (fault.kind === 'status')
    throw new StatusError(
      status[fault.code as keyof typeof status],
      fault.message ?? TEXTS[fault.rpc]?.[fault.code] ?? `An error that was asked for: ${fault.code}`,
    );
  if (fault.kind === 'reset') {
    options.reset(call.getPeer());
    throw new StatusError(status.UNAVAILABLE, 'the connection was reset, as was asked for');
  }
}

/** What Google's service says with a status, where a client may look at it. */
const TEXTS: Partial<Record<ReadMethod, Readonly<Record<string, string>>>> = {
  CreateReadSession: {
    PERMISSION_DENIED: "request failed: the user does not have 'bigquery.readsessions.create' permission for this project",
    UNAUTHENTICATED:
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
  },
  ReadRows: {
    PERMISSION_DENIED: "request failed: the user does not have 'bigquery.readsessions.getData' permission for this session",
    UNAUTHENTICATED:
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
  },
};

/** A status that a fault asks for. */
class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** A call whose connection broke is closed without being cancelled. */
function isGone(call: ServerWritableStream<ReadRowsRequest, unknown>): boolean {
  return call.cancelled || call.destroyed;
}

/** Waits until the client has taken what was written, or is gone. */
function drained(call: ServerWritableStream<ReadRowsRequest, unknown>): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      call.off('drain', go);
      call.off('cancelled', go);
      call.off('close', go);
      resolve();
    };
    call.on('drain', go);
    call.on('cancelled', go);
    call.on('close', go);
    if (isGone(call)) go();
  });
}

function grpcError(error: unknown, onFault: (error: unknown) => void): { code: status; details: string } {
  if (error instanceof StatusError) return { code: error.code, details: error.message };
  if (error instanceof SqlError) return { code: status.INVALID_ARGUMENT, details: `request failed: ${error.message}` };
  const code = error instanceof ApiError ? STATUSES[error.reason] : undefined;
  if (error instanceof ApiError && code !== undefined) return { code, details: error.message };
  onFault(error);
  return { code: status.INTERNAL, details: `The local BigQuery failed: ${error instanceof Error ? error.message : String(error)}` };
}
