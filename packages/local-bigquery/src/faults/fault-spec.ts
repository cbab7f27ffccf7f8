import { status } from '@grpc/grpc-js';
import { invalid } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';

export type ReadMethod = 'CreateReadSession' | 'ReadRows' | 'SplitReadStream';

interface RestTarget {
  /** `GET`, `POST`, …; default: any. */
  readonly method?: string;
  /** A path without its query, where `*` takes one segment and `**` any number, for example `/projects/p/queries/*`; default: any. */
  readonly path?: string;
  /** Only calls that carry this bearer token: one that was valid and no longer is. */
  readonly token?: string;
}

interface ReadTarget {
  /** A method of the Storage Read API. */
  readonly rpc: ReadMethod;
  /** Only calls that carry this bearer token. */
  readonly token?: string;
  /** Of ReadRows: how many batches are delivered first, or all there are if there are fewer. Default 0. */
  readonly afterBatches?: number;
}

interface Rate {
  /** How many calls at most. Default 1, or without limit if there is a `share`. */
  readonly count?: number;
  /** The part of the calls that it hits, above 0 and up to 1, drawn by `seed` (default 1). */
  readonly share?: number;
  readonly seed?: number;
}

/** What goes wrong; each hits a call of the REST API or of the Storage Read API, as its target says. */
export type FaultSpec = Rate &
  (
    | (RestTarget &
        (
          | { readonly kind: 'error'; readonly status: number; readonly reason?: string; readonly message?: string }
          | { readonly kind: 'truncate' }
          /** The answer packed as gzip whatever the caller accepts (`gzip`), or without a length, in pieces (`chunkBytes`). */
          | { readonly kind: 'transfer'; readonly gzip?: boolean; readonly chunkBytes?: number }
          | { readonly kind: 'expire'; readonly what?: 'rows' | 'job' }
          | { readonly kind: 'reset'; readonly when?: 'before' | 'body' | 'after' }
          | { readonly kind: 'latency'; readonly ms: number }
        ))
    | (ReadTarget &
        (
          | { readonly kind: 'status'; readonly code: string; readonly message?: string }
          | { readonly kind: 'corrupt' }
          | { readonly kind: 'expire' }
          | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
          | { readonly kind: 'latency'; readonly ms: number }
        ))
  );

export type RestFault = Exclude<FaultSpec, { readonly rpc: ReadMethod }>;
export type ReadFault = Extract<FaultSpec, { readonly rpc: ReadMethod }>;

const RATE = ['count', 'share', 'seed'];
const REST_KINDS: Readonly<Record<string, readonly string[]>> = {
  error: ['status', 'reason', 'message'],
  truncate: [],
  transfer: ['gzip', 'chunkBytes'],
  expire: ['what'],
  reset: ['when'],
  latency: ['ms'],
};
const READ_KINDS: Readonly<Record<string, readonly string[]>> = {
  status: ['code', 'message'],
  corrupt: [],
  expire: [],
  reset: ['when'],
  latency: ['ms'],
};
const READ_METHODS: readonly unknown[] = ['CreateReadSession', 'ReadRows', 'SplitReadStream'] satisfies ReadMethod[];

/** Checks a fault that somebody asks for; what is wrong or unknown is refused by its key. */
export function parseFault(value: unknown): FaultSpec {
  if (!isObject(value)) throw invalid('A fault must be a JSON object', 'fault');
  const isRead = value['rpc'] !== undefined;
  const kinds = isRead ? READ_KINDS : REST_KINDS;
  const kind = oneOf(value, 'kind', Object.keys(kinds));
  const known = ['kind', ...RATE, ...(isRead ? ['rpc', 'afterBatches', 'token'] : ['method', 'path', 'token']), ...(kinds[kind] ?? [])];
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw invalid(`A fault of kind ${kind} has no "${unknown}"; it may have ${known.join(', ')}`, unknown);
  number(value, 'count', { least: 1, whole: true });
  number(value, 'share', { above: 0, most: 1 });
  number(value, 'seed', { least: 0, whole: true });
  if (isRead) checkRead(value, kind);
  else checkRest(value, kind);
  if (kind === 'latency') number(value, 'ms', { least: 0, most: 3_600_000, required: true });
  text(value, 'message');
  text(value, 'token');
  return value as unknown as FaultSpec;
}

