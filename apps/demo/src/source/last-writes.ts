import type { BigQuery } from '@google-cloud/bigquery';
import { TABLE_NAMES, type TableName } from '@bqsync/synthesizer';
import { DATASET } from './connection.ts';

/** When each table was last written to, in BigQuery's time: ISO, six fractional digits; never earlier than it was. */
export type LastWrites = Record<TableName, string>;

/** As BigQuery's metadata says it: right also after a crash between a write and whatever would have recorded it. */
export async function readLastWrites(client: BigQuery): Promise<LastWrites> {
  const found = await Promise.all(
    TABLE_NAMES.map(async (table): Promise<[TableName, string]> => {
      const [metadata] = (await client.dataset(DATASET).table(table).getMetadata()) as [{ lastModifiedTime?: string }, unknown];
      // Whole milliseconds, cut off.
      return [table, microsText(Number(metadata.lastModifiedTime ?? 0) + 1)];
    }),
  );
  return Object.fromEntries(found) as LastWrites;
}

/** An instant of the system's clock, which is the local BigQuery's too. */
export function microsText(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
