import { type PartitionConstraint, type ReferencedTable, SqlError } from './contract.ts';
import type { Environment } from './environment.ts';
import type { BaseColumn } from './typed.ts';

/** What a statement reads of each table, once per place where it names one. */
export function referencesOf(env: Environment, always: Iterable<BaseColumn>): ReferencedTable[] {
  for (const { use, name } of always) use.columns.add(name);
  return env.uses.map((use) => {
    const constraint: PartitionConstraint | undefined = env.constraintOf(use);
    const { table } = use;
    if (table.requirePartitionFilter && constraint === undefined) {
      const { field } = table.partitioning ?? {};
      const columns = field === undefined ? ['_PARTITION_LOAD_TIME', '_PARTITIONDATE', '_PARTITIONTIME'] : [field];
      throw new SqlError(
        `Cannot query over table '${table.project}.${table.dataset}.${table.table}' without a filter over column(s) ${columns.map((c) => `'${c}'`).join(', ')} that can be used for partition elimination`,
      );
    }
    const columns = table.fields.map((f) => f.name).filter((name) => use.columns.has(name));
    for (const name of columns) table.checkColumn?.(name);
    return { table, columns, partitions: constraint ?? 'all', ...(use.asOfMicros === undefined ? {} : { asOfMicros: use.asOfMicros }) };
  });
}
