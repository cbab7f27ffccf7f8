import { BqsyncError } from '@bqsync/errors';
import type { Cluster } from '../cluster/cluster.ts';
import { readRecords, type TableRecord } from '../harper/progress.ts';
import type { Load } from '../source/load.ts';
import { waitUntil } from '../wait-until.ts';

/** Longer than any wait of the sync itself. */
const PATIENCE_MS = 360_000;
const SAY_MS = 10_000;

interface CatchUp {
  readonly cluster: Cluster;
  readonly load: Load;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Resolves once every node says that it has caught up: all nodes agree on each table's owner, the owner has swept the table at a snapshot after the
 * source's last change, and every other node has the record that says so. Nobody may write meanwhile. Returns why not, where it takes too long.
 */
export async function untilClusterCaughtUp({ cluster, load, signal, say }: CatchUp): Promise<string[]> {
  const modified = new Map<string, number>();
  for (const table of cluster.tables) modified.set(table.id, await load.lastModifiedMs(table));
  let saidAt = performance.now();
  const ask = async (): Promise<true | string> => {
    const behind = await behindOf(cluster, modified);
    if (behind.length === 0) return true;
    const text = behind.slice(0, 5).join('; ') + (behind.length > 5 ? `; and ${behind.length - 5} more` : '');
    if (performance.now() - saidAt > SAY_MS) {
      say(`… catching up: ${text}`);
      saidAt = performance.now();
    }
    return text;
  };
  try {
    await waitUntil('every node caught up', PATIENCE_MS, signal, ask);
    return [];
  } catch (error) {
    if (!(error instanceof BqsyncError) || signal.aborted) throw error;
    return [error.message];
  }
}

async function behindOf(cluster: Cluster, modified: ReadonlyMap<string, number>): Promise<string[]> {
  const tableIds = cluster.tables.map(({ id }) => id);
  const behind: string[] = [];
  const statuses = await Promise.all(cluster.nodes.map((node) => node.status()));
  const owners = new Map<string, string>();
  for (const [index, { tables, problem }] of statuses.entries()) {
    const node = cluster.nodes[index]?.name ?? '';
    if (problem !== undefined) behind.push(`${node}: ${problem.message}`);
    for (const id of tableIds) {
      const found = tables.find(({ tableId }) => tableId === id);
      const owner = found?.node;
      if (owner === undefined) behind.push(`${id}: no owner on ${node}`);
      else if ((owners.get(id) ?? owner) !== owner) behind.push(`${id}: run by ${owners.get(id) ?? ''}, on ${node} by ${owner}`);
      else owners.set(id, owner);
      if (owner === node && found?.state !== 'caught-up')
        behind.push(`${id}: ${found?.state ?? ''}${found?.lastError === undefined ? '' : ` (${found.lastError.message})`}`);
    }
  }
  for (const node of cluster.nodes) {
    for (const owner of cluster.nodes) {
      const own = tableIds.filter((id) => owners.get(id) === owner.name);
      const records = await readRecords(node.harper, { tableIds: own, node: owner.name });
      for (const record of records) {
        if (!isSwept(record, modified.get(record.tableId) ?? Infinity))
          behind.push(`${record.tableId}: not swept by the record of ${owner.name} on ${node.name}`);
      }
    }
  }
  return behind;
}

function isSwept({ window, healing, sweepSnapshot }: TableRecord, modifiedMs: number): boolean {
  return window === undefined && !healing && sweepSnapshot !== null && Date.parse(sweepSnapshot) > modifiedMs;
}
