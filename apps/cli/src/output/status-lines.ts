import type { SyncStatus, SyncTableStatus } from '../harper/sync-status.ts';
import type { Colours, Paint } from './colours.ts';
import { formatBytes, formatCount, formatSeconds, formatUsd, plural } from './format.ts';
import { textTable } from './text-table.ts';

const NONE = '-';

/** A plugin's status for people. */
export function statusLines(status: SyncStatus, colours: Colours): string[] {
  const lines: string[] = [];
  if (status.problem !== undefined) lines.push(...errorLinesOf('', status.problem, colours), '');
  const columns = [
    { title: 'TABLE' },
    { title: 'STATE' },
    { title: 'PHASE' },
    { title: 'LAG', align: 'right' },
    { title: 'ROWS', align: 'right' },
    { title: 'QUARANTINED', align: 'right' },
    { title: 'BILLED TODAY', align: 'right' },
    { title: 'WATERMARK' },
  ] as const;
  const rows = status.tables.map(cells);
  const paint = (cell: string, row: number | undefined, column: number): string => {
    if (row === undefined) return colours.dim(cell);
    if (column !== 1) return cell;
    const table = status.tables[row];
    return stateColour(table?.elsewhere?.state ?? table?.state, colours)(cell);
  };
  lines.push(...(status.tables.length === 0 ? ['no tables'] : textTable(columns, rows, paint)));
  lines.push(...costLines(status.tables, colours));
  for (const table of status.tables) {
    if (table.error !== undefined) lines.push('', ...errorLinesOf(`${table.tableId}: `, table.error, colours));
    lines.push(...lateLines(table, colours));
    lines.push(...quarantineLines(table, colours));
    for (const notice of table.notices) lines.push(`${colours.yellow('notice')} ${table.tableId}: ${notice}`);
  }
  if (status.version !== undefined) lines.push('', colours.dim(`@bqsync/harper-plugin ${status.version} on ${status.node}`));
  return lines;
}

/** How many rows cannot be stored and why; red where they are more than allowed. */
function quarantineLines({ tableId, quarantined = 0, quarantine, rows }: SyncTableStatus, { red, yellow, cyan }: Colours): string[] {
  if (quarantined === 0) return [];
  const why = (quarantine?.causes ?? []).map(
    ({ reason, column, rows: count }) => `${formatCount(count)} by ${reason}${column === undefined ? '' : ` of column "${column}"`}`,
  );
  const many = rows === undefined ? plural(quarantined, 'row') : `${formatCount(quarantined)} of ${plural(rows + quarantined, 'row')}`;
  const limit = quarantine === undefined ? '' : ` (limit ${formatCount(quarantine.limit)})`;
  const name = quarantine?.degraded === true ? red('degraded') : yellow('quarantined');
  return [
    `${name} ${tableId}: ${many} cannot be stored${limit}${why.length === 0 ? '' : `: ${why.join(', ')}`}`,
    `${cyan('hint:')} bqsync audit --table ${tableId} shows the rows`,
  ];
}

function cells(table: SyncTableStatus): string[] {
  const { state, desired, window, node } = table;
  const reading = window === undefined || window.totalRows === 0 ? '' : ` ${Math.floor((100 * window.rowsDone) / window.totalRows)}%`;
  const there = table.elsewhere?.state === undefined ? '' : `${table.elsewhere.state} `;
  const shown = state === 'elsewhere' ? `${there}on ${node ?? 'another node'}` : `${state}${reading}`;
  return [
    table.tableId,
    desired === 'stop' && state !== 'stopped' ? `${shown}, stopping` : shown,
    table.phase ?? NONE,
    table.lagSeconds === undefined ? NONE : formatSeconds(table.lagSeconds),
    table.rows === undefined ? NONE : formatCount(table.rows),
    table.quarantined === undefined ? NONE : formatCount(table.quarantined),
    table.bytesBilledToday === undefined ? NONE : formatBytes(table.bytesBilledToday),
    table.watermark ?? NONE,
  ];
}

/** What each table has cost, as far as it is known here. */
function costLines(tables: readonly SyncTableStatus[], { dim }: Colours): string[] {
  const known = tables.filter(({ cost }) => cost !== undefined);
  if (known.length === 0) return [];
  const columns = [
    { title: 'COST SO FAR' },
    { title: 'SCANNED', align: 'right' },
    { title: 'BILLED', align: 'right' },
    { title: 'BY READ API', align: 'right' },
    { title: 'ESTIMATE', align: 'right' },
    { title: 'BYTES/ROW', align: 'right' },
    { title: 'API CALLS', align: 'right' },
  ] as const;
  return ['', ...textTable(columns, known.map(costCells), (cell, row) => (row === undefined ? dim(cell) : cell))];
}

function costCells({ tableId, cost, rows = 0 }: SyncTableStatus): string[] {
  if (cost === undefined) return [tableId];
  const { bytesScanned, bytesBilled, bytesByReadApi, usd, apiCalls } = cost;
  return [
    tableId,
    formatBytes(bytesScanned),
    formatBytes(bytesBilled),
    bytesByReadApi === 0 ? NONE : formatBytes(bytesByReadApi),
    formatUsd(usd),
    rows === 0 ? NONE : formatCount(Math.round(bytesBilled / rows)),
    apiCalls === undefined ? NONE : formatCount(apiCalls),
  ];
}

/** Twice the greatest lateness that was seen, in whole minutes: the next one may be later. */
const HEADROOM = 2;

/** How late rows came, and what `lateness` that asks for: what comes later than that only verify finds. */
function lateLines({ tableId, late }: SyncTableStatus, { yellow, cyan }: Colours): string[] {
  if (late === undefined) return [];
  const { rows, maxSeconds, latenessSeconds } = late;
  const wanted = Math.max(1, Math.ceil((HEADROOM * maxSeconds) / 60)) * 60;
  const configured = latenessSeconds === undefined ? '' : `; lateness is ${formatSeconds(latenessSeconds)}`;
  const line = `${yellow('late')} ${tableId}: ${plural(rows, 'row')} arrived late, by up to ${formatSeconds(maxSeconds)}${configured}`;
  if (latenessSeconds !== undefined && latenessSeconds >= wanted) return [line];
  return [line, `${cyan('hint:')} set lateness: ${wanted} in the sync section of ${tableId}, and look once with bqsync verify ${tableId}`];
}

function stateColour(state: string | undefined, { green, yellow, red, dim }: Colours): Paint {
  if (state === 'caught-up' || state === 'syncing') return green;
  if (state === 'failed' || state === 'degraded') return red;
  return state === 'stopped' ? dim : yellow;
}

function errorLinesOf(place: string, error: NonNullable<SyncTableStatus['error']>, { red, cyan }: Colours): string[] {
  return [
    `${red('error:')} ${place}${error.message} (${error.code})`,
    ...(error.hint === undefined ? [] : [`${cyan('hint:')} ${error.hint}`]),
  ];
}
