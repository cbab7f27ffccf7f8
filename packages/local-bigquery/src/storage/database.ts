import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BqsyncError } from '@bqsync/errors';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

interface DatabaseOptions {
  /** Absent: in memory. */
  readonly file: string | undefined;
  readonly memoryLimit: string;
  readonly threads: number;
}

/** Files that are open in this process: DuckDB's lock only keeps other processes out. */
const openFiles = new Set<string>();

/** One embedded DuckDB: every connection has UTC as its zone, and each use gives its connection back. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #idle: DuckDBConnection[] = [];
  readonly #busy = new Set<DuckDBConnection>();
  readonly #file: string | undefined;
  #closed = false;

  private constructor(instance: DuckDBInstance, file: string | undefined) {
    this.#instance = instance;
    this.#file = file;
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    const file = options.file === undefined ? undefined : resolve(options.file);
    if (file !== undefined && !existsSync(dirname(file))) {
      throw new BqsyncError('BQS_USAGE', `the folder of ${file} does not exist`, { hint: 'create it first, or name another file' });
    }
    if (file !== undefined && openFiles.has(file)) throw inUse(file, 'this process');
    try {
      const instance = await DuckDBInstance.create(file ?? ':memory:', {
        memory_limit: options.memoryLimit,
        threads: String(options.threads),
        // Nothing is ever fetched from elsewhere: what is needed is built in.
        autoinstall_known_extensions: 'false',
      });
      if (file !== undefined) openFiles.add(file);
      return new Database(instance, file);
    } catch (error) {
      throw openError(file ?? ':memory:', error);
    }
  }

  /** Runs `task` with a connection of its own. */
  async use<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.#connect());
    this.#busy.add(connection);
    let clean = false;
    try {
      const result = await task(connection);
      clean = true;
      return result;
    } finally {
      this.#busy.delete(connection);
      // After a fault nobody knows what is left open on it; closing it rolls that back.
      if (clean && !this.#closed) this.#idle.push(connection);
      else connection.closeSync();
    }
  }

  /** All of `task` or nothing. */
  transaction<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.use((connection) => inTransaction(connection, () => task(connection)));
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return this.use(async (connection) => (await connection.runAndReadAll(sql)).getRowObjectsJS());
  }

  /** Stops what still runs and closes the file. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#busy) connection.interrupt();
    for (const connection of this.#idle.splice(0)) connection.closeSync();
    this.#instance.closeSync();
    if (this.#file !== undefined) openFiles.delete(this.#file);
  }

  async #connect(): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return connection;
  }
}

/** Wraps `task` in BEGIN and COMMIT; an error rolls back and is thrown on. */
export async function inTransaction<T>(connection: DuckDBConnection, task: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN');
  try {
    const result = await task();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    await rollback(connection, error);
    throw error;
  }
}

async function rollback(connection: DuckDBConnection, cause: unknown): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch (error) {
    // DuckDB may have ended the transaction by itself, or have been interrupted again: the connection is closed in any case.
    if (!/no transaction is active|interrupt/i.test(String(error)))
      throw new AggregateError([cause, error], 'a transaction could not be rolled back');
  }
}

function openError(file: string, cause: unknown): BqsyncError {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/lock/i.test(text)) return inUse(file, 'another process', cause);
  return new BqsyncError('BQS_USAGE', `${file} cannot be opened as the local BigQuery's file: ${text.split('\n', 1)[0] ?? ''}`, {
    hint: 'name a writable file that a local BigQuery has made, or a new one',
    cause,
  });
}

function inUse(file: string, by: string, cause?: unknown): BqsyncError {
  return new BqsyncError('BQS_USAGE', `${file} is in use by ${by}`, {
    hint: 'stop the other local BigQuery, or give this one a file of its own',
    cause,
  });
}
