import { execFile } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type HarperProcess, type ScopeRegistry, serveScope, startHarper } from '@bqsync/harper-process';
import { type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientOf, PROJECT, pluginRuns } from './harness.ts';
import { packPlugin } from './install-plugin.ts';

const run = promisify(execFile);
const clone = fileURLToPath(new URL('../../..', import.meta.url));

let dir: string;
let registry: ScopeRegistry;
let local: LocalBigQuery;
let harper: HarperProcess | undefined;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bqsync-published-'));
  registry = await serveScope(await packPlugin());
  local = await startLocalBigQuery();
  const bigquery = clientOf(local);
  const [dataset] = await bigquery.createDataset('maritime');
  const [table] = await dataset.createTable('ports', {
    schema: [
      { name: 'id', type: 'STRING' },
      { name: 'seen', type: 'TIMESTAMP' },
    ],
  });
  await table.insert(
    Array.from({ length: 500 }, (_, i) => ({ id: `p${String(i)}`, seen: `2026-01-01T00:00:00.${String(i).padStart(6, '0')}Z` })),
  );
}, 120_000);

afterAll(async () => {
  await harper?.stop();
  await local.close();
  await registry.close();
  rmSync(dir, { recursive: true, force: true });
});

it('npm install by name from a registry and nine lines of configuration make Harper sync', async () => {
  const app = join(dir, 'app');
  mkdirSync(app);
  writeFileSync(join(app, '.npmrc'), `@bqsync:registry=${registry.url}\n`);
  writeFileSync(join(app, 'package.json'), '{"name":"my-app","private":true,"type":"module"}\n');
  const config = [
    'rest: true',
    '"@bqsync/harper-plugin":',
    '  package: "@bqsync/harper-plugin"',
    '  bigquery:',
    `    projectId: ${PROJECT}`,
    '    credentials: none',
    `    apiEndpoint: ${local.url}`,
    '    tables:',
    '      - { id: ports, dataset: maritime, table: ports, timestampColumn: seen, primaryKey: [id], targetTable: Ports }',
  ];
  expect(config).toHaveLength(9);
  writeFileSync(join(app, 'config.yaml'), `${config.join('\n')}\n`);
  await run('npm', ['install', '@bqsync/harper-plugin', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: app });

  const installed = readdirSync(join(app, 'node_modules', '@bqsync'));
  expect(installed).toContain('harper-plugin');
  for (const name of installed) expect(lstatSync(join(app, 'node_modules', '@bqsync', name)).isSymbolicLink(), name).toBe(false);
  expect(readFileSync(join(app, 'package-lock.json'), 'utf8')).not.toContain(clone.replace(/\/$/, ''));

  harper = await startHarper({ rootDir: join(dir, 'harper'), appDir: app, threads: 2, ready: pluginRuns(2) });
  const rows = async () =>
    (
      await harper!.operation<{ id: string }[]>({
        operation: 'search_by_value',
        table: 'Ports',
        search_attribute: 'id',
        search_value: '*',
        get_attributes: ['id'],
      })
    ).length;
  await expect.poll(() => rows().catch(() => 0), { timeout: 60_000, interval: 200 }).toBe(500);
}, 240_000);
