import { setTimeout as sleep } from 'node:timers/promises';
import type { HarperProcess } from '@bqsync/harper-process';
import type { BigQuery } from '@google-cloud/bigquery';
import type { ChaosTable } from '../source/tables.ts';
import { compareTable, isExactTable, type NodeVerdict, nodeVerdict, type TableDrift } from './node-verdict.ts';
import { nodeRows, sourceRows } from './rows.ts';

export interface NodesToCompare {
  readonly client: BigQuery;
  readonly nodes: readonly { readonly name: string; readonly harper: HarperProcess }[];
  readonly tables: readonly ChaosTable[];
  /** Rows that are on their way may take so long; what differs is compared again until then. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

const AGAIN_MS = 3_000;

/**
 * Compares every row of every node with BigQuery. Nobody may write meanwhile. Nothing of it is bqsync's: each node answers from its own replica, and
 * BigQuery through Google's client.
 */
export async function compareNodes(input: NodesToCompare): Promise<NodeVerdict[]> {
  const { client, nodes, tables, patienceMs, signal } = input;
  const deadline = performance.now() + patienceMs;
  const drifts = new Map<string, Map<string, TableDrift>>(nodes.map(({ name }) => [name, new Map()]));
  // One table at a time: a large one is in memory twice.
  for (const table of tables) {
    const source = await sourceRows(client, table);
    let open = nodes;
    for (;;) {
      signal.throwIfAborted();
      for (const { name, harper } of open) drifts.get(name)?.set(table.id, compareTable(table.id, source, await nodeRows(harper, table)));
      open = open.filter(({ name }) => {
        const drift = drifts.get(name)?.get(table.id);
        return drift === undefined || !isExactTable(drift);
      });
      if (open.length === 0 || performance.now() > deadline) break;
      await sleep(AGAIN_MS, undefined, { signal });
    }
  }
  return nodes.map(({ name }) => nodeVerdict(name, [...(drifts.get(name)?.values() ?? [])]));
}
