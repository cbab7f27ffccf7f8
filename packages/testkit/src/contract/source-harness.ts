import type { Column, Row, Source, TableSpec } from '@bqsync/core';
import type { Closable } from './test-runner.ts';

/** A source under test with what a contract needs beside its port: to fill it, to look at what it was asked, and to let results expire. */
export interface SourceHarness extends Closable {
  readonly source: Source;
  /** Where the contract's tables are. */
  readonly place: { readonly project: string; readonly dataset: string };
  /**
   * Makes the table of a spec, or makes it again in place of the one before. `prunable` asks for a layout that is prunable on the cursor column.
   * Pages of a few rows and units of a few pages show the most.
   */
  create(table: TableSpec, columns: readonly Column[], options: SourceTableOptions): Promise<void>;
  /** Adds rows, visible to every window opened after it resolves. */
  insert(table: TableSpec, rows: readonly Row[]): Promise<void>;
  /** How many scans of tables were run and billed so far: queries or read sessions, whoever asked for them. */
  scans(): number | Promise<number>;
  /** Lets the results of all open windows expire, as a source does with time. */
  expireResults(): void | Promise<void>;
  /** The source as the next process sees it: nothing that only the client knew is left. The harness before it is not used again. */
  restart(): Promise<SourceHarness>;
}

export interface SourceTableOptions {
  readonly declaredKey?: readonly string[] | undefined;
  readonly prunable: boolean;
}

export type SourceFactory = () => SourceHarness | Promise<SourceHarness>;