function checkRest(value: Readonly<Record<string, unknown>>, kind: string): void {
  text(value, 'method');
  text(value, 'path');
  if (typeof value['path'] === 'string' && !value['path'].startsWith('/')) throw wrong('path', value['path'], 'begin with /');
  if (kind === 'error') {
    number(value, 'status', { least: 400, most: 599, whole: true, required: true });
    text(value, 'reason');
  }
  if (kind === 'transfer') {
    number(value, 'chunkBytes', { least: 1, whole: true });
    if (value['gzip'] !== undefined && typeof value['gzip'] !== 'boolean') throw wrong('gzip', value['gzip'], 'be true or false');
    if (value['gzip'] !== true && value['chunkBytes'] === undefined)
      throw invalid('A fault of kind transfer needs gzip or chunkBytes', 'gzip');
  }
  if (kind === 'expire' && value['what'] !== undefined) oneOf(value, 'what', ['rows', 'job']);
  if (kind === 'reset' && value['when'] !== undefined) oneOf(value, 'when', ['before', 'body', 'after']);
}

function checkRead(value: Readonly<Record<string, unknown>>, kind: string): void {
  const rpc = value['rpc'];
  if (!READ_METHODS.includes(rpc)) throw wrong('rpc', rpc, `be one of ${READ_METHODS.join(', ')}`);
  number(value, 'afterBatches', { least: 0, whole: true });
  if (rpc !== 'ReadRows') {
    if (value['afterBatches'] !== undefined) throw invalid('Only a fault of ReadRows has afterBatches', 'afterBatches');
    if (kind === 'corrupt' || kind === 'expire') throw invalid(`A fault of kind ${kind} needs rpc ReadRows`, 'rpc');
  }
  if (kind === 'status') {
    const codes = Object.keys(status).filter((name) => Number.isNaN(Number(name)) && name !== 'OK');
    oneOf(value, 'code', codes);
  }
  if (kind === 'reset' && value['when'] !== undefined) oneOf(value, 'when', ['before', 'after']);
}

function oneOf(value: Readonly<Record<string, unknown>>, key: string, allowed: readonly string[]): string {
  const found = value[key];
  if (typeof found !== 'string' || !allowed.includes(found)) throw wrong(key, found, `be one of ${allowed.join(', ')}`);
  return found;
}

function text(value: Readonly<Record<string, unknown>>, key: string): void {
  const found = value[key];
  if (found !== undefined && (typeof found !== 'string' || found === '')) throw wrong(key, found, 'be text');
}

interface Bounds {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly whole?: boolean;
  readonly required?: boolean;
}

function number(value: Readonly<Record<string, unknown>>, key: string, bounds: Bounds): void {
  const found = value[key];
  if (found === undefined && bounds.required !== true) return;
  const { least = -Infinity, above = -Infinity, most = Infinity, whole = false } = bounds;
  if (typeof found === 'number' && found >= least && found > above && found <= most && (!whole || Number.isSafeInteger(found))) return;
  const limits = [
    ...(bounds.least === undefined ? [] : [`at least ${bounds.least}`]),
    ...(bounds.above === undefined ? [] : [`above ${bounds.above}`]),
    ...(bounds.most === undefined ? [] : [`at most ${bounds.most}`]),
  ];
  throw wrong(key, found, `be a ${whole ? 'whole ' : ''}number of ${limits.join(' and ')}`);
}

function wrong(key: string, found: unknown, must: string): Error {
  return invalid(`Invalid value ${found === undefined ? 'undefined' : JSON.stringify(found)} for ${key} of a fault: it must ${must}`, key);
}
