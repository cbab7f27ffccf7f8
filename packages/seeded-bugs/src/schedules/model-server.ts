import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from '../../../testkit/src/sim/random.ts';

export type Cells = readonly (string | null)[];

export interface ModelJob {
  readonly sql: string;
  readonly createdMs: number;
  readonly rows: readonly Cells[];
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  readonly type: string;
}

/** What an answer is spoilt by; those of a window make it worthless, the others pass. */
const PASSING = ['500', '502', '503', '504', '429', 'reset', 'cut', 'lost-answer'] as const;
const FATAL = ['incomplete', 'other-total', 'gone', 'other-columns'] as const;
type Fault = (typeof PASSING)[number] | (typeof FATAL)[number];

/** One table of BigQuery over its REST protocol: each answer may be spoilt, and a page ends wherever the server likes. */
export class ModelServer {
  random: Random;
  fields: readonly Field[] = [];
  rows: Cells[] = [];
  readonly jobs = new Map<string, ModelJob>();
  /** Faults that only another window can mend. */
  fatal = 0;
  /** How many more answers are spoilt. */
  faults = 0;
  nowMs = 1_800_000_000_000;
  readonly #server: Server;

  constructor(random: Random) {
    this.random = random;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#server.unref();
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://local');
      const path = url.pathname.replace('/bigquery/v2/projects/p', '');
      const fault = this.#fault(path);
      if (fault === 'reset') response.destroy();
      else if (fault !== undefined && /^\d/.test(fault))
        send(response, Number(fault), fault === '502' ? '<html>bad gateway</html>' : failure(Number(fault), ''));
      else this.#serve(request.method ?? 'GET', path, url.searchParams, text, response, fault);
    });
  }

  #serve(method: string, path: string, query: URLSearchParams, text: string, response: ServerResponse, fault: Fault | undefined): void {
    const [, kind = '', id = ''] = path.split('/');
    const job = this.jobs.get(id);
    if (kind === 'datasets') answer(response, fault, this.#table());
    else if (method === 'POST') this.#insert(text, response, fault);
    else if (job === undefined || fault === 'gone') send(response, 404, failure(404, 'notFound'));
    else answer(response, fault, kind === 'jobs' ? this.#job(id) : this.#results(job, query, fault));
  }

  #insert(text: string, response: ServerResponse, fault: Fault | undefined): void {
    const body = JSON.parse(text) as { jobReference: { jobId: string }; configuration: { query: { query: string } } };
    const { jobId } = body.jobReference;
    if (this.jobs.has(jobId)) {
      send(response, 409, failure(409, 'duplicate'));
      return;
    }
    this.#run(jobId, body.configuration.query.query);
    if (fault === 'lost-answer') response.destroy();
    else answer(response, fault, this.#job(jobId));
  }

  #run(jobId: string, sql: string): void {
    this.nowMs += this.random.between(1, 50);
    const rows = this.random.shuffle(this.rows.filter(selectedBy(sql, this.fields)));
    this.jobs.set(jobId, { sql, createdMs: this.nowMs, rows, fields: this.fields });
  }

  #job(jobId: string): unknown {
    const job = this.jobs.get(jobId);
    return {
      status: { state: 'DONE' },
      configuration: { query: { query: job?.sql } },
      statistics: { creationTime: String(job?.createdMs ?? 0), query: { totalBytesProcessed: '100', totalBytesBilled: '100' } },
    };
  }

  #results(job: ModelJob, query: URLSearchParams, fault: Fault | undefined): unknown {
    const max = Number(query.get('maxResults'));
    const start = Number(query.get('startIndex'));
    if (max > 0 && fault === 'incomplete') return { jobComplete: false };
    const cut = this.random.chance(0.4) ? this.random.between(1, max + 1) : max;
    const isReordered = max > 0 && fault === 'other-columns';
    const cells = job.rows.slice(start, start + Math.min(max, cut)).map((row) => (isReordered ? swapped(row) : row));
    const rows = cells.map((row) => ({ f: row.map((v) => ({ v })) }));
    const isOther = max > 0 && fault === 'other-total';
    const fields = isReordered ? swapped(job.fields) : job.fields;
    return {
      jobComplete: true,
      totalRows: String(job.rows.length + (isOther ? 1 : 0)),
      rows: isOther ? rows.toReversed() : rows,
      schema: { fields },
    };
  }

  #table(): unknown {
    return {
      type: 'TABLE',
      location: 'US',
      etag: 'e',
      creationTime: '1700000000000',
      lastModifiedTime: String(this.nowMs),
      numRows: String(this.rows.length),
      numBytes: String(this.rows.length * 40),
      schema: { fields: this.fields },
    };
  }

  /** A window is spoilt while it is read; whatever passes may happen to any call. */
  #fault(path: string): Fault | undefined {
    if (this.faults <= 0 || !this.random.chance(0.25)) return undefined;
    this.faults -= 1;
    const isRead = path.startsWith('/queries');
    if (!isRead || this.random.chance(0.6)) return this.random.pick(PASSING);
    this.fatal += 1;
    return this.random.pick(FATAL);
  }
}

/** Its second and third change places. */
function swapped<T>([first, second, third, ...rest]: readonly T[]): T[] {
  return [first, third, second, ...rest] as T[];
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(text);
}

function answer(response: ServerResponse, fault: Fault | undefined, body: unknown): void {
  const text = JSON.stringify(body);
  send(response, 200, fault === 'cut' ? text.slice(0, Math.floor(text.length / 2)) : text);
}

function failure(code: number, reason: string): string {
  return JSON.stringify({ error: { code, message: `fault ${String(code)}`, ...(reason === '' ? {} : { errors: [{ reason }] }) } });
}

/** Reads the conditions that windows have: comparisons of the first column, joined by AND, maybe OR-ed with IS NULL. */
function selectedBy(sql: string, fields: readonly Field[]): (cells: Cells) => boolean {
  const where = sql.split(' WHERE ')[1];
  if (where === undefined) return () => true;
  const alternatives = where
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .map((all) => all.split(' AND ').map(termOf));
  const isStamp = fields[0]?.type === 'TIMESTAMP';
  return ([cursor]) => {
    const value = cursor === null || cursor === undefined ? null : isStamp ? BigInt(cursor) : cursor;
    return alternatives.some((terms) => terms.every((term) => term(value)));
  };
}

function termOf(text: string): (cursor: string | bigint | null) => boolean {
  if (text.endsWith(' IS NULL')) return (cursor) => cursor === null;
  if (text.endsWith(' IS NOT NULL')) return (cursor) => cursor !== null;
  const match = /^`ts` (>=|>|<=|<) (TIMESTAMP|DATETIME|DATE) '([^']+)'$/.exec(text);
  if (match === null) throw new Error(`the model does not understand the condition ${text}`);
  const bound = match[2] === 'TIMESTAMP' ? microsOf(match[3] ?? '') : (match[3] ?? '');
  return (cursor) => {
    if (cursor === null) return false;
    if (cursor === bound) return match[1] === '>=' || match[1] === '<=';
    return cursor > bound === (match[1] ?? '').startsWith('>');
  };
}

function microsOf(text: string): bigint {
  return BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1000n + BigInt(text.slice(20, 26));
}
