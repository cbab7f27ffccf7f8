import { type Interceptor, type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildScenario } from '../scenario/build-scenario.ts';
import { TABLES } from '../tables/definitions.ts';
import { toMicros } from '../time/micros.ts';
import { type BigQueryConfig, connect } from './bigquery-connection.ts';
import { bigQueryTarget, type DataTarget } from './data-target.ts';

const data = buildScenario({ scenario: 'small', seed: 1, end: '2026-08-01' });
const positions = [...data.rows('vessel_positions')];
const metadata = [...data.rows('vessel_metadata')];

let server: LocalBigQuery;
let client: BigQuery;
let config: BigQueryConfig;
let target: DataTarget;
/** Answers the next calls whose path matches instead of the server. */
let faults: { path: RegExp; status: number; reason: string; times: number }[] = [];
let calls: string[] = [];
let datasets = 0;

const faulty: Interceptor = ({ method, path }) => {
  calls.push(`${method} ${path}`);
  const fault = faults.find((candidate) => candidate.times > 0 && candidate.path.test(path));
  if (fault === undefined) return undefined;
  fault.times--;
  const error = { code: fault.status, message: 'on purpose', errors: [{ reason: fault.reason, message: 'on purpose', domain: 'global' }] };
  return { status: fault.status, body: { error } };
};

beforeAll(async () => {
  server = await startLocalBigQuery({ interceptors: [faulty] });
});
afterAll(() => server.close());
beforeEach(async () => {
  faults = [];
  config = { projectId: 'test-project', dataset: `maritime_${++datasets}`, apiEndpoint: server.url, initialRetryDelayMs: 1 };
  client = connect(config);
  target = bigQueryTarget(config, client);
  for (const table of Object.values(TABLES)) await target.prepare(table);
  calls = [];
});

/** The rows as the official client reads them, in the form in which they were written. */
async function read(table: keyof typeof TABLES): Promise<unknown[]> {
  const [rows] = await client.query(`SELECT * FROM ${config.dataset}.${table} ORDER BY ${TABLES[table].timeColumn}`);
  const micros = (value: unknown): unknown => {
    const text = (value as { value?: string } | null)?.value;
    return text === undefined ? value : `${text.slice(0, 19)}.${text.slice(20, -1).padEnd(6, '0').slice(0, 6)}Z`;
  };
  return (rows as Record<string, unknown>[]).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, micros(value)])),
  );
}

describe('the tables in BigQuery', () => {
  it('are created with partitioning, clustering and declared keys, and checked afterwards', async () => {
    for (const table of Object.values(TABLES)) {
      expect(await target.prepare(table)).toBe('checked');
      const [found] = await client.dataset(config.dataset).table(table.name).getMetadata();
      expect(found.tableConstraints.primaryKey.columns).toEqual(table.primaryKey);
      expect(found.timePartitioning).toEqual(table.partitionColumn && { type: 'DAY', field: table.partitionColumn });
      expect(found.clustering.fields).toEqual(table.clustering);
    }
  });

  it('are refused by name when they have other columns', async () => {
    await target.drop(TABLES.port_events);
    await client.dataset(config.dataset).createTable('port_events', { schema: [{ name: 'event_time', type: 'STRING' }] });
    await expect(target.prepare(TABLES.port_events)).rejects.toMatchObject({
      code: 'BQS_CONFIG_INVALID',
      message: expect.stringMatching(/port_events.*event_time is STRING, not TIMESTAMP; event_id is missing/),
    });
  });

  it('are counted, trimmed, cleared and dropped, each as often as one likes', async () => {
    await target.append(TABLES.vessel_positions, positions, { id: 'a', replay: false }, 'load');
    expect(await target.stats(TABLES.vessel_positions)).toMatchObject({
      exists: true,
      rows: 100,
      from: positions[0]!.timestamp,
      to: positions[99]!.timestamp,
    });
    const cutoff = positions[30]!.timestamp;
    for (let i = 0; i < 2; i++) {
      await target.deleteBefore(TABLES.vessel_positions, toMicros(cutoff));
      expect(await target.stats(TABLES.vessel_positions)).toMatchObject({ rows: 70, from: cutoff });
    }
    for (let i = 0; i < 2; i++) {
      await target.clear(TABLES.vessel_positions);
      expect(await target.stats(TABLES.vessel_positions)).toMatchObject({ exists: true, rows: 0 });
    }
    for (let i = 0; i < 2; i++) {
      await target.drop(TABLES.vessel_positions);
      expect(await target.stats(TABLES.vessel_positions)).toEqual({ exists: false, rows: 0, bytes: 0 });
    }
    await target.clear(TABLES.vessel_positions);
  });

  it('have metadata updated in place, and never set back', async () => {
    await target.append(TABLES.vessel_metadata, metadata, { id: 'm', replay: false }, 'load');
    const newer = { ...metadata[0]!, last_updated: '2026-09-01T00:00:00.000001Z', owner: 'O\'Neill \\ & Sons "Line"' };
    await target.update(TABLES.vessel_metadata, [newer]);
    await target.update(TABLES.vessel_metadata, [{ ...newer, last_updated: '2026-08-31T00:00:00.000000Z', owner: 'old' }]);
    const rows = await read('vessel_metadata');
    expect(rows).toHaveLength(20);
    expect(rows.at(-1)).toEqual(newer);
  });
});

