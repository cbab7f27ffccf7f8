import type { DuckDBConnection } from '@duckdb/node-api';
import type { CommitClock } from './clock.ts';
import { type Database, inTransaction } from './database.ts';
import { Mutex } from './mutex.ts';

/**
 * The one order of all changes. A commit is one DuckDB transaction at one time, and a snapshot is a time at which no
 * earlier commit is still under way: what a statement sees at its snapshot never changes afterwards.
 */
export class Commits {
  readonly #mutex = new Mutex();
  readonly #database: Database;
  readonly #clock: CommitClock;

  constructor(database: Database, clock: CommitClock) {
    this.#database = database;
    this.#clock = clock;
  }

  snapshot(): Promise<bigint> {
    return this.#mutex.run(() => this.#clock.next());
  }

  /** Runs `task` at a new commit time, before any other commit, with no transaction open. */
  exclusive<T>(task: (connection: DuckDBConnection, micros: bigint) => Promise<T>): Promise<T> {
    return this.#mutex.run(() => this.#database.use((connection) => task(connection, this.#clock.next())));
  }

  /**
   * Runs `change` in a transaction at a new commit time, then `committed` with what it returned, before any other commit.
   * With `on`, the transaction uses that connection (for its temporary tables).
   */
  commit<T>(
    change: (connection: DuckDBConnection, micros: bigint) => Promise<T>,
    committed: (result: T, micros: bigint) => void,
    on?: DuckDBConnection,
  ): Promise<T> {
    return this.#mutex.run(async () => {
      const micros = this.#clock.next();
      const work = (connection: DuckDBConnection): Promise<T> => inTransaction(connection, () => change(connection, micros));
      const result = on ? await work(on) : await this.#database.use(work);
      committed(result, micros);
      return result;
    });
  }
}
