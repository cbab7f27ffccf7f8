import type { TableSpec } from '@bqsync/core';
import { guardReads } from './guard-reads.ts';
import { findTable, type HarperRuntime } from './harper-runtime.ts';
import { SYNCED_AT } from './row-plan.ts';
import { inTableTurn } from './table-turn.ts';
import { targetName } from './target-table.ts';

/**
 * Indexes the timestamp column of a target that another node made and runs: Harper replicates a table's declaration without its indexes. Done
 * while the table is small, it takes no time; done when this node takes the table over, it would read all of it first. Leaves alone what
 * bqsync did not make, a column that is stored under another name, and a Harper on which it is not safe. Returns whether it added the index.
 */
export async function indexReplica(runtime: HarperRuntime, spec: TableSpec, signal: AbortSignal): Promise<boolean> {
  const { database, table: name } = targetName(spec);
  const table = findTable(runtime, database, name);
  if (!spec.createTarget || table === undefined) return false;
  const declared = table.attributes.filter((attribute) => attribute.name === spec.cursorColumn);
  const isOurs = table.attributes.some((attribute) => attribute.name === SYNCED_AT);
  if (!isOurs || declared.length === 0 || declared.some(({ indexed, isPrimaryKey }) => Boolean(indexed) || isPrimaryKey === true))
    return false;
  if (!guardReads(runtime.databases)) return false;
  const type = declared[0]?.type;
  const { filled } = await inTableTurn(runtime, signal, () => ({
    filled: table.addAttributes([{ name: spec.cursorColumn, type, indexed: true }]),
  }));
  await filled;
  return true;
}
