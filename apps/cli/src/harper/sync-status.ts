import { usdOf } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { isRecord } from './operations.ts';

/** What a plugin says of itself, as far as it is shown here. What else it says is passed on with `--json`. */
export interface SyncStatus {
  readonly node: string;
  /** Of the plugin; undefined: it is older than its status says. */
  readonly version: string | undefined;
  readonly desired: string | undefined;
  readonly problem: { readonly code: string; readonly message: string; readonly hint: string | undefined } | undefined;
  readonly tables: readonly SyncTableStatus[];
  readonly raw: unknown;
}

export interface SyncTableStatus {
  readonly tableId: string;
  readonly state: string;
  readonly desired: string | undefined;
  readonly node: string | undefined;
  readonly stage: string | undefined;
  readonly phase: string | undefined;
  /** Of a table that another node runs: what that node says; undefined: it has not said. */
  readonly elsewhere: { readonly state: string | undefined; readonly stage: string | undefined } | undefined;
  readonly lagSeconds: number | undefined;
  readonly watermark: string | undefined;
  readonly window: { readonly rowsDone: number; readonly totalRows: number } | undefined;
  /** In Harper. */
  readonly rows: number | undefined;
  /** Rows, not rejections. */
  readonly quarantined: number | undefined;
  readonly quarantine: QuarantineStatus | undefined;
  /** Rows that came late, and what is known of how late; undefined: none, or not said. */
  readonly late: { readonly rows: number; readonly maxSeconds: number; readonly latenessSeconds: number | undefined } | undefined;
  readonly bytesBilledToday: number | undefined;
  /** Since the copy was begun, or begun again; undefined: not said. */
  readonly cost: TableCost | undefined;
  readonly notices: readonly string[];
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | undefined } | undefined;
}

/** What a plugin makes of the rows in quarantine. */
export interface QuarantineStatus {
  readonly limit: number;
  readonly degraded: boolean;
  readonly causes: readonly { readonly reason: string; readonly column: string | undefined; readonly rows: number }[];
}

/** What copying a table has taken so far. */
export interface TableCost {
  readonly bytesScanned: number;
  readonly bytesBilled: number;
  readonly bytesByReadApi: number;
  readonly usd: number;
  /** By the threads of the node that runs the table, since they started; undefined: not said. */
  readonly apiCalls: number | undefined;
}

/** Reads an answer of a plugin that may be newer or older than this command: what is missing stays open. */
export function readSyncStatus(body: unknown, url: string): SyncStatus {
  if (!isRecord(body) || !Array.isArray(body['tables'])) {
    throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `${url}/SyncControl answered with something else than a status`, {
      hint: 'check that --harper names the HTTP interface of a Harper with the plugin',
    });
  }
  return {
    node: textOf(body['node']) ?? '',
    version: textOf(body['version']),
    desired: textOf(body['desired']),
    problem: problemOf(body['problem']),
    tables: body['tables'].filter(isRecord).map(tableOf),
    raw: body,
  };
}

function tableOf(table: Readonly<Record<string, unknown>>): SyncTableStatus {
  const counters = isRecord(table['counters']) ? table['counters'] : {};
  const window = isRecord(table['window']) ? table['window'] : undefined;
  return {
    tableId: textOf(table['tableId']) ?? '?',
    state: textOf(table['state']) ?? 'unknown',
    desired: textOf(table['desired']),
    node: textOf(table['node']),
    stage: textOf(table['stage']),
    phase: textOf(table['phase']),
    elsewhere: elsewhereOf(table['elsewhere']),
    lagSeconds: numberOf(table['lagSeconds']),
    watermark: textOf(table['watermark']),
    window:
      window === undefined ? undefined : { rowsDone: numberOf(window['rowsDone']) ?? 0, totalRows: numberOf(window['totalRows']) ?? 0 },
    // Counters say what was done, not what there is.
    rows: numberOf(table['rows']),
    quarantined: numberOf(table['quarantined']),
    quarantine: quarantineOf(table['quarantine']),
    late: lateOf(counters, table),
    bytesBilledToday: numberOf(table['bytesBilledToday']),
    cost: costOf(counters, table),
    notices: Array.isArray(table['notices']) ? table['notices'].filter((notice) => typeof notice === 'string') : [],
    error: problemOf(table['lastError']) ?? (isRecord(table['elsewhere']) ? problemOf(table['elsewhere']['lastError']) : undefined),
  };
}

function elsewhereOf(value: unknown): SyncTableStatus['elsewhere'] {
  return isRecord(value) ? { state: textOf(value['state']), stage: textOf(value['stage']) } : undefined;
}

function quarantineOf(value: unknown): QuarantineStatus | undefined {
  if (!isRecord(value)) return undefined;
  const causes = Array.isArray(value['causes']) ? value['causes'].filter(isRecord) : [];
  return {
    limit: numberOf(value['limit']) ?? 0,
    degraded: value['degraded'] === true,
    causes: causes.map((cause) => ({
      reason: textOf(cause['reason']) ?? '?',
      column: textOf(cause['column']),
      rows: numberOf(cause['rows']) ?? 0,
    })),
  };
}

function lateOf(counters: Readonly<Record<string, unknown>>, table: Readonly<Record<string, unknown>>): SyncTableStatus['late'] {
  const rows = numberOf(counters['late']) ?? 0;
  if (rows === 0) return undefined;
  return { rows, maxSeconds: numberOf(counters['lateMaxSeconds']) ?? 0, latenessSeconds: numberOf(table['latenessSeconds']) };
}

function costOf(counters: Readonly<Record<string, unknown>>, table: Readonly<Record<string, unknown>>): TableCost | undefined {
  const [bytesScanned, bytesBilled] = [numberOf(counters['bytesScanned']), numberOf(counters['bytesBilled'])];
  if (bytesScanned === undefined || bytesBilled === undefined) return undefined;
  const bytesByReadApi = numberOf(counters['bytesByReadApi']) ?? 0;
  // The plugin knows the configured prices.
  const usd = numberOf(table['usd']) ?? usdOf({ bytesBilled, bytesByReadApi });
  return { bytesScanned, bytesBilled, bytesByReadApi, usd, apiCalls: numberOf(table['apiCalls']) };
}

function problemOf(value: unknown): SyncTableStatus['error'] {
  if (!isRecord(value)) return undefined;
  return { code: textOf(value['code']) ?? 'BQS_INTERNAL', message: textOf(value['message']) ?? '', hint: textOf(value['hint']) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
