import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteText } from '../storage/sql-text.ts';

// The catalog as DuckDB keeps it: a record of JSON per dataset and table.

export async function records<T>(connection: DuckDBConnection, table: 'datasets' | 'tables'): Promise<T[]> {
  const reader = await connection.runAndReadAll(`SELECT record::VARCHAR FROM bq_catalog.${table}`);
  return reader.getRows().map(([text]) => JSON.parse(String(text)) as T);
}

export async function put(connection: DuckDBConnection, table: 'datasets' | 'tables', key: string, record: object): Promise<void> {
  await remove(connection, table, key);
  await connection.run(`INSERT INTO bq_catalog.${table} VALUES (${quoteText(key)}, ${quoteText(JSON.stringify(record))})`);
}

export async function remove(connection: DuckDBConnection, table: 'datasets' | 'tables', key: string): Promise<void> {
  await connection.run(`DELETE FROM bq_catalog.${table} WHERE key = ${quoteText(key)}`);
}
