import { BqsyncError } from '@bqsync/errors';
import type { CostOptions, QuarantineLimits, ReadOptions, SyncOptions, TableSpec } from '../ports/table-spec.ts';

/** A {@link TableSpec} of which only what has no default must be written. */
export interface TableSpecInput extends Omit<Partial<TableSpec>, 'id' | 'cursorColumn' | 'source' | 'target' | 'sync'> {
  readonly id: string;
  readonly cursorColumn: string;
  /** Absent: a table named like the id, in no project and no dataset, for sources that have neither. */
  readonly source?: Partial<TableSpec['source']> | undefined;
  /** Absent: a table named like the id. */
  readonly target?: Partial<TableSpec['target']> | undefined;
  /** What is absent is as in {@link DEFAULT_SYNC}. */
  readonly sync?: Partial<SyncOptions> | undefined;
}

export const DEFAULT_SYNC = {
  initialBatchSize: 10_000,
  catchupBatchSize: 1000,
  steadyBatchSize: 500,
  pollIntervalMs: 30_000,
  catchupThresholdSeconds: 3600,
  steadyThresholdSeconds: 300,
  latenessSeconds: 3600,
} as const satisfies SyncOptions;

/**
 * Fills in the defaults of a table's spec and checks it. A whole spec comes back with the same content.
 *
 * @throws `BQS_CONFIG_INVALID` with everything that is wrong, each with its place in the spec.
 *
 * @example
 * const table = tableSpec({ id: 'ships', cursorColumn: 'seen', primaryKey: ['id'] });
 */
export function tableSpec(input: TableSpecInput): TableSpec {
  const problems = problemsOf(input);
  if (problems.length > 0) {
    const id: unknown = isMapping(input) ? input['id'] : undefined;
    const named = isText(id) ? `of table ${JSON.stringify(id)}` : 'of a table';
    throw new BqsyncError('BQS_CONFIG_INVALID', `the spec ${named} is wrong: ${problems.join('; ')}`, {
      hint: 'correct these; tableSpec({ id, cursorColumn }) fills in what else a table needs',
      context: { table: typeof id === 'string' ? id : undefined },
    });
  }
  const { id, cursorColumn, source, columns, target, primaryKey, duplicates, createTarget, mode, read, sync, cost, quarantine } = input;
  return {
    id,
    source: { project: source?.project ?? '', dataset: source?.dataset ?? '', table: source?.table ?? id },
    cursorColumn,
    columns: columns ?? 'all',
    target: { ...target, table: target?.table ?? id },
    ...(primaryKey === undefined ? {} : { primaryKey }),
    duplicates: duplicates ?? 'collapse',
    createTarget: createTarget ?? true,
    mode: mode ?? 'timestamp',
    ...(read === undefined ? {} : { read }),
    sync: { ...DEFAULT_SYNC, ...withoutAbsent(sync ?? {}) },
    cost: cost ?? {},
    ...(quarantine === undefined ? {} : { quarantine }),
  };
}

/** What is wrong with a value, each with its path. */
type Check = (value: unknown, path: string) => readonly string[];

const check =
  (holds: (value: unknown) => boolean, words: string): Check =>
  (value, path) =>
    holds(value) ? [] : [`${path} ${words}`];
const oneOf = (...choices: readonly unknown[]): Check => check((value) => choices.includes(value), `is not one of ${choices.join(', ')}`);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const text = check(isText, 'is not a text with at least one character');
const anyText = check((value) => typeof value === 'string', 'is not text');
const flag = check((value) => typeof value === 'boolean', 'is neither true nor false');
const rows = check((value) => Number.isSafeInteger(value) && (value as number) >= 1, 'is not a whole number of at least 1');
const count = check((value) => Number.isSafeInteger(value) && (value as number) >= 0, 'is not a whole number of at least 0');
const percent = check((value) => isAmount(value) && value <= 100, 'is not a number from 0 to 100');
const positive = check((value) => isAmount(value) && value > 0, 'is not a number above 0');
const amount = check(isAmount, 'is not a number of at least 0');
const instant = check((value) => typeof value === 'bigint', 'is not an instant, a BigInt of microseconds');
const list = check(
  (value) => Array.isArray(value) && value.length > 0 && value.every(isText) && new Set(value).size === value.length,
  'is not a list of different columns, at least one',
);

/** `undefined` is the same as absent. */
function mapping<T extends object>(fields: Readonly<Record<keyof T & string, Check>>): Check {
  return (value, path) => {
    if (!isMapping(value)) return [`${path} is not an object`];
    const known: Readonly<Record<string, Check>> = fields;
    return Object.entries(value).flatMap(([name, field]) => {
      const place = path === '' ? name : `${path}.${name}`;
      if (!Object.hasOwn(known, name)) return [`${place} is unknown beside ${Object.keys(known).join(', ')}`];
      return field === undefined ? [] : (known[name]?.(field, place) ?? []);
    });
  };
}

const spec = mapping<TableSpec>({
  id: text,
  cursorColumn: text,
  source: mapping<TableSpec['source']>({ project: anyText, dataset: anyText, table: text }),
  columns: (value, path) => (value === 'all' ? [] : list(value, path)),
  target: mapping<TableSpec['target']>({ database: text, table: text }),
  primaryKey: list,
  duplicates: oneOf('collapse', 'keep'),
  createTarget: flag,
  mode: oneOf('timestamp'),
  read: mapping<ReadOptions>({ api: oneOf('auto', 'rest', 'storage') }),
  sync: mapping<SyncOptions>({
    initialBatchSize: rows,
    catchupBatchSize: rows,
    steadyBatchSize: rows,
    pollIntervalMs: positive,
    idlePollIntervalMs: positive,
    catchupThresholdSeconds: amount,
    steadyThresholdSeconds: amount,
    startTimestamp: instant,
    latenessSeconds: amount,
  }),
  cost: mapping<CostOptions>({ maxBytesBilledPerQuery: positive, maxBytesPerDay: positive, usdPerTiB: amount, usdPerTiBReadApi: amount }),
  quarantine: mapping<QuarantineLimits>({ maxRows: count, maxPercent: percent }),
});

function problemsOf(input: unknown): readonly string[] {
  if (!isMapping(input)) return ['it is not an object'];
  const missing = ['id', 'cursorColumn'].filter((name) => input[name] === undefined).map((name) => `${name} is missing`);
  const problems = [...missing, ...spec(input, '')];
  if (problems.length > 0) return problems;
  const { columns = 'all', primaryKey = [], cursorColumn, duplicates } = input as unknown as TableSpecInput;
  const leftOut = columns === 'all' ? [] : [...new Set([cursorColumn, ...primaryKey])].filter((name) => !columns.includes(name));
  return [
    ...leftOut.map((name) => `columns leaves out ${JSON.stringify(name)}, which is ${name === cursorColumn ? 'the cursor' : 'of the key'}`),
    ...(duplicates === 'keep' && primaryKey.length > 0 ? ['duplicates is keep beside a primaryKey'] : []),
  ];
}

function withoutAbsent<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
