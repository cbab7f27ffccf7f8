import { createBigQuerySource } from '@bqsync/bigquery';
import { BigQuery } from '@google-cloud/bigquery';
import { compileDecoder } from '../../../packages/bigquery/src/decoder.ts';
import { type Line, over } from '../line.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';
import { inTurn } from '../timing.ts';

const ROWS = 10_000;
const ROUNDS = 15;

export const restDecode: Line = {
  name: 'rest-decode',
  title: 'REST decode',
  against: "the client's own row conversion",
  unit: 'rows/s',
  target: { atLeast: 15 },
  rows: `one page of ${ROWS} rows, parsed; ${SHAPE}`,
  async measure(run) {
    const { connection } = await run.bigquery();
    await createPositions(connection, 'rest_decode', { rows: ROWS, days: 1 });
    const table = specOf('rest_decode', 'rest_decode');
    const { columns } = await createBigQuerySource({ connection }).describe(table, run.signal);
    const { project, dataset } = table.source;
    const url = `${connection.apiEndpoint ?? ''}/bigquery/v2/projects/${project}/datasets/${dataset}/tables/rest_decode`;
    const { schema } = await json<{ schema: unknown }>(url);
    const { rows } = await json<{ rows: unknown[] }>(`${url}/data?maxResults=${ROWS}&formatOptions.useInt64Timestamp=true`);
    if (rows.length !== ROWS) throw new Error(`a page of ${rows.length} rows came`);
    const decode = compileDecoder(columns, { ordinal: false });
    const listParams = { 'formatOptions.useInt64Timestamp': true };
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is static and uses no `this`
    const merge = BigQuery.mergeSchemaWithRows_ as unknown as (schema: unknown, rows: unknown[], options: object) => unknown;
    const { oursMs, theirsMs } = await inTurn(
      { ours: () => decode(rows), theirs: () => merge(schema, rows, { wrapIntegers: false, listParams }) },
      ROUNDS,
    );
    return over((ROWS / oursMs) * 1000, (ROWS / theirsMs) * 1000);
  },
};

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}
