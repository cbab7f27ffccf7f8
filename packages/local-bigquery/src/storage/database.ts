import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { BqsyncError } from '@bqsync/errors';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface DatabaseOptions {
  /** Absent: in memory. */
  readonly file: string | undefined;
  readonly memoryLimit: string;
  readonly threads: number;
}

/** One embedded DuckDB: every connection has UTC as its zone, and each use gives its connection back. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #idle: DuckDBConnection[] = [];
  readonly #busy = new Set<DuckDBConnection>();
  #closed = false;

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    const { file } = options;
    if (file !== undefined && !existsSync(dirname(file))) {
      throw new BqsyncError('BQS_USAGE', `the folder of ${file} does not exist`, { hint: 'create it first, or name another file' });
    }
    try {
      const instance = await DuckDBInstance.create(file ?? ':memory:', {
        memory_limit: options.memoryLimit,
        threads: String(options.threads),
        // Nothing is ever fetched from elsewhere: what is needed is built in.
        autoinstall_known_extensions: 'false',
      });
      return new Database(instance);
    } catch (error) {
      throw openError(file ?? ':memory:', error);
    }
  }

  /** Runs `task` with a connection of its own. */
  async use<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.#connect());
    this.#busy.add(connection);
    try {
      return await task(connection);
    } finally {
      this.#busy.delete(connection);
      if (this.#closed) connection.closeSync();
      else this.#idle.push(connection);
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
  let result: T;
  try {
    result = await task();
  } catch (error) {
    await rollback(connection);
    throw error;
  }
  await connection.run('COMMIT');
  return result;
}

async function rollback(connection: DuckDBConnection): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch (error) {
    // DuckDB may have ended the transaction by itself; any other fault matters more than the one that led here.
    if (!/no transaction is active/i.test(String(error))) throw error;
  }
}

function openError(file: string, cause: unknown): BqsyncError {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/lock/i.test(text)) {
    return new BqsyncError('BQS_USAGE', `${file} is in use by another process`, {
      hint: 'stop the other local BigQuery, or give this one a file of its own',
      cause,
    });
  }
  return new BqsyncError('BQS_USAGE', `${file} cannot be opened as the local BigQuery's file: ${text.split('\n', 1)[0] ?? ''}`, {
    hint: 'name a writable file that a local BigQuery has made, or a new one',
    cause,
  });
}
