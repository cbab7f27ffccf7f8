import { rename, readFile, writeFile } from 'node:fs/promises';
import type {
  Batch,
  CommitOutcome,
  Micros,
  PreparedTarget,
  Row,
  Sink,
  StateStore,
  TableProgress,
  TableSpec,
  WindowIntent,
} from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';

interface Document {
  rows: Record<string, Record<string, { row: Row; snapshot: string }>>;
  progress: Record<string, TableProgress>;
  intents: Record<string, WindowIntent>;
  rejected: { key: string | undefined; reason: string }[];
}

/**
 * Rows and progress in one JSON file, replaced whole by a rename, so that a crash leaves either both or neither: `commit` stores rows and
 * progress together, and refuses a worker that was taken over. Kept short: it takes each key to stand in one source row, counts no unchanged or
 * late rows, and publishes no checkpoint; the contracts of `@bqsync/testkit` ask for more.
 */
export class JsonFileTarget implements Sink, StateStore {
  readonly #path: string;
  #document: Document | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async prepare(table: TableSpec): Promise<PreparedTarget> {
    const document = await this.#load();
    const created = !(table.target.table in document.rows);
    document.rows[table.target.table] ??= {};
    return { created, notices: [] };
  }

  async commit(batch: Batch): Promise<CommitOutcome> {
    const document = structuredClone(await this.#load());
    const intent = document.intents[batch.table.id];
    if (intent?.request.windowId !== batch.fence.windowId || intent.bootId !== batch.fence.bootId) {
      throw new BqsyncError('BQS_FENCED', `another run has taken over table "${batch.table.id}"`);
    }
    const rows = (document.rows[batch.table.target.table] ??= {});
    const snapshot = batch.snapshot.toString();
    const count = { inserted: 0, updated: 0, unchanged: 0, superseded: 0, contested: 0 };
    for (const { key, row } of batch.rows) {
      const stored = rows[key];
      if (stored !== undefined && BigInt(stored.snapshot) > batch.snapshot) {
        count.superseded += 1;
        continue;
      }
      count[stored === undefined ? 'inserted' : 'updated'] += 1;
      rows[key] = { row, snapshot };
    }
    document.rejected.push(...batch.rejected.map(({ key, reason }) => ({ key, reason })));
    const outcome = { ...count, late: 0, lateOldest: null, rejected: batch.rejected };
    const { progress } = batch.record(outcome);
    if (progress !== undefined) document.progress[batch.table.id] = progress;
    await this.#replace(document);
    return outcome;
  }

  async deleteStale(table: TableSpec, before: Micros): Promise<number> {
    const document = structuredClone(await this.#load());
    const rows = Object.entries(document.rows[table.target.table] ?? {});
    const kept = rows.filter(([, { snapshot }]) => BigInt(snapshot) >= before);
    document.rows[table.target.table] = Object.fromEntries(kept);
    await this.#replace(document);
    return rows.length - kept.length;
  }

  async loadProgress(tableId: string): Promise<TableProgress | undefined> {
    return (await this.#load()).progress[tableId];
  }

  /** Windows are shared only between threads that share a store, which a file of one process is not. */
  loadUnits(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  async loadIntent(tableId: string): Promise<WindowIntent | undefined> {
    return (await this.#load()).intents[tableId];
  }

  async saveIntent(intent: WindowIntent): Promise<void> {
    const document = await this.#load();
    await this.#replace({ ...document, intents: { ...document.intents, [intent.tableId]: intent } });
  }

  async rowsOf(table: string): Promise<Row[]> {
    return Object.values((await this.#load()).rows[table] ?? {}).map(({ row }) => row);
  }

  async #load(): Promise<Document> {
    this.#document ??= await readFile(this.#path, 'utf8').then(
      (text) => JSON.parse(text, revive) as Document,
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        return { rows: {}, progress: {}, intents: {}, rejected: [] };
      },
    );
    return this.#document;
  }

  async #replace(document: Document): Promise<void> {
    await writeFile(`${this.#path}.new`, JSON.stringify(document, replace));
    await rename(`${this.#path}.new`, this.#path);
    this.#document = document;
  }
}

/** JSON has no integers beyond 2^53: they go in as `{"$int":"…"}`. */
function replace(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $int: value.toString() } : value;
}

function revive(_name: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && '$int' in value ? BigInt(String(value.$int)) : value;
}
