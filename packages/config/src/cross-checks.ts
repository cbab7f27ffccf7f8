import { checkSourceTable, checkTargetTable, splitDataset } from './names.ts';
import { type ConfigPath, formatPath, isMapping, type PlacedProblem } from './problem.ts';
import { SYNC_DEFAULTS } from './defaults.ts';

const TABLE_KEYS = [
  'project',
  'dataset',
  'table',
  'timestampColumn',
  'columns',
  'targetTable',
  'targetDatabase',
  'primaryKey',
  'duplicates',
  'createTables',
  'mode',
];
const REQUIRED_TABLE_KEYS = ['dataset', 'table', 'timestampColumn'];

/** Harper's database where none is named. */
const DEFAULT_DATABASE = 'data';
/** Target of the single-table form where none is named. */
export const SINGLE_TABLE_TARGET = 'BigQueryData';

/**
 * What no field shows alone. Takes any value and looks only at the parts that have the expected type, the rest being reported by
 * the schema, so that one round of fixing is enough.
 */
export function crossProblems(config: unknown): PlacedProblem[] {
  if (!isMapping(config) || !isMapping(config['bigquery'])) return [];
  const bigquery = config['bigquery'];
  const problems = [...formProblems(bigquery), ...connectionProblems(bigquery)];
  const sync = config['sync'];
  problems.push(...readProblems(bigquery, config['read'], ['read']));
  if (!Array.isArray(bigquery['tables'])) {
    problems.push(...tableProblems(bigquery, ['bigquery']), ...orderProblems(sync, undefined, ['sync']));
    return problems;
  }
  const ids = new Map<string, ConfigPath>();
  const targets = new Map<string, ConfigPath>();
  problems.push(...orderProblems(sync, undefined, ['sync']));
  bigquery['tables'].forEach((table: unknown, index) => {
    if (!isMapping(table)) return;
    const path = ['bigquery', 'tables', index];
    problems.push(...tableProblems(table, path), ...targetProblems(table, path, ids, targets));
    problems.push(...readProblems(bigquery, table['read'], [...path, 'read']));
    if (isMapping(table['sync'])) problems.push(...orderProblems(sync, table['sync'], [...path, 'sync']));
  });
  return problems;
}

/** Either a list of tables or one table beside projectId. */
function formProblems(bigquery: Readonly<Record<string, unknown>>): PlacedProblem[] {
  const single = TABLE_KEYS.filter((key) => bigquery[key] !== undefined);
  if (bigquery['tables'] !== undefined) {
    return single.map((key) => ({
      path: ['bigquery', key],
      atKey: true,
      message: 'is a key of the single-table form, beside a list of tables',
      hint: 'move it into each table of bigquery.tables that it is meant for',
    }));
  }
  if (single.length === 0) {
    return [
      {
        path: ['bigquery', 'tables'],
        message: 'is missing: there is no table to sync',
        hint: 'list at least one table with id, dataset, table and timestampColumn',
      },
    ];
  }
  return REQUIRED_TABLE_KEYS.filter((key) => bigquery[key] === undefined).map((key) => ({
    path: ['bigquery', key],
    message: 'is missing',
  }));
}

function connectionProblems(bigquery: Readonly<Record<string, unknown>>): PlacedProblem[] {
  if (bigquery['credentials'] !== 'none' || bigquery['apiEndpoint'] !== undefined) return [];
  return [
    {
      path: ['bigquery', 'credentials'],
      message: 'is none, which needs an apiEndpoint: Google answers nobody without credentials',
      hint: 'leave credentials out for application default credentials, or set apiEndpoint',
    },
  ];
}

/** A server of one's own has the Storage Read API at another address, if at all. */
function readProblems(bigquery: Readonly<Record<string, unknown>>, read: unknown, path: ConfigPath): PlacedProblem[] {
  const isUnreachable = bigquery['apiEndpoint'] !== undefined && bigquery['storageEndpoint'] === undefined;
  if (!isMapping(read) || read['api'] !== 'storage' || !isUnreachable) return [];
  return [
    {
      path: [...path, 'api'],
      message: 'is storage, which beside an apiEndpoint needs a storageEndpoint',
      hint: 'set bigquery.storageEndpoint, or read.api to auto or rest',
    },
  ];
}

function tableProblems(table: Readonly<Record<string, unknown>>, path: ConfigPath): PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  const { columns, primaryKey, timestampColumn } = table;
  problems.push(...projectProblems(table, path));
  problems.push(...repeated(columns, [...path, 'columns']), ...repeated(primaryKey, [...path, 'primaryKey']));
  if (primaryKey !== undefined && table['duplicates'] === 'keep') {
    problems.push({
      path: [...path, 'duplicates'],
      message: 'is keep beside a primaryKey, under which two rows cannot have the same key',
      hint: 'remove duplicates, or remove primaryKey if identical rows must all be stored',
    });
  }
  if (!Array.isArray(columns) || columns.length === 0) return problems;
  if (columns.includes('*')) {
    if (columns.length > 1) {
      problems.push({
        path: [...path, 'columns', columns.indexOf('*')],
        message: 'is "*" among other columns',
        hint: 'leave columns out to copy all, or list the columns without "*"',
      });
    }
    return problems;
  }
  const missing = (name: unknown, what: string): void => {
    if (typeof name !== 'string' || columns.includes(name)) return;
    const otherCase = columns.some((column) => typeof column === 'string' && column.toLowerCase() === name.toLowerCase());
    problems.push({
      path: [...path, 'columns'],
      message: otherCase ? `has ${what} in other letters` : `leaves out ${what}`,
      hint: otherCase ? 'write the name in both places as BigQuery has it' : 'add it to the list, or leave columns out to copy all',
    });
  };
  missing(timestampColumn, 'the timestampColumn');
  if (Array.isArray(primaryKey)) primaryKey.forEach((name, index) => missing(name, `the key column primaryKey[${index}]`));
  return problems;
}

