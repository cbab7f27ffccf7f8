import { BqsyncError } from '@bqsync/errors';
import type { HarperProcess } from '@bqsync/harper-process';
import { TABLES } from '@bqsync/synthesizer';
import { describeTarget } from './sides.ts';

const TABLE = TABLES.vessel_positions;

/** Deletes one row, alters one field of another and adds a third, in Harper and behind the back of the sync. */
export async function tamper(harper: HarperProcess): Promise<void> {
  const table = TABLE.name;
  const { primaryKey } = await describeTarget(harper, table);
  const rows = await harper.operation<Record<string, unknown>[]>({
    operation: 'search_by_value',
    table,
    search_attribute: primaryKey,
    search_value: '*',
    get_attributes: ['*'],
    limit: 2,
  });
  const [victim, altered] = rows;
  if (victim === undefined || altered === undefined) throw new BqsyncError('BQS_INTERNAL', `${table} has no two rows to tamper with`);
  await harper.operation({
    operation: 'update',
    table,
    records: [{ [primaryKey]: altered[primaryKey], speed_knots: Number(altered['speed_knots']) + 0.1 }],
  });
  // Of a ship that cannot be: no MMSI begins with 0000.
  await harper.operation({ operation: 'insert', table, records: [{ ...victim, [primaryKey]: 'tampered', mmsi: '000000000' }] });
  await harper.operation({ operation: 'delete', table, ids: [victim[primaryKey]] });
}
