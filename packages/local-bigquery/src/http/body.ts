import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { ApiError, invalid } from './api-error.ts';

/** BigQuery's limit of one JSON request. */
const MAX_JSON_BYTES = 10 * 1024 * 1024;

/**
 * The request's bytes, unpacked when they are sent as gzip. Whoever stops reading early leaves the connection open, so that
 * the caller still gets an answer.
 */
export function bodyStream(request: IncomingMessage): AsyncIterable<Buffer> {
  if (request.headers['content-encoding'] !== 'gzip') return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const unzip = createGunzip();
  request.on('error', (error) => unzip.destroy(error));
  return request.pipe(unzip);
}

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of bodyStream(request)) {
    bytes += chunk.length;
    if (bytes > MAX_JSON_BYTES) {
      throw new ApiError('uploadTooLarge', `Request payload size exceeds the limit: ${MAX_JSON_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function parseObject(text: string, what: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`${what} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(value)) throw invalid(`${what} must be a JSON object`);
  return value;
}

export async function readObject(request: IncomingMessage): Promise<Record<string, unknown>> {
  return parseObject(await readText(request), 'The request body');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
