import {
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { ApiContext } from '../api/context.ts';
import { ApiError } from '../http/api-error.ts';
import { SqlError } from '../sql/contract.ts';
import { schemaMessage } from './arrow-message.ts';
import { readBatches } from './batch-reader.ts';
import { type ReadSession, ReadSessions } from './read-session.ts';
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

/** The handlers of the Storage Read API. `reads` holds the reads that are under way. */
export function readHandlers(
  context: ApiContext,
  reads: Set<Promise<void>>,
  onFault: (error: unknown, call: string) => void,
): UntypedServiceImplementation {
  const sessions = new ReadSessions(context);
  const fail = (error: unknown, call: string): { code: status; details: string } => grpcError(error, (fault) => onFault(fault, call));
  return {
    createReadSession: (call: ServerUnaryCall<CreateReadSessionRequest, unknown>, done: sendUnaryData<unknown>) => {
      const create = async (): Promise<unknown> => sessionResource(await sessions.create(parseSessionRequest(call.request)));
      create().then(
        (session) => done(null, session),
        (error: unknown) => done(fail(error, 'CreateReadSession')),
      );
    },
    readRows: (call: ServerWritableStream<ReadRowsRequest, unknown>) => {
      const read = readRows(context, sessions, call).then(
        () => void call.end(),
        (error: unknown) => void call.emit('error', fail(error, `ReadRows ${call.request.readStream}`)),
      );
      reads.add(read);
      void read.finally(() => reads.delete(read));
    },
    splitReadStream: (call: ServerUnaryCall<SplitReadStreamRequest, unknown>, done: sendUnaryData<unknown>) => {
      done({ code: status.UNIMPLEMENTED, details: `SplitReadStream is not supported by the local BigQuery (${call.request.name})` });
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

async function readRows(context: ApiContext, sessions: ReadSessions, call: ServerWritableStream<ReadRowsRequest, unknown>): Promise<void> {
  const { readStream, offset: asked } = call.request;
  const stream = sessions.stream(readStream);
  const { session, rows, bytes } = stream;
  const offset = Number(asked);
  if (offset < 0 || offset > rows) {
    throw new ApiError('outOfRange', `request failed: row offset ${asked} is beyond the last row of '${readStream}', which has ${rows}`);
  }
  const { usage } = context.jobs;
  if (rows === 0) usage.countRead(bytes, session.source.temporary);
  let at = offset;
  let first = true;
  await readBatches(stream, offset, async (batch) => {
    const end = at + batch.rows;
    usage.countRead((bytes * batch.rows) / rows, session.source.temporary);
    const response = {
      arrowRecordBatch: { serializedRecordBatch: batch.message, rowCount: String(batch.rows) },
      rowCount: String(batch.rows),
      stats: { progress: { atResponseStart: at / rows, atResponseEnd: end / rows } },
      throttleState: { throttlePercent: 0 },
      uncompressedByteSize: String(batch.message.length),
      ...(first ? { arrowSchema: { serializedSchema: schemaMessage(session.arrow) } } : {}),
    };
    at = end;
    first = false;
    if (!call.cancelled && !call.write(response)) await drained(call);
    return !call.cancelled;
  });
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
    if (call.cancelled) go();
  });
}

function grpcError(error: unknown, onFault: (error: unknown) => void): { code: status; details: string } {
  if (error instanceof SqlError) return { code: status.INVALID_ARGUMENT, details: `request failed: ${error.message}` };
  const code = error instanceof ApiError ? STATUSES[error.reason] : undefined;
  if (error instanceof ApiError && code !== undefined) return { code, details: error.message };
  onFault(error);
  return { code: status.INTERNAL, details: `The local BigQuery failed: ${error instanceof Error ? error.message : String(error)}` };
}
