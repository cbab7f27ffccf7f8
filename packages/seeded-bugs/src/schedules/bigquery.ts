import { createBigQuerySource } from '@bqsync/bigquery';
import {
  type CursorRange,
  cursorText,
  type CursorType,
  formatInstant,
  type Micros,
  micros,
  type OpenWindow,
  type Source,
  type TableDescription,
  type TableSpec,
  type Value,
} from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { unitsOf } from '../../../bigquery/src/units.ts';
import { Random } from '../../../testkit/src/sim/random.ts';
import { type Cells, ModelServer } from './model-server.ts';
import { serve } from './serve.ts';

const never = new AbortController().signal;
const MOST_TRIES = 60;
const LATE = 1_700_000_000_000_000n;
/** Errors after which the engine opens the window anew and pays once more. */
const REOPEN: ReadonlySet<string> = new Set(['BQS_SOURCE_WINDOW_EXPIRED', 'BQS_SOURCE_JOB_FAILED', 'BQS_SOURCE_PROTOCOL']);

/** The real source, on the official client, against a server that spoils its answers: a window is read to its end, and must be its rows exactly. */
class BigQuerySchedule {
  readonly #random: Random;
  readonly #server: ModelServer;
  readonly #source: Source;
  readonly #type: CursorType;
  readonly #name: string;
  #tries = 0;

