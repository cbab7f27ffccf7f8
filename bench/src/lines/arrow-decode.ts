import { createBigQuerySource } from '@bqsync/bigquery';
import { tableFromIPC } from 'apache-arrow';
import { compileBatchDecoder } from '../../../packages/bigquery/src/arrow/decoder.ts';
import { CredentialsHolder } from '../../../packages/bigquery/src/credentials.ts';
import { createStorageClient } from '../../../packages/bigquery/src/storage/client.ts';
import { STORAGE_TIMEOUTS } from '../../../packages/bigquery/src/storage/timeouts.ts';
import { type Line, over } from '../line.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';
import { inTurn } from '../timing.ts';

const ROWS = 20_000;
const ROUNDS = 15;
const MIB = 1024 * 1024;

export const arrowDecode: Line = {
  name: 'arrow-decode',
  title: 'Arrow decode',
  against: 'apache-arrow to objects',
  unit: 'rows/s',
  target: { atLeast: 6 },
  rows: `the record batches of ${ROWS} rows as the Storage Read API sends them; ${SHAPE}`,
  async measure(run) {
    const { connection } = await run.bigquery();
    await createPositions(connection, 'arrow_decode', { rows: ROWS, days: 1 });
    const table = specOf('arrow_decode', 'arrow_decode');
    const { columns } = await createBigQuerySource({ connection }).describe(table, run.signal);
    const place = { doing: 'measure', table: table.id };
    const credentials = new CredentialsHolder(connection);
    const client = createStorageClient({ connection, credentials, timeouts: STORAGE_TIMEOUTS, aheadBytes: 4 * MIB });
    const { project, dataset } = table.source;
    const session = await client.createReadSession(
      {
        parent: `projects/${project}`,
        readSession: {
          table: `projects/${project}/datasets/${dataset}/tables/arrow_decode`,
          dataFormat: 'ARROW',
          readOptions: { selectedFields: columns.map(({ name }) => name), rowRestriction: '' },
          traceId: 'bqsync:arrow_decode:bench',
        },
        maxStreamCount: 1,
      },
      STORAGE_TIMEOUTS.sessionMs,
      place,
      run.signal,
    );
    const stream = await client.readRows(session.streams?.[0]?.name ?? '', 0, place, run.signal);
    const batches: { readonly bytes: Uint8Array; readonly rows: number }[] = [];
    let schema: Uint8Array | undefined;
    for (let response = await stream.next(); response !== undefined; response = await stream.next()) {
      schema ??= response.arrowSchema?.serializedSchema ?? undefined;
      const bytes = response.arrowRecordBatch?.serializedRecordBatch;
      if (bytes) batches.push({ bytes, rows: Number(response.rowCount) });
    }
    stream.cancel();
    if (schema === undefined) throw new Error('no schema came');
    const head = schema;
    const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
    if (rows !== ROWS) throw new Error(`${rows} rows came`);
    const decode = compileBatchDecoder(head, columns, undefined);
    const { oursMs, theirsMs } = await inTurn(
      {
        ours: () => batches.map((batch) => decode(batch.bytes, batch.rows)),
        theirs: () =>
          batches.map(({ bytes }) =>
            tableFromIPC([head, bytes])
              .toArray()
              .map((row) => (row as { toJSON(): object }).toJSON()),
          ),
      },
      ROUNDS,
    );
    return over((ROWS / oursMs) * 1000, (ROWS / theirsMs) * 1000, `${batches.length} batches`);
  },
};
