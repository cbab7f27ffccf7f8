import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BqsyncError } from '@bqsync/errors';
import type * as Sqlite from 'node-sqlite3-wasm';

// Its names are not seen by `import`. A build of SQLite that needs neither a compiler nor a download when it is installed.
const { Database, SQLite3Error } = createRequire(import.meta.url)('node-sqlite3-wasm') as typeof Sqlite;

export type SqlValue = string | number | null;
type Found = Readonly<Record<string, SqlValue>>;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS target (name TEXT PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS row (
    target TEXT, key TEXT, cursor TEXT, snapshot TEXT NOT NULL, content TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (target, key));
  CREATE INDEX IF NOT EXISTS row_snapshot ON row (target, snapshot);
  CREATE TABLE IF NOT EXISTS quarantine (table_id TEXT, identity TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (table_id, identity));
  CREATE TABLE IF NOT EXISTS state (kind TEXT, id TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, id));`;

/** One SQLite file, used by one process at a time. A transaction is durable once it returns. */
export class SqliteStore {
  readonly #database: Sqlite.Database;

  constructor(path: string) {
    // The lock of a process that was killed within a commit; SQLite rolls that commit back from its journal by itself.
    rmSync(`${path}.lock`, { recursive: true, force: true });
    this.#database = new Database(path);
    this.#database.exec(SCHEMA);
  }

  /** Everything that `work` writes, or nothing. SQLite's own errors become `BQS_TARGET_COMMIT_FAILED`, which is tried again. */
  transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      if (!(error instanceof SQLite3Error)) throw error;
      throw new BqsyncError('BQS_TARGET_COMMIT_FAILED', `SQLite refused a commit: ${error.message}`, {
        hint: 'check the disk',
        cause: error,
      });
    }
  }

  /** Returns how many rows changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return this.#database.run(sql, values).changes;
  }

  all(sql: string, ...values: SqlValue[]): Found[] {
    return this.#database.all(sql, values) as Found[];
  }

  get(sql: string, ...values: SqlValue[]): Found | undefined {
    return (this.#database.get(sql, values) as Found | null) ?? undefined;
  }

  /** State records are plain JSON; one that cannot be read counts as absent, so that its windows are read again. */
  load(kind: string, id: string): unknown {
    const found = this.get('SELECT value FROM state WHERE kind = ? AND id = ?', kind, id);
    if (found === undefined) return undefined;
    try {
      return JSON.parse(String(found['value'])) as unknown;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      process.emitWarning(`the stored ${kind} of "${id}" is damaged and counts as absent: ${error.message}`);
      return undefined;
    }
  }

  save(kind: string, id: string, value: object): void {
    this.run('INSERT OR REPLACE INTO state (kind, id, value) VALUES (?, ?, ?)', kind, id, JSON.stringify(value));
  }

  close(): void {
    this.#database.close();
  }
}