  constructor(seed: number, server: ModelServer, endpoint: string) {
    this.#random = new Random(seed);
    this.#name = `t${String(seed)}`;
    this.#server = server;
    this.#source = createBigQuerySource({
      connection: { projectId: 'p', credentials: { kind: 'anonymous' }, apiEndpoint: endpoint },
      pageBytes: this.#random.between(100, 3000),
      readAhead: this.#random.chance(0.5),
    });
    this.#type = this.#random.pick(['TIMESTAMP', 'TIMESTAMP', 'DATETIME', 'DATE'] as const);
  }

  async run(): Promise<string | undefined> {
    const server = this.#server;
    const random = this.#random;
    server.random = random;
    server.jobs.clear();
    server.fatal = 0;
    server.faults = random.between(0, 4);
    const types = [this.#type, 'INT64', 'STRING', 'NUMERIC', 'BYTES'];
    server.fields = ['ts', 'n', 's', 'd', 'b'].map((name, i) => ({ name, type: types[i] ?? '' }));
    server.rows = Array.from({ length: random.between(0, 60) }, () => this.#row());
    const uncut = unitFault(random.between(0, 400_000));
    if (uncut !== undefined) return uncut;
    try {
      return await this.#readWindow();
    } catch (error) {
      const code = error instanceof BqsyncError ? error.code : '';
      return `given up: ${code} ${String(error)}`;
    }
  }

  async #readWindow(): Promise<string | undefined> {
    const table = specOf(this.#name);
    const description = await this.#again(() => this.#source.describe(table, never));
    const range = this.#range();
    for (let count = 0; ; count++) {
      const spoilt = this.#server.fatal;
      const request = { windowId: `${this.#name}_${String(count)}`, kind: 'tail', range } as const;
      try {
        const open = await this.#again(() => this.#source.open(table, description, request, never));
        return await this.#readUnits(table, description, open, range);
      } catch (error) {
        if (!(error instanceof BqsyncError) || !REOPEN.has(error.code)) throw error;
        if (this.#server.fatal === spoilt) return `a fault that passes made the window be paid for once more: ${error.message}`;
      }
    }
  }

  async #readUnits(table: TableSpec, description: TableDescription, open: OpenWindow, range: CursorRange): Promise<string | undefined> {
    const job = this.#server.jobs.get(open.windowId);
    const rows = job?.rows ?? [];
    if (open.snapshot !== BigInt(job?.createdMs ?? 0) * 1000n) return `the snapshot ${formatInstant(open.snapshot)} is not the source's`;
    const wanted = this.#server.rows.filter((row) => this.#isIn(row, range));
    if (rows.length !== wanted.length || !wanted.every((row) => rows.includes(row)))
      return `the window has ${String(rows.length)} rows, ${String(wanted.length)} lie in its range`;
    let at = 0;
    for (const unit of open.units) {
      if (unit.startRow !== at) return `a unit begins at row ${String(unit.startRow)} instead of ${String(at)}`;
      const end = unit.endRow ?? rows.length;
      while (at < end) {
        try {
          for await (const page of this.#source.read(table, description, open, unit, at, never)) {
            if (page.firstRow !== at) return `a page begins at row ${String(page.firstRow)} instead of ${String(at)}`;
            for (const [i, row] of page.rows.entries()) {
              const told = row === undefined ? (page.rejected.has(i) ? 'rejected' : 'nothing') : tell(Object.values(row));
              const want = this.#expected(rows[at + i]);
              if (told !== want) return `row ${String(at + i)} is ${told} instead of ${want}`;
            }
            at += page.rows.length;
          }
          if (at < end) return `the unit ends at row ${String(at)} of ${String(end)} without an error`;
        } catch (error) {
          this.#mayRetry(error);
        }
      }
    }
    return at === rows.length ? undefined : `the units end at row ${String(at)} of ${String(rows.length)}`;
  }

  async #again<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        this.#mayRetry(error);
      }
    }
  }

  /** Throws what does not pass by itself. */
  #mayRetry(error: unknown): void {
    this.#tries += 1;
    const passes = error instanceof BqsyncError && error.retryable && !REOPEN.has(error.code);
    if (!passes || this.#tries > MOST_TRIES) throw error;
  }

  #row(): Cells {
    const random = this.#random;
    const dice = random.next();
    const ts = dice < 0.1 ? null : this.#wire(this.#instant());
    const n = dice > 0.96 ? 'twelve' : random.pick(['0', '-7', '9007199254740993', '-9223372036854775808', '42']);
    const bytes = Buffer.from(Array.from({ length: random.between(0, 5) }, () => random.between(0, 255))).toString('base64');
    return [ts, n, random.pick(['', 'a', 'ä😀']), random.pick(['0', '1.5', '-0.000000001', '12345678901234567890.123456789']), bytes];
  }

  #instant(): Micros {
    const random = this.#random;
    const day = BigInt(random.between(0, 3)) * 86_400_000_000n;
    const base = random.chance(0.2) ? -LATE : LATE;
    return micros(base + day + BigInt(random.between(0, 3)) + (random.chance(0.3) ? 500n : 0n));
  }

  #wire(at: Micros): string {
    return this.#type === 'TIMESTAMP' ? String(at) : cursorText(at, this.#type);
  }

  #range(): CursorRange {
    const random = this.#random;
    const [a, b] = [this.#instant(), this.#instant()];
    const [from, to] = a < b ? [a, b] : [b, micros(a + 1n)];
    const dice = random.next();
    if (dice < 0.1) return { from: undefined, to: undefined, nulls: 'only' };
    if (dice < 0.3) return { from: random.chance(0.5) ? from : undefined, to: undefined, nulls: 'include' };
    return { from: random.chance(0.8) ? from : undefined, to: random.chance(0.5) ? to : undefined, nulls: 'exclude' };
  }

  #cursor(row: Cells): string | null {
    const [cell = null] = row;
    return cell === null || this.#type !== 'TIMESTAMP' ? cell : formatInstant(micros(BigInt(cell)));
  }

  #isIn(row: Cells, { from, to, nulls }: CursorRange): boolean {
    const cursor = this.#cursor(row);
    if (cursor === null) return nulls !== 'exclude';
    if (nulls === 'only') return false;
    return (from === undefined || cursor >= cursorText(from, this.#type)) && (to === undefined || cursor < cursorText(to, this.#type));
  }

  #expected(row: Cells | undefined): string {
    if (row === undefined) return 'no row';
    const [, n, s, d, b] = row;
    if (n === 'twelve') return 'rejected';
    const whole = BigInt(n ?? '0');
    const safe = whole <= BigInt(Number.MAX_SAFE_INTEGER) && whole >= BigInt(Number.MIN_SAFE_INTEGER);
    return tell([this.#cursor(row), safe ? Number(whole) : whole, s ?? null, d ?? null, Buffer.from(b ?? '', 'base64')]);
  }
}

/** Units must cover a result whole, once, in order. */
function unitFault(totalRows: number): string | undefined {
  let at = 0;
  for (const { startRow, endRow } of unitsOf(totalRows)) {
    if (startRow !== at || endRow <= startRow) return `the units of ${String(totalRows)} rows have a gap at row ${String(at)}`;
    at = endRow;
  }
  return at === totalRows ? undefined : `the units of ${String(totalRows)} rows end at row ${String(at)}`;
}

function tell(values: readonly Value[]): string {
  const texts = values.map((value) => {
    if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
    return typeof value === 'bigint' ? `${String(value)}n` : JSON.stringify(value);
  });
  return texts.join(', ');
}

function specOf(name: string): TableSpec {
  return {
    id: name,
    source: { project: 'p', dataset: 'd', table: name },
    cursorColumn: 'ts',
    columns: 'all',
    target: { table: 'T' },
    duplicates: 'collapse',
    createTarget: true,
    mode: 'timestamp',
    sync: {
      initialBatchSize: 100,
      catchupBatchSize: 100,
      steadyBatchSize: 100,
      pollIntervalMs: 1000,
      catchupThresholdSeconds: 3600,
      steadyThresholdSeconds: 300,
      latenessSeconds: 3600,
    },
    cost: {},
  };
}

await serve(async () => {
  const server = new ModelServer(new Random(0));
  const endpoint = await server.listen();
  return (seed) => new BigQuerySchedule(seed, server, endpoint).run();
});
