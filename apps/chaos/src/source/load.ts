import { setTimeout as sleep } from 'node:timers/promises';
import { BigQuery } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import { Random } from '../random.ts';
import { type ChaosTable, DATASET, LATENESS_SECONDS, PROJECT, type SourceRow } from './tables.ts';

const TICK_MS = 300;
const LOAD_ROWS = 8_000;
const UPDATE_TRIES = 10;
const SHARE_LATE = 0.25;
const SHARE_TIES = 0.3;
const HISTORY_MS = 7_200_000;

/** Writes to the source all the time: new rows, rows of one instant, rows that come late, updates that raise the timestamp. */
export class Load {
  /** Rows that each table has. */
  readonly rows = new Map<string, number>();
  lateRows = 0;
  updatedRows = 0;
  readonly client: BigQuery;
  readonly #random: Random;
  readonly #stop = new AbortController();
  readonly #written: ChaosTable[] = [];
  #version = 0;
  #running: Promise<void> | undefined;

  constructor(url: string, seed: number) {
    this.client = new BigQuery({ projectId: PROJECT, apiEndpoint: url, authClient: new PassThroughClient() });
    this.#random = new Random(seed, 'load');
  }

  /** Makes the dataset. */
  async prepare(): Promise<void> {
    await this.client.createDataset(DATASET);
  }

  /** Creates a table with what it has at first: rows of two hours, the newest of them `newestAgeMs` old. */
  async create(table: ChaosTable, signal: AbortSignal, newestAgeMs = 0): Promise<void> {
    signal.throwIfAborted();
    this.rows.set(table.id, 0);
    await this.client.dataset(DATASET).createTable(table.id, {
      schema: [...table.schema],
      ...(table.partitionedBy === undefined ? {} : { timePartitioning: { type: 'DAY', field: table.partitionedBy } }),
      ...(table.requirePartitionFilter === true ? { requirePartitionFilter: true } : {}),
    });
    const newest = Date.now() - newestAgeMs;
    for (let at = 0; at < table.initialRows; at += LOAD_ROWS) {
      signal.throwIfAborted();
      const count = Math.min(LOAD_ROWS, table.initialRows - at);
      await this.#insert(table, count, (i) => newest - HISTORY_MS * (1 - (at + i) / table.initialRows));
    }
  }

  /** From now on the table is written to. */
  begin(table: ChaosTable): void {
    this.#written.push(table);
  }

  /** Rejects when a write fails; resolves once stopped. */
  run(): Promise<void> {
    this.#running ??= this.#loop();
    return this.#running;
  }

  /** Resolves when the last write is acknowledged. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** When a table was last written to, in BigQuery's milliseconds. */
  async lastModifiedMs(table: Pick<ChaosTable, 'id'>): Promise<number> {
    const [metadata] = (await this.client.dataset(DATASET).table(table.id).getMetadata()) as [{ lastModifiedTime?: string }, unknown];
    return Number(metadata.lastModifiedTime ?? 0);
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      for (const table of this.#written) {
        if (isAborted(signal)) return;
        await this.#write(table);
      }
      await sleep(TICK_MS, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async #write(table: ChaosTable): Promise<void> {
    const random = this.#random;
    const count = random.between(1, table.rowsPerWrite);
    const now = Date.now();
    const tie = random.chance(SHARE_TIES);
    await this.#insert(table, count, (i) => (tie ? now : now - i));
    if (random.chance(SHARE_LATE)) {
      const late = random.between(1, 5);
      // Less than what is promised: the write itself takes its time on a busy machine.
      await this.#insert(table, late, () => Date.now() - random.between(1_000, LATENESS_SECONDS * 400));
      this.lateRows += late;
    }
    if (table.update !== undefined && random.chance(0.5)) await this.#update(table, table.update);
  }

  async #insert(table: ChaosTable, count: number, atMs: (i: number) => number): Promise<void> {
    const first = this.rows.get(table.id) ?? 0;
    const rows = Array.from({ length: count }, (_, i): SourceRow => table.row(first + i, Math.floor(atMs(i)), this.#random));
    await this.client.dataset(DATASET).table(table.id).insert(rows);
    this.rows.set(table.id, first + count);
  }

  async #update(table: ChaosTable, statement: NonNullable<ChaosTable['update']>): Promise<void> {
    const rows = this.rows.get(table.id) ?? 0;
    const ns = [...new Set(Array.from({ length: this.#random.between(1, 15) }, () => this.#random.between(0, rows - 1)))];
    this.#version += 1;
    const query = statement(`${DATASET}.${table.id}`, ns, Date.now(), this.#version);
    await this.#again(() => this.client.query({ query }));
    this.updatedRows += ns.length;
  }

  /** An answer of a slow update is asked for by a call that the faults hit, too. */
  async #again(update: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await update();
        return;
      } catch (error) {
        if (tries === UPDATE_TRIES) throw error;
      }
    }
  }
}

/** Asked after each await, which the compiler cannot know. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
