import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../workspace.mjs';

// What the documentation takes for granted: projects with tables in them, and an endpoint that gives tokens for keys.
const TABLES = [
  {
    project: 'my-project',
    dataset: 'maritime',
    table: 'port_events',
    schema: 'event_id:STRING,event_time:TIMESTAMP,event_type:STRING,port_id:STRING,mmsi:INTEGER',
    rows: Array.from({ length: 40 }, (_, n) => ({
      event_id: `e${n}`,
      event_time: `2026-01-01T00:${String(n).padStart(2, '0')}:00Z`,
      event_type: n % 4 === 0 ? 'ARRIVAL' : 'DEPARTURE',
      port_id: `p${n % 3}`,
      mmsi: 200_000_000 + n,
    })),
  },
  {
    project: 'bigquery-public-data',
    dataset: 'austin_bikeshare',
    table: 'bikeshare_trips',
    schema: 'trip_id:STRING,start_time:TIMESTAMP,duration_minutes:INTEGER',
    rows: [{ trip_id: 't1', start_time: '2026-01-01T00:00:00Z', duration_minutes: 7 }],
  },
];

/** A Google for one page: nothing of it is shared with another. */
export async function startGoogle() {
  const from = (path) => import(pathToFileURL(join(root, path)));
  const { startLocalBigQuery } = await from('packages/local-bigquery/dist/index.js');
  const server = await startLocalBigQuery();
  for (const table of TABLES) await fill(server.url, table);
  const tokens = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'of-the-documentation', token_type: 'Bearer', expires_in: 3600 }));
  });
  await new Promise((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  return {
    bigquery: server.url,
    tokens: `http://127.0.0.1:${tokens.address().port}`,
    async end() {
      tokens.close();
      tokens.closeAllConnections();
      await server.close();
    },
  };
}

async function fill(url, { project, dataset, table, schema, rows }) {
  const post = async (path, body) => {
    const response = await fetch(`${url}/bigquery/v2/projects/${project}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok || answer.insertErrors) throw new Error(`the documentation's tables cannot be made: ${JSON.stringify(answer)}`);
  };
  const fields = schema.split(',').map((field) => ({ name: field.split(':')[0], type: field.split(':')[1] }));
  await post('/datasets', { datasetReference: { projectId: project, datasetId: dataset } });
  const tableReference = { projectId: project, datasetId: dataset, tableId: table };
  await post(`/datasets/${dataset}/tables`, { tableReference, schema: { fields } });
  await post(`/datasets/${dataset}/tables/${table}/insertAll`, { rows: rows.map((json) => ({ json })) });
}
