import { invalid } from '../http/api-error.ts';
import type { CatalogTable } from '../sql/contract.ts';
import { quoteName, quoteText } from '../storage/sql-text.ts';
import { storageType } from '../storage/storage-type.ts';
import type { SnapshotTable } from './snapshot-table.ts';

/** All tables whose names begin alike, as one. */
export interface WildcardTable extends CatalogTable {
  readonly members: readonly SnapshotTable[];
}

export const isWildcard = (table: CatalogTable): table is WildcardTable => 'members' in table;

/** `prefix*`: the columns are those of the table that was created last; a column that another table lacks is NULL in its rows. */
export function wildcardTable(prefix: string, members: readonly SnapshotTable[]): WildcardTable {
  const newest = members.reduce((a, b) => (BigInt(b.source.record.createdMicros) > BigInt(a.source.record.createdMicros) ? b : a));
  for (const member of members) {
    if ((member.source.record.rowAccessPolicies ?? []).length > 0)
      throw invalid(`Wildcard queries are not supported on table ${member.source.key}, which has row access policies`);
  }
  return {
    project: newest.project,
    dataset: newest.dataset,
    table: `${prefix}*`,
    fields: newest.fields,
    requirePartitionFilter: members.some((member) => member.requirePartitionFilter),
    pseudo: [{ name: '_TABLE_SUFFIX', type: 'STRING', mode: 'NULLABLE' }, ...newest.pseudo],
    ...(newest.partitioning ? { partitioning: newest.partitioning } : {}),
    members,
    checkColumn: (name) => {
      for (const member of members) member.checkColumn(name);
    },
    relation: (asOfMicros) => {
      const parts = members.map((member) => {
        const columns = newest.fields.map((field) => {
          const own = member.fields.find((f) => f.name.toLowerCase() === field.name.toLowerCase());
          if (own !== undefined && storageType(own) !== storageType(field))
            throw invalid(`Cannot read field '${field.name}' of type ${field.type} as ${own.type} in table ${member.source.key}`);
          const value = own === undefined ? (field.mode === 'REPEATED' ? '[]' : 'NULL') : quoteName(own.name);
          return `CAST(${value} AS ${storageType(field)}) AS ${quoteName(field.name)}`;
        });
        const pseudo = newest.pseudo.map(({ name }) => (member.pseudo.some((p) => p.name === name) ? `"${name}"` : `NULL AS "${name}"`));
        const suffix = `${quoteText(member.table.slice(prefix.length))} AS "_TABLE_SUFFIX"`;
        return `SELECT ${[...columns, suffix, ...pseudo].join(', ')} FROM ${member.relation(asOfMicros)}`;
      });
      return `(${parts.join(' UNION ALL ')})`;
    },
  };
}