describe.each(['load', 'stream'] as const)('writing by %s', (mode) => {
  it('keeps every field to the microsecond', async () => {
    await target.append(TABLES.vessel_positions, positions, { id: 'a', replay: false }, mode);
    expect(await read('vessel_positions')).toEqual(positions);
  });

  it('has a batch once that is written again, by another process too', async () => {
    await target.append(TABLES.vessel_positions, positions.slice(0, 60), { id: 'a', replay: false }, mode);
    await bigQueryTarget(config).append(TABLES.vessel_positions, positions.slice(0, 60), { id: 'a', replay: true }, mode);
    expect(await read('vessel_positions')).toEqual(positions.slice(0, 60));
  });

  it('comes through faults that pass', async () => {
    const path = mode === 'load' ? /upload.*jobs$/ : /insertAll$/;
    faults = [
      { path, status: 503, reason: 'backendError', times: 2 },
      { path, status: 403, reason: 'rateLimitExceeded', times: 1 },
    ];
    await target.append(TABLES.vessel_positions, positions, { id: 'a', replay: false }, mode);
    expect(faults.every(({ times }) => times === 0)).toBe(true);
    expect(await read('vessel_positions')).toEqual(positions);
  });

  it('says what went wrong for good, without trying again', async () => {
    const path = mode === 'load' ? /upload.*jobs$/ : /insertAll$/;
    faults = [{ path, status: 403, reason: 'accessDenied', times: 9 }];
    await expect(target.append(TABLES.vessel_positions, positions, { id: 'a', replay: false }, mode)).rejects.toMatchObject({
      code: 'BQS_SOURCE_DENIED',
      message: expect.stringContaining('vessel_positions'),
      hint: expect.stringContaining('Data Editor'),
    });
    expect(faults[0]!.times).toBe(8);
  });

  it('gives up after its retries and names the table', async () => {
    faults = [{ path: /upload.*jobs$|insertAll$/, status: 500, reason: 'internalError', times: 99 }];
    const impatient = bigQueryTarget({ ...config, maxRetries: 2 });
    await expect(
      impatient.append(TABLES.port_events, [...data.rows('port_events')], { id: 'a', replay: false }, mode),
    ).rejects.toMatchObject({
      code: 'BQS_SOURCE_UNAVAILABLE',
      retryable: true,
    });
    expect(faults[0]!.times).toBe(96);
  });

  it('refuses rows that do not fit the table, and keeps none of them', async () => {
    const wrong = positions.map((row, i) => (i === 50 ? { ...row, latitude: 'north' } : row));
    await expect(target.append(TABLES.vessel_positions, wrong, { id: 'b', replay: false }, mode)).rejects.toMatchObject({
      code: 'BQS_SOURCE_QUERY_INVALID',
    });
    expect(await read('vessel_positions')).toEqual([]);
  });

  it('keeps duplicates that are meant', async () => {
    const twice = positions.slice(0, 5).flatMap((row) => [row, { ...row }]);
    await target.append(TABLES.vessel_positions, twice, { id: 'd', replay: false }, mode);
    await target.append(TABLES.vessel_positions, twice, { id: 'd', replay: true }, mode);
    expect(await read('vessel_positions')).toHaveLength(10);
  });

  it('writes nothing, and calls nobody, for no rows', async () => {
    await target.append(TABLES.port_events, [], { id: 'n', replay: true }, mode);
    expect(calls).toEqual([]);
  });
});

