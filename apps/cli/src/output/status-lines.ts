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
    return column === 1 ? stateColour(status.tables[row]?.state, colours)(cell) : cell;
  };
  lines.push(...(status.tables.length === 0 ? ['no tables'] : textTable(columns, rows, paint)));
  lines.push(...costLines(status.tables, colours));
  for (const table of status.tables) {
    if (table.error !== undefined) lines.push('', ...errorLinesOf(`${table.tableId}: `, table.error, colours));
    lines.push(...lateLines(table, colours));
    if ((table.quarantined ?? 0) > 0)
      lines.push(`${colours.yellow('quarantined')} ${table.tableId}: bqsync audit --table ${table.tableId} shows the rows and why`);
    for (const notice of table.notices) lines.push(`${colours.yellow('notice')} ${table.tableId}: ${notice}`);
  }
  return lines;
}

function cells(table: SyncTableStatus): string[] {
  const { state, desired, window, node } = table;
  const reading = window === undefined || window.totalRows === 0 ? '' : ` ${Math.floor((100 * window.rowsDone) / window.totalRows)}%`;
  const shown = state === 'elsewhere' ? `on ${node ?? 'another node'}` : `${state}${reading}`;
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
  const line = `${yellow('late')} ${tableId}: ${plural(rows, 'row')} came behind later ones, by up to ${formatSeconds(maxSeconds)}${configured}`;
  if (latenessSeconds !== undefined && latenessSeconds >= wanted) return [line];
  return [line, `${cyan('hint:')} set lateness: ${wanted} in the sync section of ${tableId}, and look once with bqsync verify ${tableId}`];
}

function stateColour(state: string | undefined, { green, yellow, red, dim }: Colours): Paint {
  if (state === 'caught-up' || state === 'syncing') return green;
  if (state === 'failed') return red;
  return state === 'stopped' ? dim : yellow;
}

function errorLinesOf(place: string, error: NonNullable<SyncTableStatus['error']>, { red, cyan }: Colours): string[] {
  return [
    `${red('error:')} ${place}${error.message} (${error.code})`,
    ...(error.hint === undefined ? [] : [`${cyan('hint:')} ${error.hint}`]),
  ];
}
