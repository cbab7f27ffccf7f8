import { ERROR_CODES, EXIT_CODES } from '@bqsync/errors';
import type { SyncStatus, SyncTableStatus } from '../harper/sync-status.ts';

/** Why a table, or the whole plugin, is not healthy. */
export interface Ailment {
  /** Absent: the plugin. */
  readonly table?: string | undefined;
  readonly state: string;
  readonly message: string;
  readonly exitCode: number;
}

/**
 * What keeps a plugin from being healthy: each table that is not up to date, or is so only in part. A table is healthy if it is `caught-up`, or reads
 * what came since. Of tables that other nodes run it counts what those say.
 */
export function ailmentsOf(status: SyncStatus): readonly Ailment[] {
  const ailments: Ailment[] = [];
  const { problem, tables } = status;
  if (problem !== undefined) ailments.push({ state: 'misconfigured', message: problem.message, exitCode: exitCodeFor(problem.code) });
  else if (tables.length === 0) ailments.push({ state: 'empty', message: 'no table is configured', exitCode: EXIT_CODES.config });
  for (const table of tables) {
    const message = messageOf(table);
    if (message === undefined) continue;
    ailments.push({ table: table.tableId, state: stateOf(table), message, exitCode: exitCodeFor(table.error?.code) });
  }
  return ailments;
}

function stateOf({ state, elsewhere }: SyncTableStatus): string {
  return state === 'elsewhere' ? (elsewhere?.state ?? 'unknown') : state;
}

function messageOf(table: SyncTableStatus): string | undefined {
  const state = stateOf(table);
  const stage = table.state === 'elsewhere' ? table.elsewhere?.stage : table.stage;
  if (table.desired === 'stop') return 'it was stopped on request';
  switch (state) {
    case 'caught-up':
      return undefined;
    case 'syncing':
      return stage === 'tail' ? undefined : 'it is read for the first time';
    case 'degraded':
      return `${table.quarantined ?? 'too many'} rows are in quarantine`;
    case 'unknown':
      return `${table.node ?? 'another node'} runs it and has not said how it is`;
    default:
      return table.error?.message ?? `it is ${state}`;
  }
}

/** By the group of an error; without one rows of BigQuery are not, or not yet, in Harper: drift. */
function exitCodeFor(code: string | undefined): number {
  const entry = code === undefined ? undefined : Object.entries(ERROR_CODES).find(([known]) => known === code)?.[1];
  return entry === undefined ? EXIT_CODES.drift : EXIT_CODES[entry.group];
}

/** 0 where nothing is wrong, else that of the ailment that comes first on the way from the configuration to the target. */
export function exitCodeOfAilments(ailments: readonly Ailment[]): number {
  const codes = ailments.map(({ exitCode }) => exitCode);
  const known = codes.filter((code) => code !== EXIT_CODES.internal);
  return known.length > 0 ? Math.min(...known) : codes.length > 0 ? EXIT_CODES.internal : 0;
}
