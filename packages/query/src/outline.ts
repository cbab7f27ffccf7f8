import { quoteInformationSchema, quoteTable, type TableReference } from './identifier.ts';
import { type Statement, statement } from './statement.ts';

/**
 * The partitions of a table with their rows and bytes, in the order of their ids: `partition_id`, `total_rows`,
 * `total_logical_bytes`, `last_modified_time`. Billed at the minimum of a query. The table is named by a constant: the view refuses to look at
 * more than 1,000 tables, and only a constant narrows it down before that is counted.
 * https://cloud.google.com/bigquery/docs/information-schema-partitions
 *
 * @throws `BQS_IDENTIFIER_INVALID`
 */
export function outlineQuery(table: TableReference): Statement {
  quoteTable(table);
  return statement(
    `SELECT partition_id, total_rows, total_logical_bytes, last_modified_time FROM ${quoteInformationSchema(table, 'PARTITIONS')} ` +
      // A checked name has neither quotes nor backslashes.
      `WHERE table_name = '${table.table}' ORDER BY partition_id`,
  );
}