describe('loading', () => {
  const many = [...buildScenario({ scenario: 'realistic', seed: 1, end: '2026-08-01' }).rows('vessel_positions')].slice(0, 3000);

  it('comes through faults, and repetition, in the middle of a large body', async () => {
    faults = [{ path: /upload.*jobs$/, status: 503, reason: 'backendError', times: 2 }];
    await target.append(TABLES.vessel_positions, many, { id: 'large', replay: false }, 'load');
    expect(faults[0]!.times).toBe(0);
    await target.append(TABLES.vessel_positions, many, { id: 'large', replay: true }, 'load');
    expect(await target.stats(TABLES.vessel_positions)).toMatchObject({ rows: 3000 });
  });
});

describe('streaming', () => {
  it('finds what is there when BigQuery has forgotten the insertIds', async () => {
    const forgetful = await startLocalBigQuery({ insertIdTtlMs: 0 });
    try {
      const there = bigQueryTarget({ ...config, apiEndpoint: forgetful.url });
      await there.prepare(TABLES.vessel_positions);
      await there.append(TABLES.vessel_positions, positions.slice(0, 37), { id: 'x', replay: false }, 'stream');
      await there.append(TABLES.vessel_positions, positions, { id: 'x', replay: true }, 'stream');
      expect(await there.stats(TABLES.vessel_positions)).toMatchObject({ rows: 100 });
    } finally {
      await forgetful.close();
    }
  });
});

describe('connecting', () => {
  it.each([
    [{ apiEndpoint: 'http://bigquery.example.com' }, 'BQS_CONFIG_INVALID', /in the clear/],
    [{ apiEndpoint: 'nowhere' }, 'BQS_CONFIG_INVALID', /not a URL/],
    [{ apiEndpoint: undefined, credentials: 'none' }, 'BQS_CONFIG_INVALID', /without an apiEndpoint/],
    [{ projectId: 'Wrong Project' }, 'BQS_IDENTIFIER_INVALID', /project/],
    [{ dataset: 'a`; DROP TABLE x' }, 'BQS_IDENTIFIER_INVALID', /dataset/],
    [{ credentials: '/nonexistent/key.json' }, 'BQS_CONFIG_UNREADABLE', /ENOENT/],
    [{ credentials: import.meta.filename }, 'BQS_CONFIG_UNREADABLE', /not JSON/],
  ])('refuses %o', (wrong, code, message) => {
    expect(() => connect({ ...config, ...wrong })).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  it('says where nobody answers', async () => {
    const closed = await startLocalBigQuery();
    await closed.close();
    const nobody = bigQueryTarget({ ...config, apiEndpoint: closed.url, maxRetries: 1 });
    await expect(nobody.stats(TABLES.port_events)).rejects.toMatchObject({
      code: 'BQS_SOURCE_UNREACHABLE',
      retryable: true,
      hint: expect.stringContaining('running'),
    });
  });
});
