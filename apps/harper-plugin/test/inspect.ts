import type { HarperProcess } from '@bqsync/harper-process';

/**
 * Resources for the tests' own application: `POST /Dump {"table"}` gives every stored row with values that JSON has not tagged,
 * `POST /SyncAll` runs `syncAll` as a user's own code would, with a section of the plugin's keys.
 */
export const INSPECT_RESOURCES = `
import { getPluginConfig } from '@bqsync/config';
import { syncAll } from '@bqsync/core';
import { createBigQuerySource } from '@bqsync/bigquery';
import { createHarperSink, createHarperStateStore, harperRuntime, readTarget } from '@bqsync/harper';

function tag(value) {
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) return { $number: Object.is(value, -0) ? '-0' : String(value) };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('hex') };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (Array.isArray(value)) return value.map(tag);
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, tag(item)]));
  return value;
}

export class Dump extends Resource {
  static loadAsInstance = false;
  async post(_target, body) {
    const { table } = await body;
    const rows = [];
    for await (const { key, row } of readTarget(databases.data[table])) rows.push({ key, row: tag(row) });
    return rows;
  }
}

export class SyncAll extends Resource {
  static loadAsInstance = false;
  async post(_target, body) {
    const config = getPluginConfig(await body);
    const runtime = harperRuntime();
    return syncAll({
      tables: config.tables,
      source: createBigQuerySource({ connection: config.bigquery }),
      sink: createHarperSink({ runtime }),
      state: createHarperStateStore({ runtime }),
      retry: { maxRetries: 2, initialDelayMs: 20 },
    });
  }
}
`;

export interface StoredRow {
  readonly key: string;
  readonly row: Readonly<Record<string, unknown>>;
}

export async function dump(harper: HarperProcess, table: string): Promise<StoredRow[]> {
  return post(harper, '/Dump', { table });
}

export async function post<T>(harper: HarperProcess, path: string, body: unknown): Promise<T> {
  const response = await harper.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path} answers ${response.status}: ${await response.text()}\n${harper.logTail()}`);
  return (await response.json()) as T;
}

/** Makes `Date` of a process follow a file that holds milliseconds to add, read at most every 20 ms. For `--require`. */
export const STEPPING_CLOCK = `
const { readFileSync } = require('node:fs');
const file = process.env.CLOCK_OFFSET_FILE;
const real = Date.now.bind(Date);
const RealDate = Date;
let offset = 0;
let readAt = 0;
const now = () => {
  const at = real();
  if (at - readAt > 20) {
    readAt = at;
    try { offset = Number(readFileSync(file, 'utf8')) || 0; } catch { offset = 0; }
  }
  return at + offset;
};
class SteppedDate extends RealDate {
  constructor(...args) { if (args.length === 0) super(now()); else super(...args); }
  static now() { return now(); }
}
globalThis.Date = SteppedDate;
`;
