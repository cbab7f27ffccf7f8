import { invalid, notImplemented } from '../http/api-error.ts';
import type { TablePath } from './row-source.ts';

/** A `CreateReadSessionRequest` as the wire has it; what is not set has its default. */
export interface CreateReadSessionRequest {
  readonly parent: string;
  readonly readSession: WireSession | null;
  readonly maxStreamCount: number;
  readonly preferredMinStreamCount: number;
}

interface WireSession {
  readonly table: string;
  readonly dataFormat: string;
  readonly tableModifiers: { readonly snapshotTime: { readonly seconds: string; readonly nanos: number } | null } | null;
  readonly readOptions: {
    readonly selectedFields: readonly string[];
    readonly rowRestriction: string;
    readonly samplePercentage?: number;
    readonly responseCompressionCodec?: string;
    readonly arrowSerializationOptions?: { readonly bufferCompression: string; readonly picosTimestampPrecision: string } | null;
  } | null;
  readonly traceId: string;
}

export interface SessionRequest {
  /** Who pays; the session's name carries it. */
  readonly project: string;
  readonly path: TablePath;
  readonly selectedFields: readonly string[];
  readonly restriction: string;
  readonly snapshotMicros: bigint | undefined;
  /** 0: as many as the server likes. */
  readonly maxStreams: number;
  readonly minStreams: number;
  /** What the client says the session is for; empty: nothing. */
  readonly traceId: string;
}

const MAX_RESTRICTION_BYTES = 1_048_576;
const MAX_TRACE_ID_BYTES = 256;

/** Reads a request; what is not there is refused by name. */
export function parseSessionRequest(request: CreateReadSessionRequest): SessionRequest {
  const project = /^projects\/([^/]+)$/.exec(request.parent)?.[1];
  if (project === undefined) throw invalid(`Invalid parent "${request.parent}": it must be projects/{project}`);
  const session = request.readSession;
  if (!session) throw invalid('Required parameter is missing: read_session');
  if (session.dataFormat === 'AVRO') throw notImplemented('data_format AVRO');
  if (session.dataFormat !== 'ARROW') throw invalid('read_session.data_format must be set: ARROW');
  const options = session.readOptions;
  const precision = options?.arrowSerializationOptions?.picosTimestampPrecision;
  if (precision !== undefined && !['PICOS_TIMESTAMP_PRECISION_UNSPECIFIED', 'TIMESTAMP_PRECISION_MICROS'].includes(precision)) {
    throw notImplemented(`arrow_serialization_options.picos_timestamp_precision ${precision}`);
  }
  if (options?.samplePercentage !== undefined) throw notImplemented('read_options.sample_percentage');
  const codec = options?.responseCompressionCodec;
  if (codec !== undefined && codec !== 'RESPONSE_COMPRESSION_CODEC_UNSPECIFIED') {
    throw notImplemented(`read_options.response_compression_codec ${codec}`);
  }
  const restriction = options?.rowRestriction ?? '';
  if (Buffer.byteLength(restriction) > MAX_RESTRICTION_BYTES) {
    throw invalid(
      `read_session.read_options.row_restriction exceeded maximum allowed length. Maximum bytes allowed: ${MAX_RESTRICTION_BYTES}`,
    );
  }
  if (Buffer.byteLength(session.traceId) > MAX_TRACE_ID_BYTES) {
    throw invalid(`read_session.trace_id exceeded maximum allowed length. Maximum bytes allowed: ${MAX_TRACE_ID_BYTES}`);
  }
  if (request.maxStreamCount < 0 || request.preferredMinStreamCount < 0) throw invalid('A count of streams must not be negative');
  if (request.maxStreamCount > 0 && request.preferredMinStreamCount > request.maxStreamCount) {
    throw invalid('preferred_min_stream_count must not be greater than max_stream_count');
  }
  return {
    project,
    path: parseTable(session.table),
    selectedFields: options?.selectedFields ?? [],
    restriction,
    snapshotMicros: micros(session.tableModifiers?.snapshotTime ?? null),
    maxStreams: request.maxStreamCount,
    minStreams: request.preferredMinStreamCount,
    traceId: session.traceId,
  };
}

function parseTable(name: string): TablePath {
  const [, project, dataset, table] = /^projects\/([^/]+)\/datasets\/([^/]+)\/tables\/([^/]+)$/.exec(name) ?? [];
  if (project === undefined || dataset === undefined || table === undefined) {
    throw invalid(`Invalid table "${name}": it must be projects/{project}/datasets/{dataset}/tables/{table}`);
  }
  return { project, dataset, table };
}

function micros(time: { readonly seconds: string; readonly nanos: number } | null): bigint | undefined {
  return time === null ? undefined : BigInt(time.seconds) * 1_000_000n + BigInt(Math.floor(time.nanos / 1000));
}
