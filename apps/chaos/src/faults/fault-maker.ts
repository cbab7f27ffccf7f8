import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError } from '@bqsync/errors';
import type { FaultSpec } from '@bqsync/local-bigquery';
import type { ReadChoice } from '../options.ts';
import { Random } from '../random.ts';

/** Calls that only the sync makes, or that the load survives: the load writes by `insertAll` and `jobs.query`. */
const SENDS_JOB: Target = { method: 'POST', path: '/projects/*/jobs' };
const READS_ROWS: Target = { method: 'GET', path: '/projects/*/queries/*' };
const ASKS_JOB: Target = { method: 'GET', path: '/projects/*/jobs/*' };
const DESCRIBES: Target = { method: 'GET', path: '/projects/*/datasets/*/tables/*' };
const OPENS_SESSION = { rpc: 'CreateReadSession' } as const;
const READS_STREAM = { rpc: 'ReadRows' } as const;
const ANY_CALL: readonly [Target, ...Target[]] = [SENDS_JOB, READS_ROWS, READS_ROWS, ASKS_JOB, DESCRIBES];

/** Each kind that passes by itself soon; the name is what it is counted under. */
const REST_KINDS: readonly [Kind, ...Kind[]] = [
  ['429', (draw) => ({ kind: 'error', status: 429, reason: 'rateLimitExceeded', ...draw.pick(ANY_CALL) })],
  ['403 rateLimitExceeded', (draw) => ({ kind: 'error', status: 403, reason: 'rateLimitExceeded', ...draw.pick(ANY_CALL) })],
  ['500', (draw) => ({ kind: 'error', status: 500, ...draw.pick(ANY_CALL) })],
  ['502', (draw) => ({ kind: 'error', status: 502, ...draw.pick(ANY_CALL) })],
  ['503', (draw) => ({ kind: 'error', status: 503, ...draw.pick(ANY_CALL) })],
  ['504', (draw) => ({ kind: 'error', status: 504, ...draw.pick(ANY_CALL) })],
  ['latency', (draw) => ({ kind: 'latency', ms: draw.between(300, 2_000), ...draw.pick(ANY_CALL) })],
  ['reset before', (draw) => ({ kind: 'reset', when: 'before', ...draw.pick(ANY_CALL) })],
  ['reset mid-body', (draw) => ({ kind: 'reset', when: 'body', ...draw.pick(ANY_CALL) })],
  ['truncated JSON', (draw) => ({ kind: 'truncate', ...draw.pick(ANY_CALL) })],
  ['answer lost', () => ({ kind: 'reset', when: 'after', ...SENDS_JOB })],
  ['expired result', () => ({ kind: 'expire', what: 'rows', ...EXPIRY, ...READS_ROWS })],
];
const CORRUPT_BATCH = 'corrupt batch';
/** The same of the Storage Read API, whose calls are fewer and longer: a window is one session and few streams. */
const STORAGE_KINDS: readonly Kind[] = [
  ...(['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'INTERNAL', 'DEADLINE_EXCEEDED', 'ABORTED'] as const).map(
    (code): Kind => [
      `storage ${code}`,
      (draw) => ({ ...OFTEN, kind: 'status', code, ...draw.pick<ReadTarget>([OPENS_SESSION, midStream(draw)]) }),
    ],
  ),
  [
    'storage latency',
    (draw) => ({ ...OFTEN, kind: 'latency', ms: draw.between(300, 2_000), ...draw.pick<ReadTarget>([OPENS_SESSION, READS_STREAM]) }),
  ],
  [
    'storage reset before',
    (draw) => ({ ...OFTEN, kind: 'reset', when: 'before', ...draw.pick<ReadTarget>([OPENS_SESSION, READS_STREAM]) }),
  ],
  ['storage reset mid-stream', (draw) => ({ ...OFTEN, kind: 'reset', ...midStream(draw) })],
  ['storage answer lost', () => ({ ...OFTEN, kind: 'reset', when: 'after', ...OPENS_SESSION })],
  [CORRUPT_BATCH, (draw) => ({ ...OFTEN, kind: 'corrupt', ...READS_STREAM, afterBatches: draw.between(0, 1) })],
  ['expired session', (draw) => ({ ...OFTEN, ...SESSION_EXPIRY, kind: 'expire', ...midStream(draw) })],
];
/** A used-up quota keeps a table waiting for five minutes, unless its process ends before. */
const QUOTA = '403 quotaExceeded';
/** What makes a window last; counted apart from the latency that comes and goes. */
const SLOW_PAGE = 'slow page';
const SLOW_STREAM = 'slow stream';

interface Target {
  readonly method: string;
  readonly path: string;
}

type ReadTarget = typeof OPENS_SESSION | { readonly rpc: 'ReadRows'; readonly afterBatches?: number };

type Kind = readonly [name: string, make: (draw: Random) => FaultSpec];

interface Pending {
  readonly name: string;
  /** Monotonic: when it is taken back. Faults that pile up while a table waits would keep it from ever going on. */
  readonly endsAt: number;
  fired: number;
}

interface Report {
  readonly id: string;
  readonly fired: number;
  readonly count?: number;
}

const LIFE_MS = 1_500;
/** Of the calls that a fault may hit while it lasts. With more of them, no step of several calls would ever succeed. */
const HITS = { share: 0.1, count: 2 };
const OFTEN = { share: 0.4, count: 1 };
/** Of a large window some page would almost always find it gone, so that it would begin anew for ever. */
const EXPIRY = { share: 0.02, count: 1 };
const SESSION_EXPIRY = { share: 0.1 };
const PAGE_LATENCY_MS = 120;
const RESTART_LATENCY_MS = 1_500;

/** Breaks a stream where it begins, or after some batches, or at its end if it has no more. */
const midStream = (draw: Random): ReadTarget => ({ ...READS_STREAM, afterBatches: draw.between(0, 3) });

/** Makes the local BigQuery fail, by its admin call, in every way that passes. */
export class FaultMaker {
  readonly #url: string;
  readonly #kinds: readonly [Kind, ...Kind[]];
  readonly #slow: readonly (readonly [name: string, target: Target | typeof READS_STREAM])[];
  readonly #random: Random;
  readonly #stop = new AbortController();
  readonly #pending = new Map<string, Pending>();
  readonly #fired = new Map<string, number>();
  #running: Promise<void> | undefined;

  constructor(url: string, seed: number, read: ReadChoice) {
    this.#url = `${url}/local/faults`;
    this.#kinds = read === 'rest' ? REST_KINDS : [...REST_KINDS, ...STORAGE_KINDS];
    this.#slow = [[SLOW_PAGE, READS_ROWS], ...(read === 'rest' ? [] : [[SLOW_STREAM, READS_STREAM] as const])];
    this.#random = new Random(seed, 'faults');
  }

  /** From now on each page and each stream takes a while, so that a window has a middle. */
  async slowReads(): Promise<void> {
    await this.#slowDown(PAGE_LATENCY_MS);
  }

  /** Until taken back, rows take so long that what was committed before a restart can be read before there is more. */
  async holdReads(): Promise<() => Promise<void>> {
    const ids = await this.#slowDown(RESTART_LATENCY_MS);
    return async () => {
      await this.#harvest();
      for (const id of ids) await this.#remove(id);
    };
  }

  async #slowDown(ms: number): Promise<readonly string[]> {
    return Promise.all(this.#slow.map(([name, target]) => this.#add(name, { kind: 'latency', ms, share: 1, ...target })));
  }

  /** One call finds its quota used up. */
  async useUpQuota(): Promise<void> {
    await this.#add(QUOTA, { kind: 'error', status: 403, reason: 'quotaExceeded', ...this.#random.pick([SENDS_JOB, READS_ROWS]) });
  }

  /** Takes back a quota fault that has hit nobody yet. */
  async freeQuota(): Promise<void> {
    await this.#harvest();
    for (const [id, { name }] of [...this.#pending]) if (name === QUOTA) await this.#remove(id);
  }

  /** Adds faults all the time. Rejects when the server does not take them; resolves once stopped. */
  run(): Promise<void> {
    this.#running ??= this.#loop();
    return this.#running;
  }

  /** No more faults, also of those that were asked for. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#harvest();
    await this.#call('DELETE');
    this.#pending.clear();
  }

  /** How many calls were hit, by the kind of fault. */
  get firedByKind(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#fired].sort(([a], [b]) => a.localeCompare(b, 'en')));
  }

  /** How many batches were corrupt. */
  get corruptBatches(): number {
    return this.#fired.get(CORRUPT_BATCH) ?? 0;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const [name, make] = this.#random.pick(this.#kinds);
      await this.#add(name, { ...HITS, ...make(this.#random), seed: this.#random.between(1, 1e9) }, LIFE_MS);
      await this.#harvest();
      await sleep(this.#random.between(200, 900), undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async #add(name: string, spec: FaultSpec, lifeMs = Infinity): Promise<string> {
    const { id } = (await this.#call('POST', '', spec)) as Report;
    this.#pending.set(id, { name, endsAt: performance.now() + lifeMs, fired: 0 });
    return id;
  }

  /** Counts what has fired since the last time, and takes away what is used up or over. */
  async #harvest(): Promise<void> {
    const { faults } = (await this.#call('GET')) as { readonly faults: readonly Report[] };
    for (const { id, fired, count } of faults) {
      const pending = this.#pending.get(id);
      if (pending === undefined) continue;
      const { name, endsAt } = pending;
      if (fired > pending.fired) this.#fired.set(name, (this.#fired.get(name) ?? 0) + fired - pending.fired);
      pending.fired = fired;
      const isUsedUp = fired >= (count ?? (name === QUOTA ? 1 : Infinity));
      // The first of a kind stays until it has hit, so that no kind is left out.
      const isOver = performance.now() > endsAt && this.#fired.has(name);
      if (isUsedUp || isOver) await this.#remove(id);
    }
  }

  async #remove(id: string): Promise<void> {
    if (!this.#pending.delete(id)) return;
    await this.#call('DELETE', `/${id}`);
  }

  async #call(method: string, path = '', body?: FaultSpec): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (response.ok) return text === '' ? undefined : (JSON.parse(text) as unknown);
    throw new BqsyncError('BQS_SOURCE_UNAVAILABLE', `the local BigQuery does not take a fault: ${response.status} ${text.slice(0, 300)}`);
  }
}
