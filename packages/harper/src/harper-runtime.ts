import { BqsyncError } from '@bqsync/errors';
import { passFailedCommits } from './harper-internals.ts';

/** The parts of a Harper table's declaration that decide what it can hold. */
export interface HarperAttribute {
  readonly name: string;
  readonly type?: string | undefined;
  readonly isPrimaryKey?: boolean | undefined;
  readonly indexed?: unknown;
  readonly nullable?: boolean | undefined;
  readonly assignCreatedTime?: boolean | undefined;
  readonly assignUpdatedTime?: boolean | undefined;
  readonly relationship?: unknown;
  readonly computed?: unknown;
  /** Of an object type. */
  readonly properties?: readonly HarperAttribute[] | undefined;
  /** Of type `array`. */
  readonly elements?: HarperAttribute | undefined;
}

export type HarperRecord = Record<string, unknown>;

/** Given to a transaction; its `timestamp` is the version of everything written in it (not in Harper's typings). */
export interface HarperContext {
  timestamp?: number;
}

/** What a transaction's callback gets and every write in it must be given. */
export type HarperTransaction = object;

/** The parts of a Harper table class used here. */
export interface HarperTable {
  readonly databaseName: string;
  readonly tableName: string;
  readonly primaryKey: string;
  readonly attributes: readonly HarperAttribute[];
  readonly sealed?: boolean | undefined;
  readonly audit?: boolean | undefined;
  readonly expirationMS?: number | undefined;
  /** Filled from another source on demand. */
  readonly isCaching?: boolean | undefined;
  /** Undocumented; used by `harper-internals.ts` only. */
  readonly primaryStore?: unknown;
  readonly prototype?: unknown;
  put(record: HarperRecord, context: HarperTransaction): unknown;
  delete(id: string, context: HarperTransaction): unknown;
  get(id: string, context: object): unknown;
  addAttributes(attributes: readonly HarperAttribute[]): Promise<unknown>;
}

/** What bqsync uses of the Harper worker that it runs in. */
export interface HarperRuntime {
  readonly databases: Readonly<Record<string, Readonly<Record<string, HarperTable | undefined>> | undefined>>;
  readonly server: {
    readonly workerIndex?: number | undefined;
    readonly workerCount?: number | undefined;
    /** The other nodes that this one knows. */
    readonly nodes?: readonly unknown[] | undefined;
    operation(operation: Readonly<Record<string, unknown>>, context: { user: null }, authorize: boolean): Promise<unknown>;
  };
  readonly logger: {
    error?: ((...message: unknown[]) => void) | undefined;
    warn?: ((...message: unknown[]) => void) | undefined;
  };
  transaction<T>(context: HarperContext, callback: (transaction: HarperTransaction) => T): Promise<Awaited<T>>;
}

const GLOBALS = ['databases', 'server', 'transaction', 'logger'] as const;

/** Harper's globals as an explicit value. Throws `BQS_INTERNAL` outside a Harper worker, naming what is missing. */
export function harperRuntime(): HarperRuntime {
  const found = globalThis as Partial<Record<(typeof GLOBALS)[number], unknown>>;
  const missing = GLOBALS.filter((name) => found[name] === undefined);
  if (missing.length > 0) {
    throw new BqsyncError('BQS_INTERNAL', `not inside a Harper worker: no global ${missing.join(', ')}`, {
      hint: 'create the sink and the state store in a component that Harper loads, for example in handleApplication',
    });
  }
  return {
    databases: found.databases as HarperRuntime['databases'],
    server: found.server as HarperRuntime['server'],
    logger: found.logger as HarperRuntime['logger'],
    transaction: passFailedCommits(found.transaction as HarperRuntime['transaction']),
  };
}

/** Harper's default database. */
export const DEFAULT_DATABASE = 'data';

export function findTable(runtime: HarperRuntime, database: string, table: string): HarperTable | undefined {
  return runtime.databases[database]?.[table];
}