/** The project may be named in two places, which must agree. */
function projectProblems({ project, dataset }: Readonly<Record<string, unknown>>, path: ConfigPath): PlacedProblem[] {
  if (typeof project !== 'string' || typeof dataset !== 'string') return [];
  const named = splitDataset(dataset).project;
  if (named === undefined || named === project) return [];
  const message = `names the project ${JSON.stringify(named)}, beside project: ${JSON.stringify(project)}`;
  return [{ path: [...path, 'dataset'], message, hint: 'name the project in one of the two' }];
}

/** BigQuery's column names do not differ by case. */
function repeated(list: unknown, path: ConfigPath): PlacedProblem[] {
  if (!Array.isArray(list)) return [];
  const first = new Map<string, number>();
  const problems: PlacedProblem[] = [];
  list.forEach((name: unknown, index) => {
    if (typeof name !== 'string') return;
    const before = first.get(name.toLowerCase());
    if (before === undefined) first.set(name.toLowerCase(), index);
    else problems.push({ path: [...path, index], message: `repeats entry ${before} of the list`, hint: 'remove one of them' });
  });
  return problems;
}

function targetProblems(
  table: Readonly<Record<string, unknown>>,
  path: ConfigPath,
  ids: Map<string, ConfigPath>,
  targets: Map<string, ConfigPath>,
): PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  const { id } = table;
  if (typeof id === 'string') {
    const before = ids.get(id);
    if (before === undefined) ids.set(id, path);
    else
      problems.push({
        path: [...path, 'id'],
        message: `is the id of ${formatPath(before)} already`,
        hint: 'give each table an id of its own',
      });
  }
  if (table['targetTable'] === undefined && typeof table['table'] === 'string' && checkSourceTable(table['table']) === undefined) {
    const problem = checkTargetTable(table['table']);
    if (problem !== undefined) {
      problems.push({
        path: [...path, 'table'],
        message: `${problem.message}, and there is no targetTable`,
        hint: 'give the target a name with targetTable',
      });
    }
  }
  const target = table['targetTable'] ?? table['table'];
  const database = table['targetDatabase'] ?? DEFAULT_DATABASE;
  if (typeof target === 'string' && typeof database === 'string') {
    const key = JSON.stringify([database, target]);
    const before = targets.get(key);
    if (before === undefined) targets.set(key, path);
    else {
      problems.push({
        path: [...path, table['targetTable'] === undefined ? 'table' : 'targetTable'],
        message: `is the target of ${formatPath(before)} already`,
        hint: 'give each table a targetTable of its own: two sources in one table would overwrite each other',
      });
    }
  }
  return problems;
}

/** Two settings of which the greater must not be under the smaller, where both hold. */
interface Order {
  readonly smaller: SyncKey;
  readonly greater: SyncKey;
  /** What is less than this, or no whole number, is reported as such. */
  readonly min: number;
  readonly hint: string;
}

type SyncKey = keyof typeof SYNC_DEFAULTS | 'idlePollInterval';

const ORDERS: readonly Order[] = [
  {
    smaller: 'steadyThreshold',
    greater: 'catchupThreshold',
    min: 0,
    hint: 'catchupThreshold must be at least steadyThreshold: a table goes from initial over catchup to steady as its lag shrinks',
  },
  {
    smaller: 'pollInterval',
    greater: 'idlePollInterval',
    min: 1,
    hint: 'idlePollInterval must be at least pollInterval: polls of a table without new rows become rarer, not more frequent',
  },
];

function orderProblems(global: unknown, own: unknown, path: ConfigPath): PlacedProblem[] {
  const defaults: Readonly<Partial<Record<SyncKey, number>>> = SYNC_DEFAULTS;
  const at = (key: SyncKey): unknown =>
    (isMapping(own) ? own[key] : undefined) ?? (isMapping(global) ? global[key] : undefined) ?? defaults[key];
  const nearest = isMapping(own) ? own : isMapping(global) ? global : {};
  return ORDERS.flatMap(({ smaller, greater, min, hint }) => {
    const changed = [smaller, greater].find((key) => nearest[key] !== undefined);
    const [low, high] = [at(smaller), at(greater)];
    if (changed === undefined || !isWhole(low, min) || !isWhole(high, min) || low <= high) return [];
    const message = changed === smaller ? `is over the ${greater} that holds here` : `is under the ${smaller} that holds here`;
    return [{ path: [...path, changed], message, hint }];
  });
}

function isWhole(value: unknown, min: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min;
}
